// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator punch_hole: free all blocks that are mapped; the file keeps its
 * size, and the mapping reads zeros. Drives ext4_punch_hole() or
 * xfs_free_file_space() after the same breaking of the layout as truncate.
 *
 * It cannot show what faults do meanwhile: nobody touches the mapping in the
 * window, but for gup.
 * Source: fs/ext4/inode.c ext4_punch_hole(); fs/xfs/xfs_file.c
 * xfs_file_fallocate(), xfs_break_layouts(); fallocate(2).
 */
#include <linux/falloc.h>

#include "invalidate/file_internal.h"
#include "invalidate/internal.h"

static int invalidate(struct gr_invalidate *inv)
{
	return gr_inv_fallocate(inv, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
				inv->target->file_off, inv->target->size);
}

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "there is a hole where the mapping is"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_punch_hole = {
	.name = "punch_hole",
	.summary = "fallocate: a hole where the mapping is",
	.flags = GR_INV_FILE | GR_INV_WAITS | GR_INV_FREES,
	.needs = {.root = true},
	.expect = expect,
	.setup = gr_inv_file_setup,
	.invalidate = invalidate,
	.restore = gr_inv_file_restore,
	.teardown = gr_inv_file_teardown,
};
