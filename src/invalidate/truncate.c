// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator truncate: cut the file to nothing. The file system breaks the
 * layout first: it unmaps the file, looks for pages whose count is not idle
 * (dax_layout_busy_page()), and sleeps until each is; only then may the blocks be
 * freed. The sleep can be interrupted, so no hung task is ever reported.
 *
 * Source: fs/ext4/inode.c ext4_setattr(), fs/xfs/xfs_iops.c xfs_setattr_size();
 * 5fac7408d828, 430657b6be89; truncate(2).
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

const struct gr_invalidate_ops gr_invalidate_truncate = {
	.name = "truncate",
	.summary = "truncate of the file to nothing",
	.flags = GR_INV_FILE | GR_INV_WAITS | GR_INV_SIGBUS | GR_INV_FREES,
	.needs = {.root = true},
	.expect = expect,
	.setup = gr_inv_file_setup,
	.invalidate = invalidate,
	.restore = gr_inv_file_restore,
	.teardown = gr_inv_file_teardown,
};
