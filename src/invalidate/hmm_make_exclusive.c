// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator hmm_make_exclusive: the device takes pages of the mapping for itself alone,
 * again and again, while pins take the right back: make_device_exclusive_range() against
 * remove_device_exclusive_entry(), which two processors may call for one entry
 * (7c7b962938dd "mm: take a page reference when removing device exclusive entries"). Pages
 * stay where they are, so a pin is nothing to wait for.
 *
 * Source: mm/rmap.c; mm/memory.c; lib/test_hmm.c dmirror_exclusive().
 */
#include <errno.h>

#include "invalidate/hmm_internal.h"

static int invalidate(struct gr_invalidate *inv)
{
	int ret = -EBUSY;

	for (int i = 0; i < GR_INV_ROUNDS; i++) {
		int one = gr_inv_ask(inv, GR_DMIRROR_EXCLUSIVE);

		if (one != -EBUSY)
			ret = one;
	}
	return ret;
}

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "the device has it for itself"},
	{EBUSY, GR_EXPECT_LEGAL, "a page was locked each time"},
	{ENOENT, GR_EXPECT_LEGAL,
	 "it was taken back before the device read it"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_hmm_make_exclusive = {
	.name = "hmm_make_exclusive",
	.summary = "the device takes pages of the mapping for itself alone",
	.flags = GR_INV_SAME_MM | GR_INV_MOVES,
	.expect = expect,
	.setup = gr_inv_own_setup,
	.invalidate = invalidate,
	.restore = gr_inv_own_restore,
	.teardown = gr_inv_own_teardown,
};
