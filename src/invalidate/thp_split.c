// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator thp_split: the huge page whose first page is pinned is split into single
 * ones, by the request that debugfs has for it, while the device takes pages of it.
 * Splitting takes every entry out and puts it in again, the device's included, and needs to
 * be the only one who holds the page: with a pin, or with pages that the device has taken,
 * the kernel lets it be, and says to nobody that it did. Pages stay where they are, so a pin
 * is nothing to wait for.
 *
 * It cannot tell whether a huge page was split; each iteration maps new ones.
 * Source: mm/huge_memory.c split_huge_pages_pid(), split_huge_page_to_list(),
 * can_split_folio().
 */
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "invalidate/hmm_internal.h"
#include "sys/sysfs.h"

#define SPLIT "/sys/kernel/debug/split_huge_pages"

static int invalidate(struct gr_invalidate *inv)
{
	uintptr_t leaf = inv->target->spec.align;
	uintptr_t from = (uintptr_t)inv->pinned & -leaf;
	char request[64];
	int ret = 0;

	(void)snprintf(request, sizeof(request), "%d,%#lx,%#lx", (int)getpid(),
		       (unsigned long)from, (unsigned long)(from + leaf));
	/* as it is, and then with what the device has of it */
	for (int i = 0; i < GR_INV_ROUNDS && !ret; i++) {
		ret = gr_sysfs_write(request, SPLIT);
		/* it need not get it */
		(void)gr_inv_ask(inv, GR_DMIRROR_TO_DEVICE);
	}
	return ret;
}

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "it is split, or let be"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_thp_split = {
	.name = "thp_split",
	.summary = "debugfs has the huge page split, as the device takes it",
	.flags = GR_INV_SAME_MM | GR_INV_MOVES | GR_INV_HUGE,
	.needs =
		{
			.kconfig = (const char *const[]){"CONFIG_TRANSPARENT_"
							 "HUGEPAGE",
							 NULL},
			.devices = (const char *const[]){SPLIT, NULL},
			.root = true,
			.guest_only = true,
		},
	.expect = expect,
	.setup = gr_inv_own_setup,
	.invalidate = invalidate,
	.restore = gr_inv_own_restore,
	.teardown = gr_inv_own_teardown,
};
