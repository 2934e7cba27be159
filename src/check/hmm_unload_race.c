// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check hmm_unload_race: the driver is removed while a process that has memory on its device
 * closes it, or ends; again and again, at another moment each time. What comes behind the
 * last close, pages that go back and a mapping that ends, must not outlive the driver, and
 * the removal must return.
 *
 * Source: lib/test_hmm.c dmirror_fops_release(), hmm_dmirror_exit(); mm/memremap.c
 * memunmap_pages(); delete_module(2), O_NONBLOCK.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/rng.h"
#include "check/hmm_internal.h"
#include "sys/process.h"

#define PAGES 64
#define TAG 71
#define MIN_ROUNDS 3

/* A close takes some milliseconds under emulation: all pages are looked at. */
#define MAX_DELAY_NS (4 * GR_NSEC_PER_MSEC)
#define NEVER_NS (10 * GR_NSEC_PER_SEC)
#define HOLDER_MS 10000

/* Both processes see it; moments are gr_now_ns(), 0 = not yet. */
struct shared {
	uint64_t ready_ns; /* the other one has its memory on the device */
	uint64_t go_ns; /* it may let go of it */
	uint64_t gone_ns; /* the driver is removed, or cannot be */
	int32_t ret; /* with gone_ns */
	struct gr_bell bell;
};

/* How the one that lets go ends, when not well. */
enum {
	/* it had nothing on the device, or was not told to go on */
	UNTRIED = 1,
	WRONG, /* its memory is not what it was */
};

static int let_go(struct gr_check_env *env, struct shared *s, uint64_t delay,
		  bool by_exit)
{
	struct gr_area a;
	int ret = gr_area_map(&a, env, PAGES, TAG);

	if (!ret)
		ret = gr_area_place(&a);
	if (ret)
		return UNTRIED;
	gr_bell_mark(&s->bell, &s->ready_ns);
	if (!gr_bell_await(&s->bell, &s->go_ns, gr_now_ns() + NEVER_NS))
		return UNTRIED;
	delay += gr_now_ns();
	while (gr_now_ns() < delay)
		__builtin_ia32_pause();
	if (by_exit)
		return 0;
	/* the last close first, while pages are on the device */
	(void)gr_dmirror_close(a.d);
	return gr_compare_pattern(a.base, a.map.range.len, TAG) >= 0 ? WRONG
								     : 0;
}

/* As soon as nobody has it open any more. */
static int remove_driver(struct shared *s)
{
	uint64_t until = gr_now_ns() + NEVER_NS;
	int ret;

	do
		ret = gr_dmirror_unload();
	while ((ret == -EAGAIN || ret == -EBUSY) && gr_now_ns() < until);
	s->ret = ret;
	gr_bell_mark(&s->bell, &s->gone_ns);
	return 0;
}

static void judge_removal(struct gr_check_env *env, struct shared *s,
			  bool in_time)
{
	if (!in_time)
		gr_check_fail(env, GR_CLASS_LEAK, "never-returned",
			      "the removal of %s has not returned %llu s after "
			      "the last close",
			      GR_DMIRROR_MODULE,
			      (unsigned long long)(NEVER_NS / GR_NSEC_PER_SEC));
	else if (s->ret)
		gr_check_fail(env, GR_CLASS_LEAK, "module-kept",
			      "%s cannot be removed after the last close: %s",
			      GR_DMIRROR_MODULE, strerror(-s->ret));
}

static int judge_holder(struct gr_check_env *env, pid_t holder)
{
	int status, ret = gr_reap(holder, HOLDER_MS, &status);

	if (ret < 0)
		return gr_err(ret, "cannot wait for a process");
	if (!ret)
		gr_check_fail(env, GR_CLASS_LEAK, "never-returned",
			      "a process has not let go of its device after "
			      "%d s",
			      HOLDER_MS / 1000);
	else if (WIFSIGNALED(status))
		gr_check_fail(env, GR_CLASS_DATA, "memory-lost",
			      "a process whose memory was on the device died "
			      "of '%s' after the close",
			      strsignal(WTERMSIG(status)));
	else if (WEXITSTATUS(status) == WRONG)
		gr_check_fail(env, GR_CLASS_DATA, "wrong-data",
			      "memory that was on the device is not what it "
			      "was after the close");
	else if (status)
		return gr_err(-EIO,
			      "the process that should let go of '%s' "
			      "could not",
			      env->target->dev);
	return 0;
}

/* Both begin at the same time; the remover may be stuck for ever. */
static int race(struct gr_check_env *env, struct shared *s, uint64_t delay,
		bool by_exit)
{
	pid_t holder = gr_fork(0), remover;
	bool in_time;
	int ret;

	if (!holder)
		gr_exit_now(let_go(env, s, delay, by_exit));
	if (holder < 0 ||
	    !gr_bell_await(&s->bell, &s->ready_ns, gr_now_ns() + NEVER_NS))
		return gr_err(-EIO, "cannot have memory on '%s'",
			      env->target->dev);
	gr_check_op(env, "removal of %s while a process %s", GR_DMIRROR_MODULE,
		    by_exit ? "that uses it ends" : "closes it");
	gr_bell_mark(&s->bell, &s->go_ns);
	remover = gr_fork(1);
	if (!remover)
		gr_exit_now(remove_driver(s));
	in_time = gr_bell_await(&s->bell, &s->gone_ns,
				gr_now_ns() + 2 * NEVER_NS);
	judge_removal(env, s, in_time);
	gr_check_end_other(remover, in_time);
	ret = judge_holder(env, holder);
	return in_time ? ret : -ETIMEDOUT;
}

static int once(struct gr_check_env *env, uint64_t delay, bool by_exit)
{
	void *mem;
	int ret = gr_shared_new(sizeof(struct shared), &mem);

	if (ret)
		return gr_err(ret, "cannot share memory");
	ret = race(env, mem, delay, by_exit);
	gr_shared_free(mem, sizeof(struct shared));
	return ret == -ETIMEDOUT ? 0
	       : ret		 ? ret
		     : env->target->ops->acquire(env->ctx, env->target);
}

static int run(struct gr_check_env *env)
{
	struct gr_rng rng;
	int ret = 0;

	gr_rng_init(&rng, env->seed, 0);
	for (int i = 0;
	     !ret && (i < MIN_ROUNDS || gr_now_ns() < env->deadline_ns); i++)
		ret = once(env, gr_rng_below(&rng, MAX_DELAY_NS), i & 1);
	return ret;
}

const struct gr_check_ops gr_check_hmm_unload_race = {
	.name = "hmm_unload_race",
	.summary = "the driver is removed while its last user lets go",
	.needs = {.root = true, .guest_only = true},
	.wants = GR_TARGET_MOVES,
	.bars = GR_TARGET_EXCLUSIVE,
	.run = run,
};
