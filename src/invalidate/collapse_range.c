// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator collapse_range: cut the first mapped leaf out of the file. Its blocks
 * are freed, and those behind it move down: the mapping has other blocks at every
 * place, and the last leaf lies beyond the end of the file. So pins of all that
 * is behind the cut must be waited for, not only of what is freed: struct pages
 * know their place in the file. ext4 and XFS break the layout of all of it.
 *
 * The cut is aligned to blocks and does not reach the end, both of which would
 * give EINVAL. It cannot tell by itself a wait for the pins of what is freed from
 * one for those of what moves: the shapes cross and far pin behind the first leaf.
 * Source: fs/ext4/extents.c ext4_collapse_range(); fs/xfs/xfs_bmap_util.c
 * xfs_collapse_file_space(); fallocate(2).
 */
#include <linux/falloc.h>

#include "invalidate/file_internal.h"
#include "invalidate/internal.h"

static int invalidate(struct gr_invalidate *inv)
{
	return gr_inv_fallocate(inv, FALLOC_FL_COLLAPSE_RANGE,
				inv->target->file_off, inv->target->spec.align);
}

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "the first leaf is cut out"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_collapse_range = {
	.name = "collapse_range",
	.summary = "fallocate: the first leaf is cut out, the others move down",
	.flags = GR_INV_FILE | GR_INV_WAITS | GR_INV_FREES,
	.needs = {.root = true},
	.expect = expect,
	.setup = gr_inv_file_setup,
	.invalidate = invalidate,
	.restore = gr_inv_file_restore,
	.teardown = gr_inv_file_teardown,
};
