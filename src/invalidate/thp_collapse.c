// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator thp_collapse: MADV_COLLAPSE of the leaf whose first page is pinned: a huge
 * page takes the place of single ones, private ones of a device included, which are brought
 * back for that; on coherent ones it gives up. A page that is pinned must stop it.
 *
 * Needs 6.1. With leaves of 4 KiB it cannot do anything: the mapping says MADV_NOHUGEPAGE.
 * Source: mm/khugepaged.c madvise_collapse(); madvise(2).
 */
#include <errno.h>
#include <stdint.h>

#include "invalidate/hmm_internal.h"
#include "sys/call.h"

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

static int invalidate(struct gr_invalidate *inv)
{
	size_t leaf = inv->target->spec.align;
	uint64_t before = gr_inv_page(inv);
	int ret;

	(void)gr_inv_ask(inv, GR_DMIRROR_TO_DEVICE); /* so that it is split */
	ret = gr_madvise((void *)((uintptr_t)inv->pinned & -leaf), leaf,
			 MADV_COLLAPSE);
	/* what has failed has not moved it, but the device may have before */
	return ret ? ret : gr_inv_moved(inv, before);
}

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "it is one huge page"},
	{EAGAIN, GR_EXPECT_LEGAL, "somebody had a page"},
	{EBUSY, GR_EXPECT_LEGAL, "somebody had a page, or memory was short"},
	{EINVAL, GR_EXPECT_LEGAL, "it is no memory for huge pages"},
	{ENOMEM, GR_EXPECT_LEGAL, "there is no huge page to be had"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_thp_collapse = {
	.name = "thp_collapse",
	.summary = "MADV_COLLAPSE of the leaf: a huge page takes its place",
	.flags = GR_INV_SAME_MM | GR_INV_MOVES | GR_INV_WAITS,
	.needs =
		{
			.kconfig = (const char *const[]){"CONFIG_TRANSPARENT_"
							 "HUGEPAGE",
							 NULL},
		},
	.expect = expect,
	.setup = gr_inv_own_setup,
	.invalidate = invalidate,
	.restore = gr_inv_own_restore,
	.teardown = gr_inv_own_teardown,
};
