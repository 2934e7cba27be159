// SPDX-License-Identifier: GPL-2.0-only
/*
 * The checker: the worker process of a case without a race.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/size.h"
#include "core/check.h"
#include "core/pin.h"
#include "engine/stage.h"
#include "sys/access.h"
#include "sys/process.h"

static void on_op(struct gr_check_env *env, const char *what)
{
	struct gr_stage *st = env->engine;

	gr_stage_op(st, &st->worker[GR_ROLE_KEEPER], "%s", what);
}

static void lock_found(struct gr_stage *st)
{
	while (__atomic_exchange_n(&st->found_lock, 1, __ATOMIC_ACQUIRE))
		__builtin_ia32_pause();
}

static void unlock_found(struct gr_stage *st)
{
	__atomic_store_n(&st->found_lock, 0, __ATOMIC_RELEASE);
}

/* Of a file the struct pages are still there, and what waits can be killed. */
static void weigh(const struct gr_stage *st, struct gr_finding *f)
{
	bool early = f->class == GR_CLASS_EARLY_FREE;
	bool never = !strcmp(f->signature, "never-returned");

	if (st->c.target->flags & GR_TARGET_FILE)
		return;
	f->pin_in_flight = early;
	f->hang = never;
	f->spends_kernel = early || never;
}

static void on_fail(struct gr_check_env *env, enum gr_class class,
		    const char *signature, const char *text)
{
	struct gr_stage *st = env->engine;

	lock_found(st);
	weigh(st, gr_finding_add(&st->found, "check", class, signature, "%s",
				 text));
	__atomic_store_n(&st->nr_found, st->found.nr, __ATOMIC_RELEASE);
	(void)__atomic_add_fetch(&st->bell, 1, __ATOMIC_ACQ_REL);
	unlock_found(st);
	gr_futex_wake(&st->bell);
}

static void on_fact(struct gr_check_env *env, const struct gr_policy_fact *fact)
{
	struct gr_stage *st = env->engine;

	lock_found(st);
	gr_policy_fact_add(&st->facts.policy, fact);
	unlock_found(st);
}

static void on_skip(struct gr_check_env *env, const char *text)
{
	struct gr_stage *st = env->engine;

	gr_reason_set(&st->skip, "%s", text);
}

/* Not faulted in it is refused by the slow path; faulted in gup-fast may try. */
static int try_refused(struct gr_check_env *env, struct gr_pin *pin,
		       const struct iovec *iov, const char *state)
{
	const struct gr_pin_ops *ops = pin->ops;
	ssize_t n;

	gr_check_op(env, "%s of %s, %s, which must be refused", ops->name,
		    env->target->ns, state);
	n = ops->pin(pin, iov, 1);
	if (n != -ops->refusal)
		gr_check_fail(env, GR_CLASS_POLICY, "refusal-missing",
			      "%s of memory that was %s gave %zd where it must "
			      "be refused with %s",
			      ops->name, state, n, strerror(ops->refusal));
	return n > 0 && ops->unpin ? ops->unpin(pin) : 0;
}

/* A pin that this kernel, or this target, refuses by policy. */
static int refusal(struct gr_check_env *env, const struct gr_pin_ops *ops)
{
	struct gr_map_req req = {
		.len = 2 * env->target->spec.align,
		.prot = PROT_READ | PROT_WRITE,
	};
	struct gr_mapping map;
	struct gr_pin pin;
	struct iovec iov = {.iov_len = 4 * GR_KIB};
	int ret;

	ret = env->target->ops->map(env->target, &req, &map);
	if (ret)
		return ret;
	iov.iov_base = map.range.addr;
	ret = gr_pin_init(&pin, ops, env->target);
	if (ret)
		goto err_unmap;
	ret = ops->setup(env->ctx, &pin, &iov, 1);
	if (!ret)
		ret = try_refused(env, &pin, &iov, "not faulted in");
	if (!ret)
		ret = gr_touch(iov.iov_base, true);
	if (!ret)
		ret = try_refused(env, &pin, &iov, "faulted in");
	ops->teardown(&pin);
	gr_pin_fini(&pin);
err_unmap:
	(void)env->target->ops->unmap(&map); /* exiting */
	return ret;
}

/*
 * May the counts be looked at? Not where the check left the target changed, nor
 * where its finding says that they are not what they were.
 */
static bool is_back(struct gr_stage *st)
{
	for (unsigned int i = 0; i < st->found.nr; i++)
		if (st->found.of[i].spends_kernel)
			return false;
	return !st->c.target->attach(st->ctx, &st->target);
}

void gr_checker_run(struct gr_stage *st)
{
	struct gr_worker *w = &st->worker[GR_ROLE_KEEPER];
	const struct gr_check_ops *check = st->c.check;
	struct gr_check_env env = {
		.ctx = st->ctx,
		.target = &st->target,
		.deadline_ns = gr_now_ns() + st->c.slice_ns,
		.seed = st->seed,
		.op = on_op,
		.fail = on_fail,
		.fact = on_fact,
		.skip = on_skip,
		.engine = st,
	};
	int ret = 0;

	st->facts.iteration = 1;
	if (!check || !(check->flags & GR_CHECK_NO_ACQUIRE)) {
		gr_check_op(&env, "acquire a namespace for %s",
			    st->c.target->name);
		ret = st->c.target->acquire(st->ctx, &st->target);
	}
	if (!ret)
		ret = check ? check->run(&env) : refusal(&env, st->c.pin);
	if (ret)
		gr_stage_fail(w, ret);
	else if (!check || !(check->flags & GR_CHECK_NO_ACQUIRE))
		__atomic_store_n(&st->facts.attached, is_back(st),
				 __ATOMIC_RELEASE);
	if (st->target.ops->release &&
	    st->target.ops->release(st->ctx, &st->target))
		gr_stage_fail(w, -EBUSY);
	__atomic_store_n(&st->finished, 1, __ATOMIC_RELEASE);
}
