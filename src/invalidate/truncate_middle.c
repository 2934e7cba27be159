// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator truncate_middle: cut the file where what is mapped begins; one leaf
 * stays in front of the cut. As truncate, but the file keeps blocks and its last
 * extent is cut, so that a scan for busy pages, and the unmapping, which begin at
 * the cut are tried at a place other than 0.
 *
 * It cannot show what becomes of pins in the part that stays: nothing of it is
 * mapped.
 * Source: fs/ext4/inode.c ext4_setattr(), ext4_break_layouts(); fs/xfs/xfs_iops.c
 * xfs_setattr_size(); truncate(2).
 */
#include "invalidate/internal.h"
#include "sys/call.h"

static int invalidate(struct gr_invalidate *inv)
{
	return gr_truncate(inv->target->dev, (off_t)inv->target->file_off);
}

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "the file ends where the mapping begins"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_truncate_middle = {
	.name = "truncate_middle",
	.summary = "truncate of the file to where the mapping begins",
	.flags = GR_INV_FILE | GR_INV_WAITS | GR_INV_SIGBUS | GR_INV_FREES,
	.needs = {.root = true},
	.expect = expect,
	.setup = gr_inv_file_setup,
	.invalidate = invalidate,
	.restore = gr_inv_file_restore,
	.teardown = gr_inv_file_teardown,
};
