// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check hmm_cow: pages that a device has and that a fork made common: who writes gets a copy
 * in the system, the other keeps what was there. The parent writes, the child writes, the
 * device writes for the parent; and shared memory stays common to all three.
 *
 * Source: mm/memory.c copy_nonpresent_pte(), do_wp_page(); the kernel's hmm-tests.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "base/log.h"
#include "check/hmm_internal.h"
#include "sys/call.h"
#include "sys/process.h"

#define PAGES 4
#define OLD_TAG 21
#define NEW_TAG 22

/* In a child: 0 it holds the old pattern, 1 it does not. */
static int holds_old(struct gr_area *a)
{
	return gr_compare_pattern(a->base, a->map.range.len, OLD_TAG) >= 0;
}

static int writes_new(struct gr_area *a)
{
	int bad = holds_old(a);

	gr_fill_pattern(a->base, a->map.range.len, NEW_TAG);
	return bad;
}

static void judge_child(struct gr_area *a, int ret, const char *when)
{
	if (ret)
		gr_check_fail(a->env, GR_CLASS_DATA, "wrong-data",
			      "a child does not see what was there at the "
			      "fork, %s (%d)",
			      when, ret);
}

/* A child that waits until it may look. */
struct turn {
	uint32_t go, done;
};

static int look_later(struct gr_area *a, struct turn *turn)
{
	while (!__atomic_load_n(&turn->go, __ATOMIC_ACQUIRE))
		(void)gr_futex_wait(&turn->go, 0, 100000000ull);
	return holds_old(a);
}

/* The parent writes while the child is there; then the child looks. */
static int parent_writes(struct gr_area *a, bool by_device)
{
	struct turn *turn;
	void *mem;
	int status = 0, ret = gr_shared_new(sizeof(*turn), &mem);
	pid_t pid;

	if (ret)
		return gr_err(ret, "cannot share memory");
	turn = mem;
	pid = gr_fork(-1);
	if (!pid)
		gr_exit_now(look_later(a, turn));
	if (pid < 0)
		return gr_err(pid, "cannot make a process");
	if (by_device) {
		/* what it had was taken away when the fork protected it */
		gr_fill_pattern(a->d->room, a->map.range.len, NEW_TAG);
		(void)gr_area_ask(a, GR_DMIRROR_WRITE, 0, a->nr, (ssize_t)a->nr,
				  "a write after a fork");
	} else {
		gr_fill_pattern(a->base, a->map.range.len, NEW_TAG);
	}
	__atomic_store_n(&turn->go, 1, __ATOMIC_RELEASE);
	gr_futex_wake(&turn->go);
	while (!gr_reap(pid, 1000, &status))
		;
	gr_shared_free(mem, sizeof(*turn));
	judge_child(a, status,
		    by_device ? "after the device wrote"
			      : "after the parent wrote");
	(void)gr_area_holds(a, false, 0, a->nr, NEW_TAG,
			    "what was written after a fork");
	for (size_t i = 0; i < a->nr; i++)
		if (!gr_area_is_at(a, i, GR_AT_SYSTEM,
				   "since a copy is the system's"))
			break;
	return 0;
}

static int cpu_writes(struct gr_area *a)
{
	int ret = gr_area_place(a);

	return ret ? ret : parent_writes(a, false);
}

/* Not what the device has: it would be given that as it is, read-only. */
static int device_writes(struct gr_area *a)
{
	return parent_writes(a, true);
}

static int child_writes(struct gr_area *a)
{
	int ret = gr_area_place(a);

	if (ret)
		return ret;
	judge_child(a, gr_area_child(a, writes_new), "which then wrote");
	(void)gr_area_holds(a, false, 0, a->nr, OLD_TAG,
			    "memory of a parent whose child wrote");
	return 0;
}

/* The end of a child must give back what it had of the device, no more. */
static int child_ends(struct gr_area *a)
{
	int ret = gr_area_place(a);

	for (int i = 0; i < 8 && !ret; i++)
		judge_child(a, gr_area_child(a, holds_old), "and ended");
	(void)gr_area_holds(a, false, 0, a->nr, OLD_TAG,
			    "memory of a parent whose children ended");
	return ret;
}

static int device_writes_shared(struct gr_area *a)
{
	gr_fill_pattern(a->d->room, a->map.range.len, NEW_TAG);
	return gr_dmirror_do(a->d, GR_DMIRROR_WRITE, a->base, a->nr) !=
	       (ssize_t)a->nr;
}

/* The device mirrors who opened it, also when the child asks. */
static int shared(struct gr_area *a)
{
	int ret = gr_mmap_at(a->base, a->map.range.len, PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1);

	if (ret)
		return gr_err(ret, "cannot map shared memory");
	gr_fill_pattern(a->base, a->map.range.len, OLD_TAG);
	ret = gr_area_child(a, device_writes_shared);
	if (ret)
		gr_check_fail(a->env, GR_CLASS_POLICY, "request-answered",
			      "a write of the device for a child failed (%d)",
			      ret);
	(void)gr_area_holds(a, false, 0, a->nr, NEW_TAG,
			    "shared memory that the device wrote for a child");
	return 0;
}

static int run(struct gr_check_env *env)
{
	static int (*const parts[])(struct gr_area *) = {
		cpu_writes, device_writes, child_writes, child_ends, shared,
	};
	int ret = 0;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && !ret; i++) {
		struct gr_area a;

		ret = gr_area_map(&a, env, PAGES, OLD_TAG);
		if (ret)
			break;
		ret = parts[i](&a);
		gr_area_unmap(&a);
	}
	return ret;
}

const struct gr_check_ops gr_check_hmm_cow = {
	.name = "hmm_cow",
	.summary = "copy-on-write of pages that a device has",
	.needs = {.root = true},
	.wants = GR_TARGET_MOVES,
	.bars = GR_TARGET_EXCLUSIVE,
	.run = run,
};
