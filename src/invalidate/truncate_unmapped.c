// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator truncate_unmapped: cut a file to nothing that everybody has unmapped
 * and closed, and of which pins are left. The layout is broken as for truncate, but
 * the scan for pages in use meets a file that nobody maps: what is pinned is pinned
 * all the same, and its blocks must not be freed before the unpin.
 *
 * It cannot show the unmap that comes before the scan: there is nothing to unmap.
 * Source: fs/dax.c dax_layout_busy_page_range(); fs/ext4/inode.c ext4_setattr(),
 * fs/xfs/xfs_iops.c xfs_setattr_size(); truncate(2).
 */
#include "invalidate/internal.h"
#include "sys/call.h"

static int invalidate(struct gr_invalidate *inv)
{
	return gr_truncate(inv->target->dev, 0);
}

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "the file is empty"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_truncate_unmapped = {
	.name = "truncate_unmapped",
	.summary = "truncate of the file when nothing but pins is left of it",
	.flags = GR_INV_FILE | GR_INV_WAITS | GR_INV_FREES | GR_INV_UNMAPPED,
	.needs = {.root = true},
	.expect = expect,
	.setup = gr_inv_file_setup,
	.invalidate = invalidate,
	.restore = gr_inv_file_restore,
	.teardown = gr_inv_file_teardown,
};
