// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator insert_range: put a hole of one leaf in front of all that is mapped.
 * No block is freed, but each moves up in the file under the mapping: a page that
 * is pinned would be found at another place than its struct page says. ext4 and
 * XFS break the layout, so pins of all that moves must be waited for.
 *
 * It cannot show stale data: no other file is given a block.
 * Source: fs/ext4/extents.c ext4_insert_range(); fs/xfs/xfs_bmap_util.c
 * xfs_insert_file_space(); fallocate(2).
 */
#include <linux/falloc.h>

#include "invalidate/file_internal.h"
#include "invalidate/internal.h"

static int invalidate(struct gr_invalidate *inv)
{
	return gr_inv_fallocate(inv, FALLOC_FL_INSERT_RANGE,
				inv->target->file_off, inv->target->spec.align);
}

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "there is a hole, and all else has moved up"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_insert_range = {
	.name = "insert_range",
	.summary = "fallocate: a hole in front, all that is mapped moves up",
	.flags = GR_INV_FILE | GR_INV_WAITS,
	.needs = {.root = true},
	.expect = expect,
	.setup = gr_inv_file_setup,
	.invalidate = invalidate,
	.restore = gr_inv_file_restore,
	.teardown = gr_inv_file_teardown,
};
