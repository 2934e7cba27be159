// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator hmm_cpu_fault: the device takes pages of the mapping, and another processor
 * than the one that pins reaches for them at once. Both fault the same entry: one of them
 * migrates the page, the other finds it done (16ce101db85d "mm/memory.c: fix race when
 * faulting a device private page").
 *
 * Source: mm/memory.c do_swap_page(); lib/test_hmm.c dmirror_devmem_fault().
 */
#include <errno.h>

#include "invalidate/hmm_internal.h"

static int invalidate(struct gr_invalidate *inv)
{
	uint64_t before = gr_inv_page(inv);
	uint64_t *word = inv->pinned;

	for (int i = 0; i < GR_INV_ROUNDS; i++) {
		(void)gr_inv_ask(inv, GR_DMIRROR_TO_DEVICE);
		/* a write that changes nothing */
		(void)__atomic_fetch_add(word, 0, __ATOMIC_SEQ_CST);
	}
	return gr_inv_moved(inv, before);
}

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "the page has moved"},
	{EBUSY, GR_EXPECT_LEGAL, "somebody had the page, which stays"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_hmm_cpu_fault = {
	.name = "hmm_cpu_fault",
	.summary = "another processor faults what the device has taken",
	.flags = GR_INV_SAME_MM | GR_INV_MOVES | GR_INV_WAITS,
	.expect = expect,
	.setup = gr_inv_own_setup,
	.invalidate = invalidate,
	.restore = gr_inv_own_restore,
	.teardown = gr_inv_own_teardown,
};
