// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator umount_pinned: unmount a file system of which nobody has a file open
 * or mapped, but pages are pinned. A pin holds a page, not the file, nor the mount:
 * EBUSY would be wrong. The unmount shuts the superblock down and evicts all its
 * inodes, which are then no more to be found for whoever has to wait for their
 * pages: it must not return before the unpin, since what comes next may be another
 * file system on the same blocks.
 *
 * It cannot show what becomes of a DMA after that.
 * Source: fs/super.c generic_shutdown_super(); fs/inode.c evict_inodes(); fs/dax.c
 * dax_break_layout_final(); umount(2).
 */
#include "invalidate/internal.h"
#include "sys/fs.h"

static int invalidate(struct gr_invalidate *inv)
{
	return gr_fs_umount(inv->target->mnt, 0);
}

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "it is unmounted"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_umount_pinned = {
	.name = "umount_pinned",
	.summary = "umount when nothing but pins is left of its files",
	.flags = GR_INV_FILE | GR_INV_WAITS | GR_INV_UNMAPPED,
	.needs = {.root = true},
	.expect = expect,
	.setup = gr_inv_file_setup,
	.invalidate = invalidate,
	.restore = gr_inv_file_restore,
	.teardown = gr_inv_file_teardown,
};
