// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator unlink_close: remove a file that everybody has unmapped and closed,
 * and of which pins are left. unlink() drops the last link and, at its end, by
 * iput(), the last reference on the inode: it is evicted within this very call,
 * its pages leave the xarray and its blocks are freed (XFS leaves the freeing to a
 * worker). No layout is broken by the call itself, so eviction has to wait.
 *
 * It cannot show the same of a last close() or munmap(), where the eviction is at
 * the expense of that task.
 * Source: fs/namei.c do_unlinkat() (filename_unlinkat() in newer kernels);
 * fs/inode.c evict(); fs/dax.c dax_break_layout_final(); fs/ext4/inode.c
 * ext4_evict_inode(); fs/xfs/xfs_super.c xfs_fs_evict_inode(); unlink(2).
 */
#include "invalidate/internal.h"
#include "sys/call.h"

static int invalidate(struct gr_invalidate *inv)
{
	return gr_unlink(inv->target->dev);
}

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "the file and its blocks are gone"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_unlink_close = {
	.name = "unlink_close",
	.summary = "unlink of the file when nothing but pins is left of it",
	.flags = GR_INV_FILE | GR_INV_WAITS | GR_INV_FREES | GR_INV_UNMAPPED,
	.needs = {.root = true},
	.expect = expect,
	.setup = gr_inv_file_setup,
	.invalidate = invalidate,
	.restore = gr_inv_file_restore,
	.teardown = gr_inv_file_teardown,
};
