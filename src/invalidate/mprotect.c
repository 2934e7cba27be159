// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator mprotect: take all rights to the mapping away, PROT_NONE, and give
 * them back. Each leaf is rewritten in place (change_protection(), with its TLB
 * flush) while gup-fast walks it. From then on gup has to refuse, by the fast path
 * and the slow one; what is pinned already stays.
 *
 * It protects whole leaves only: what is smaller device-dax must refuse, which the
 * check partial_unmap tries. FOLL_FORCE may pass (GR_PIN_FORCED).
 * Source: mm/mprotect.c; mm/gup.c check_vma_flags(); mprotect(2).
 */
#include <sys/mman.h>

#include "invalidate/internal.h"
#include "sys/call.h"

static int invalidate(struct gr_invalidate *inv)
{
	const struct gr_range *r = &inv->mapping->range;

	return gr_mprotect(r->addr, r->len, PROT_NONE);
}

static int restore(struct gr_invalidate *inv)
{
	const struct gr_range *r = &inv->mapping->range;

	return gr_mprotect(r->addr, r->len, PROT_READ | PROT_WRITE);
}

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "nobody may reach it"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_mprotect = {
	.name = "mprotect",
	.summary = "mprotect of the mapping to PROT_NONE and back",
	.flags = GR_INV_SAME_MM | GR_INV_DENIES,
	.expect = expect,
	.setup = gr_inv_own_setup,
	.invalidate = invalidate,
	.restore = restore,
	.teardown = gr_inv_own_teardown,
};
