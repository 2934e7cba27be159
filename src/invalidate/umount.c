// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator umount: unmount a file system of which a file is mapped. The mapping
 * holds the file, which holds the mount: the kernel must refuse, at once, and all
 * must go on as if nobody had asked.
 *
 * It cannot show what an unmount does to pins: it never gets so far. umount_pinned
 * and umount_lazy do.
 * Source: fs/namespace.c do_umount(), propagate_mount_busy(); umount(2).
 */
#include <errno.h>

#include "invalidate/internal.h"
#include "sys/fs.h"

static int invalidate(struct gr_invalidate *inv)
{
	return gr_fs_umount(inv->target->mnt, 0);
}

static const struct gr_expect expect[] = {
	{EBUSY, GR_EXPECT_LEGAL_WHILE_PINNED, "a file of it is mapped"},
	{0, GR_EXPECT_BUG, "it went away under a mapping"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_umount = {
	.name = "umount",
	.summary = "umount while a file is mapped, to be refused",
	.flags = GR_INV_FILE,
	.needs = {.root = true},
	.expect = expect,
	.setup = gr_inv_file_setup,
	.invalidate = invalidate,
	.restore = gr_inv_file_restore,
	.teardown = gr_inv_file_teardown,
};
