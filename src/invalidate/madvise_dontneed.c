// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator madvise_dontneed: zap every leaf of the mapping and leave the mapping
 * as it is. The shortest zap that there is, with mmap_lock held for reading only
 * (newer kernels: the lock of the VMA), so that faults and the slow path of gup run
 * beside it. The next access and the next pin fault the same page in again; a pin
 * that is held must live on.
 *
 * It cannot show what frees memory: nothing is freed.
 * Source: mm/madvise.c madvise_dontneed_single_vma(); madvise(2).
 */
#include <sys/mman.h>

#include "invalidate/internal.h"
#include "sys/call.h"

static int invalidate(struct gr_invalidate *inv)
{
	const struct gr_range *r = &inv->mapping->range;

	return gr_madvise(r->addr, r->len, MADV_DONTNEED);
}

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "the leaves are zapped"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_madvise_dontneed = {
	.name = "madvise_dontneed",
	.summary = "MADV_DONTNEED: zap the mapping, which stays",
	.flags = GR_INV_SAME_MM,
	.expect = expect,
	.setup = gr_inv_own_setup,
	.invalidate = invalidate,
	.restore = gr_inv_own_restore,
	.teardown = gr_inv_own_teardown,
};
