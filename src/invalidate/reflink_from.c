// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator reflink_from: FICLONERANGE of all that is mapped into another file.
 * The file keeps its blocks, but from now on they are shared and a write must copy
 * them first: a device that still wrote to a pinned page would change the clone as
 * well. So the layouts of both files are broken, and pins must be waited for; of
 * which kind they are the kernel cannot tell.
 *
 * It cannot show whether a clone is changed: nothing looks into it.
 * Source: fs/xfs/xfs_reflink.c xfs_reflink_remap_prep(); ioctl_ficlonerange(2).
 */
#include "invalidate/file_internal.h"
#include "invalidate/internal.h"
#include "sys/call.h"

/* The clone gives its share back, and the blocks have one owner again. */
static int restore(struct gr_invalidate *inv)
{
	const struct gr_inv_other *p = inv->priv;

	return gr_truncate(p->path, 0);
}

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "another file shares the blocks"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_reflink_from = {
	.name = "reflink_from",
	.summary = "reflink of the mapping into another file",
	.flags = GR_INV_FILE | GR_INV_WAITS | GR_INV_REFLINK,
	.needs = {.root = true},
	.priv_size = sizeof(struct gr_inv_other),
	.expect = expect,
	.setup = gr_inv_other_setup,
	.invalidate = gr_inv_clone_from,
	.restore = restore,
	.teardown = gr_inv_other_teardown,
};
