// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check hmm_unmap_read: a device reads, and takes, memory that another thread unmaps
 * meanwhile. It gets all of it or is refused; what it got is what was there, and the pages
 * that it had taken are given back with the mapping.
 *
 * Source: mm/mmu_notifier.c; mm/hmm.c; the kernel's hmm-tests.
 */
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/rng.h"
#include "check/hmm_internal.h"
#include "sys/call.h"
#include "sys/process.h"

#define PAGES 64
#define TAG 61
#define MIN_ROUNDS 4

/* A read of so many pages takes some tens of microseconds under emulation. */
#define MAX_DELAY_NS 500000u

struct race {
	struct gr_area area;
	uint64_t delay_ns;
	uint32_t done; /* the device has */
	bool waits; /* for that */
	int ret;
};

static void *unmap(void *arg)
{
	struct race *r = arg;
	uint64_t until = gr_now_ns() + r->delay_ns;

	gr_run_on(1);
	while (gr_now_ns() < until ||
	       (r->waits && !__atomic_load_n(&r->done, __ATOMIC_ACQUIRE)))
		__builtin_ia32_pause();
	r->ret = gr_munmap(r->area.base, r->area.map.range.len);
	return NULL;
}

/* What is gone, or is just going. */
static bool may_refuse(ssize_t n)
{
	return n == -EFAULT || n == -EINVAL || n == -ENOENT || n == -EBUSY;
}

/* While it is there it must be given. */
static void judge(struct race *r, ssize_t n, const char *what)
{
	struct gr_area *a = &r->area;

	if (n == (ssize_t)a->nr)
		(void)gr_area_holds(a, true, 0, a->nr, TAG, what);
	else if (r->waits || !may_refuse(n))
		gr_check_fail(a->env, GR_CLASS_POLICY, "request-answered",
			      "%s gave %zd (%s)", what, n,
			      n < 0 ? strerror((int)-n) : "pages");
}

static int once(struct gr_check_env *env, uint64_t delay_ns, int round)
{
	bool take = round & 1;
	enum gr_dmirror_op op = take ? GR_DMIRROR_TO_DEVICE : GR_DMIRROR_READ;
	/* the first ones show what a whole answer is */
	struct race r = {.delay_ns = delay_ns, .waits = round < 2};
	const char *what = take ? "a migration of what is unmapped meanwhile"
				: "a read of what is unmapped meanwhile";
	pthread_t thread;
	ssize_t n;
	int ret = gr_area_map(&r.area, env, PAGES, TAG);

	if (ret)
		return ret;
	gr_check_op(env, "%s", what);
	ret = -pthread_create(&thread, NULL, unmap, &r);
	if (ret)
		return gr_err(ret, "cannot start a thread");
	n = r.waits ? gr_area_try(&r.area, op, 0, r.area.nr)
		    : gr_dmirror_do(r.area.d, op, r.area.base, r.area.nr);
	__atomic_store_n(&r.done, 1, __ATOMIC_RELEASE);
	(void)pthread_join(thread, NULL); /* ours, joined once */
	judge(&r, n, what);
	if (!r.ret) /* so that there is something to unmap */
		ret = gr_mmap_at(r.area.base, r.area.map.range.len, PROT_READ,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1);
	gr_area_unmap(&r.area);
	return r.ret ? gr_err(r.ret, "cannot unmap memory") : ret;
}

static int run(struct gr_check_env *env)
{
	struct gr_rng rng;
	int ret = 0;

	gr_rng_init(&rng, env->seed, 0);
	for (int i = 0;
	     !ret && (i < MIN_ROUNDS || gr_now_ns() < env->deadline_ns); i++)
		ret = once(env, gr_rng_below(&rng, MAX_DELAY_NS), i);
	return ret;
}

const struct gr_check_ops gr_check_hmm_unmap_read = {
	.name = "hmm_unmap_read",
	.summary = "a device reads and takes what is unmapped meanwhile",
	.needs = {.root = true},
	.wants = GR_TARGET_MOVES,
	.bars = GR_TARGET_EXCLUSIVE,
	.run = run,
};
