// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator hwpoison: MADV_HWPOISON of the page that is pinned. The kernel treats
 * it as if its memory had failed: memory_failure_dev_pagemap() marks it, unmaps the
 * leaf around it from everybody and tells who maps it by SIGBUS, without waiting for
 * pins; a pin that is held keeps a page that is marked. invalidate() answers ENOMSG
 * when that signal does not come.
 *
 * The failure is simulated: the device has no bad block and the memory is well, so
 * the next fault maps the page again, on every kernel; that later accesses give
 * SIGBUS is the work of the machine check, which it cannot show. The page stays
 * marked (PG_hwpoison) until its struct page is made anew, which the teardown at the
 * end of the case does; marking it again is legal, so iterations need not care. On a
 * host this would be remembered: only in a guest. XFS with rmapbt may shut down
 * instead, which mkfs does not ask for here.
 * Source: mm/memory-failure.c; mm/madvise.c madvise_inject_error(); madvise(2).
 */
#include "invalidate/internal.h"
#include "sys/access.h"

#define PAGE 4096u

static int invalidate(struct gr_invalidate *inv)
{
	return gr_poison(inv->pinned, PAGE);
}

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "it is marked and unmapped, and we were told"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_hwpoison = {
	.name = "hwpoison",
	.summary = "MADV_HWPOISON of the pinned page, as if it had failed",
	.flags = GR_INV_SAME_MM,
	.needs =
		{
			.kconfig =
				(const char *const[]){"CONFIG_MEMORY_FAILURE",
						      NULL},
			.root = true,
			.guest_only = true,
		},
	.expect = expect,
	.setup = gr_inv_own_setup,
	.invalidate = invalidate,
	.restore = gr_inv_own_restore,
	.teardown = gr_inv_own_teardown,
};
