// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator numa_move: move_pages(2) takes the pinned page to another node and back, as
 * the balancing of nodes does after a hinting fault. A page that is pinned must stay.
 *
 * Needs two nodes (guprace vm --numa 2). A page that a device has is reached for first.
 * Source: mm/migrate.c do_pages_move(); move_pages(2).
 */
#include <errno.h>

#include "invalidate/hmm_internal.h"
#include "sys/numa.h"

static int invalidate(struct gr_invalidate *inv)
{
	uint64_t before = gr_inv_page(inv);

	for (int i = 0; i < GR_INV_ROUNDS + 1; i++) {
		(void)*(volatile char *)inv->pinned; /* here, at least now */
		(void)gr_numa_move(inv->pinned, i & 1 ? 0 : 1);
	}
	return gr_inv_moved(inv, before);
}

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "the page has moved"},
	{EBUSY, GR_EXPECT_LEGAL, "somebody had the page, which stays"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_numa_move = {
	.name = "numa_move",
	.summary = "the pinned page moves to another node and back",
	.flags = GR_INV_SAME_MM | GR_INV_MOVES | GR_INV_WAITS,
	.needs = {.kconfig = (const char *const[]){"CONFIG_NUMA", NULL}},
	.probe = gr_inv_two_nodes,
	.expect = expect,
	.setup = gr_inv_own_setup,
	.invalidate = invalidate,
	.restore = gr_inv_own_restore,
	.teardown = gr_inv_own_teardown,
};
