// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator zero_range: make all that is mapped read as zeros. XFS frees the
 * blocks and allocates others; ext4 keeps them and marks them unwritten, so that
 * what a device still wrote to them would be lost. Both break the layout first.
 *
 * It cannot show stale data on ext4: no other file is given the blocks.
 * Source: fs/ext4/extents.c ext4_zero_range(); fs/xfs/xfs_file.c
 * xfs_file_fallocate() (xfs_falloc_zero_range() in newer kernels); fallocate(2).
 */
#include <linux/falloc.h>

#include "invalidate/file_internal.h"
#include "invalidate/internal.h"

static int invalidate(struct gr_invalidate *inv)
{
	return gr_inv_fallocate(inv, FALLOC_FL_ZERO_RANGE,
				inv->target->file_off, inv->target->size);
}

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "the range reads as zeros"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_zero_range = {
	.name = "zero_range",
	.summary = "fallocate: zeros where the mapping is",
	.flags = GR_INV_FILE | GR_INV_WAITS | GR_INV_FREES,
	.needs = {.root = true},
	.expect = expect,
	.setup = gr_inv_file_setup,
	.invalidate = invalidate,
	.restore = gr_inv_file_restore,
	.teardown = gr_inv_file_teardown,
};
