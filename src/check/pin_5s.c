// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check pin_5s: a page of a file is held by vmsplice for 5 s by the clock, while
 * another process cuts the file to nothing. That must take those 5 s, not less,
 * and not 1 s more.
 *
 * The pin is older than the cut and is dropped by us, so the times are of one
 * clock and each bound is exact: too early is a return before the unpin began.
 * Source: fs/dax.c dax_layout_busy_page(); the sleeps of ext4_break_layouts() and
 * xfs_break_dax_layouts().
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "base/clock.h"
#include "base/log.h"
#include "check/internal.h"
#include "core/registry.h"
#include "sys/access.h"
#include "sys/call.h"
#include "sys/process.h"

#define HOLD_NS (5 * GR_NSEC_PER_SEC)
#define LATE_NS (1 * GR_NSEC_PER_SEC)
#define NEVER_NS (5 * GR_NSEC_PER_SEC)

/* The other process; in memory that both share. Times are gr_now_ns(). */
struct cut {
	uint64_t begin_ns; /* 0 = not yet */
	uint64_t end_ns;
	int32_t ret;
	struct gr_bell bell; /* for each of the two */
};

static void cut_it(struct cut *cut, const char *path)
{
	gr_bell_mark(&cut->bell, &cut->begin_ns);
	cut->ret = gr_truncate(path, 0);
	gr_bell_mark(&cut->bell, &cut->end_ns);
	gr_exit_now(0);
}

static unsigned long long ms(uint64_t ns)
{
	return ns / GR_NSEC_PER_MSEC;
}

static void judge(struct gr_check_env *env, const struct cut *cut,
		  uint64_t unpin_ns, uint64_t unpinned_ns)
{
	const char *file = env->target->dev;
	uint64_t end = gr_bell_seen(&cut->end_ns);
	uint64_t held = unpin_ns - cut->begin_ns, took = end - cut->begin_ns;
	uint64_t after = end > unpinned_ns ? end - unpinned_ns : 0;

	if (!end) {
		gr_check_fail(env, GR_CLASS_LEAK, "never-returned",
			      "truncate of '%s' has not returned %llu ms after "
			      "the unpin of a page that was held for %llu ms",
			      file, ms(NEVER_NS), ms(held));
		return;
	}
	gr_check_op(
		env,
		"truncate of %s took %llu ms, %llu ms of it after the unpin",
		file, ms(took), ms(after));
	if (end < unpin_ns)
		gr_check_fail(
			env, GR_CLASS_EARLY_FREE, "returned-while-pinned",
			"truncate of '%s' returned after %llu ms, while a "
			"page of it was held for %llu ms",
			file, ms(took), ms(held));
	else if (after > LATE_NS)
		gr_check_fail(
			env, GR_CLASS_LEAK, "returned-late",
			"truncate of '%s' took %llu ms, %llu ms of it after "
			"the unpin of a page that was held for %llu ms",
			file, ms(took), ms(after), ms(held));
}

/* Holds what is pinned while the other process cuts. */
static int hold(struct gr_check_env *env, struct gr_pin *pin, struct cut *cut,
		uint64_t forked_ns)
{
	uint64_t unpin, unpinned;
	int ret;

	if (!gr_bell_await(&cut->bell, &cut->begin_ns, forked_ns + HOLD_NS))
		return gr_err(-ETIMEDOUT, "no process to cut '%s'",
			      env->target->dev);
	/* returned before: the rest of the time shows nothing */
	(void)gr_bell_await(&cut->bell, &cut->end_ns, cut->begin_ns + HOLD_NS);
	unpin = gr_now_ns();
	ret = pin->ops->unpin(pin);
	unpinned = gr_now_ns();
	if (ret)
		return gr_err(ret, "cannot unpin by %s", pin->ops->name);
	(void)gr_bell_await(&cut->bell, &cut->end_ns, unpinned + NEVER_NS);
	if (gr_bell_seen(&cut->end_ns) && cut->ret)
		return gr_err(cut->ret, "cannot cut '%s'", env->target->dev);
	judge(env, cut, unpin, unpinned);
	return 0;
}

static int cut_and_hold(struct gr_check_env *env, struct gr_pin *pin)
{
	uint64_t now = gr_now_ns();
	struct cut *cut;
	void *mem;
	int ret = gr_shared_new(sizeof(*cut), &mem);
	pid_t pid;

	if (ret)
		return gr_err(ret, "cannot share memory");
	cut = mem;
	gr_check_op(env, "truncate of %s while %s holds a page for 5 s",
		    env->target->dev, pin->ops->name);
	pid = gr_fork(-1);
	if (!pid)
		cut_it(cut, env->target->dev);
	ret = pid < 0 ? gr_err(pid, "cannot start a process")
		      : hold(env, pin, cut, now);
	/* its sleep can be interrupted */
	gr_check_end_other(pid, gr_bell_seen(&cut->end_ns));
	gr_shared_free(mem, sizeof(*cut));
	return ret;
}

static int pin_and_cut(struct gr_check_env *env, const struct iovec *iov)
{
	const struct gr_pin_ops *ops = gr_pin_find("vmsplice");
	struct gr_pin pin;
	ssize_t n;
	int ret = gr_pin_init(&pin, ops, env->target);

	if (ret)
		return ret;
	ret = ops->setup(env->ctx, &pin, iov, 1);
	n = ret ? ret : ops->pin(&pin, iov, 1);
	if (n < 0)
		ret = gr_err((int)n, "cannot pin a page of '%s' by %s",
			     env->target->dev, ops->name);
	else if (!ret)
		ret = cut_and_hold(env, &pin);
	ops->teardown(&pin);
	gr_pin_fini(&pin);
	return ret;
}

static int run(struct gr_check_env *env)
{
	struct gr_mapping m;
	struct iovec iov;
	int ret;

	ret = gr_check_map(env, 2, PROT_READ | PROT_WRITE, &m);
	if (ret)
		return ret;
	iov = (struct iovec){m.range.addr, GR_CHECK_PAGE};
	ret = gr_touch(m.range.addr, true);
	ret = ret ? gr_err(ret, "cannot fault in a page of '%s'",
			   env->target->dev)
		  : pin_and_cut(env, &iov);
	gr_check_unmap(env, &m);
	return ret;
}

const struct gr_check_ops gr_check_pin_5s = {
	.name = "pin_5s",
	.summary =
		"a truncate takes as long as a page is pinned, and no longer",
	.needs = {.root = true},
	.wants = GR_TARGET_FILE,
	.run = run,
};
