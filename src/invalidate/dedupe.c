// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator dedupe: FIDEDUPERANGE of a copy onto all that is mapped. The bytes
 * are the same before and after, but the blocks are those of the copy, shared, and
 * the old ones are freed. The layouts of both files are broken before the bytes
 * are compared, by dax_dedupe_file_range_compare().
 *
 * It cannot show an exchange of blocks under a pin that writes other bytes than the
 * file had: the kernel has broken the layout by then, and rightly does no more.
 * Source: fs/remap_range.c vfs_dedupe_file_range_one(); fs/xfs/xfs_reflink.c
 * xfs_reflink_remap_prep(); ioctl_fideduperange(2).
 */
#include <errno.h>

#include "invalidate/file_internal.h"
#include "invalidate/internal.h"
#include "sys/call.h"

/* attach() makes an empty file anew, whatever a pin wrote into it. */
static int restore(struct gr_invalidate *inv)
{
	return gr_truncate(inv->target->dev, 0);
}

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "the mapping has the blocks of the copy"},
	{EBADE, GR_EXPECT_LEGAL_WHILE_PINNED, "a pin wrote other bytes"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_dedupe = {
	.name = "dedupe",
	.summary = "dedupe of the mapping against a copy",
	.flags = GR_INV_FILE | GR_INV_WAITS | GR_INV_FREES | GR_INV_REFLINK,
	.needs = {.root = true},
	.priv_size = sizeof(struct gr_inv_other),
	.expect = expect,
	.setup = gr_inv_other_copy_setup,
	.invalidate = gr_inv_dedupe_over,
	.restore = restore,
	.teardown = gr_inv_other_teardown,
};
