// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator remount: make the file system read-only, and writable again. While a
 * file is open for writing, as a mapped one is, the kernel must refuse, and it must
 * not wait for pins either way.
 *
 * It cannot show a file system that becomes read-only under a pin: the mapping is
 * always one for writing.
 * Source: fs/super.c reconfigure_super(); fs/namespace.c
 * sb_prepare_remount_readonly(); mount(2), MS_REMOUNT.
 */
#include <errno.h>
#include <stdbool.h>

#include "invalidate/internal.h"
#include "sys/fs.h"

static int invalidate(struct gr_invalidate *inv)
{
	int ret = gr_fs_remount(inv->target->mnt, true);

	return ret ? ret : gr_fs_remount(inv->target->mnt, false);
}

/* What is writable stays so. */
static int restore(struct gr_invalidate *inv)
{
	return gr_fs_remount(inv->target->mnt, false);
}

static const struct gr_expect expect[] = {
	{EBUSY, GR_EXPECT_LEGAL_WHILE_PINNED, "a file is open for writing"},
	{0, GR_EXPECT_BUG, "it was read-only under an open file"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_remount = {
	.name = "remount",
	.summary = "remount read-only, to be refused, and writable again",
	.flags = GR_INV_FILE,
	.needs = {.root = true},
	.expect = expect,
	.setup = gr_inv_file_setup,
	.invalidate = invalidate,
	.restore = restore,
	.teardown = gr_inv_file_teardown,
};
