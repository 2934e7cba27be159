// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator hmm_to_device: the device takes pages of the mapping again and again, while
 * pins take them back. Drives migrate_vma_setup() and its kin against gup: a page that
 * is pinned must not leave (migrate_vma_check_page()), since what holds it would go on
 * with one that nobody has any more.
 *
 * Source: mm/migrate_device.c; lib/test_hmm.c dmirror_migrate_to_device().
 */
#include <errno.h>

#include "invalidate/hmm_internal.h"

static int invalidate(struct gr_invalidate *inv)
{
	uint64_t before = gr_inv_page(inv);

	for (int i = 0; i < GR_INV_ROUNDS; i++)
		(void)gr_inv_ask(inv,
				 GR_DMIRROR_TO_DEVICE); /* see where it is */
	return gr_inv_moved(inv, before);
}

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "the page has moved"},
	{EBUSY, GR_EXPECT_LEGAL, "somebody had the page, which stays"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_hmm_to_device = {
	.name = "hmm_to_device",
	.summary = "pages of the mapping migrate to the device",
	.flags = GR_INV_SAME_MM | GR_INV_MOVES | GR_INV_WAITS,
	.expect = expect,
	.setup = gr_inv_own_setup,
	.invalidate = invalidate,
	.restore = gr_inv_own_restore,
	.teardown = gr_inv_own_teardown,
};
