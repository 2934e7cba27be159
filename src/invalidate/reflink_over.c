// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator reflink_over: FICLONERANGE of another file over all that is mapped.
 * The old blocks are freed, and the mapping has those of the other file, shared.
 * XFS breaks the layouts of both files by xfs_ilock2_io_mmap() first: of the inode
 * with the lower number it waits for pins, of the other one it tries again until
 * there is none.
 *
 * It cannot show both ways to wait: which inode is which the file system decides.
 * Source: fs/xfs/xfs_reflink.c xfs_reflink_remap_prep(); fs/xfs/xfs_inode.c
 * xfs_mmaplock_two_inodes_and_break_dax_layout(); ioctl_ficlonerange(2).
 */
#include "invalidate/file_internal.h"
#include "invalidate/internal.h"

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "the mapping has the blocks of another file"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_reflink_over = {
	.name = "reflink_over",
	.summary = "reflink of another file over the mapping",
	.flags = GR_INV_FILE | GR_INV_WAITS | GR_INV_FREES | GR_INV_REFLINK,
	.needs = {.root = true},
	.priv_size = sizeof(struct gr_inv_other),
	.expect = expect,
	.setup = gr_inv_other_copy_setup,
	.invalidate = gr_inv_clone_over,
	.restore = gr_inv_file_restore,
	.teardown = gr_inv_other_teardown,
};
