// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator umount_lazy: take the mount out of the tree while a file of it is
 * mapped (MNT_DETACH). It must return at once; the file system lives on for those
 * who have it, their mapping and pins work, and the superblock is shut down with
 * the last munmap() or close(), in the pinner.
 *
 * It cannot show a shutdown that meets pins; umount_pinned does.
 * Source: fs/namespace.c do_umount(), cleanup_mnt(); fs/super.c
 * generic_shutdown_super(); umount(2).
 */
#include <sys/mount.h>

#include "invalidate/internal.h"
#include "sys/fs.h"

static int invalidate(struct gr_invalidate *inv)
{
	return gr_fs_umount(inv->target->mnt, MNT_DETACH);
}

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "it is out of the tree"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_umount_lazy = {
	.name = "umount_lazy",
	.summary = "umount -l while a file is mapped",
	.flags = GR_INV_FILE,
	.needs = {.root = true},
	.expect = expect,
	.setup = gr_inv_file_setup,
	.invalidate = invalidate,
	.restore = gr_inv_file_restore,
	.teardown = gr_inv_file_teardown,
};
