// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator rename_over: another file takes the name of the mapped one. The old
 * inode has no link any more, but lives on with all its blocks as long as it is
 * mapped: nothing is taken away, and rename() must not wait for pins. The inode is
 * evicted by the pinner's own munmap() or close(), after its pins.
 *
 * It cannot show what an eviction does that meets pins; unlink_close does.
 * Source: fs/namei.c vfs_rename(); rename(2).
 */
#include "invalidate/file_internal.h"
#include "invalidate/internal.h"
#include "sys/call.h"

static int invalidate(struct gr_invalidate *inv)
{
	const struct gr_inv_other *p = inv->priv;

	return gr_rename(p->path, inv->target->dev);
}

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "the name belongs to another file"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_rename_over = {
	.name = "rename_over",
	.summary = "rename of another file over the mapped one",
	.flags = GR_INV_FILE,
	.needs = {.root = true},
	.priv_size = sizeof(struct gr_inv_other),
	.expect = expect,
	.setup = gr_inv_other_setup,
	.invalidate = invalidate,
	.restore = gr_inv_other_make,
	.teardown = gr_inv_other_teardown,
};
