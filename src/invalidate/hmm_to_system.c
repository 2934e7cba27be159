// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator hmm_to_system: pages of the mapping migrate from the device and, so that
 * there is something to take, to it again. What is pinned on the device (coherent memory,
 * by pins that are not long-term) must stay there.
 *
 * Source: mm/migrate_device.c; lib/test_hmm.c dmirror_migrate_to_system().
 */
#include <errno.h>

#include "invalidate/hmm_internal.h"

/* The last thing is the way back: a page that was pinned is where it was. */
static int invalidate(struct gr_invalidate *inv)
{
	uint64_t before = gr_inv_page(inv);

	for (int i = 0; i < GR_INV_ROUNDS; i++) {
		(void)gr_inv_ask(inv, GR_DMIRROR_TO_DEVICE);
		(void)gr_inv_ask(inv, GR_DMIRROR_TO_SYSTEM);
	}
	return gr_inv_moved(inv, before);
}

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "the page has moved"},
	{EBUSY, GR_EXPECT_LEGAL, "somebody had the page, which stays"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_hmm_to_system = {
	.name = "hmm_to_system",
	.summary = "pages of the mapping migrate from the device and to it",
	.flags = GR_INV_SAME_MM | GR_INV_MOVES | GR_INV_WAITS,
	.expect = expect,
	.setup = gr_inv_own_setup,
	.invalidate = invalidate,
	.restore = gr_inv_own_restore,
	.teardown = gr_inv_own_teardown,
};
