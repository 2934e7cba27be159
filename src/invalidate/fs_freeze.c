// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator fs_freeze: freeze the file system and thaw it at once. Freezing waits
 * for those who are writing, and for page faults that are being served, but not for
 * pins, which write past the file system; gup that has to fault sleeps until the
 * thaw. Nothing is taken away. Both calls come from one process, which touches
 * nothing between them: nobody who could sleep on the frozen file system is needed
 * for the thaw.
 *
 * It cannot show what a long freeze does to those who sleep on it.
 * Source: fs/super.c freeze_super(), thaw_super(); fs/ext4/file.c
 * ext4_dax_huge_fault(); fsfreeze(8).
 */
#include <errno.h>
#include <fcntl.h>

#include "invalidate/internal.h"
#include "sys/call.h"
#include "sys/fs.h"

static int invalidate(struct gr_invalidate *inv)
{
	int ret, fd = gr_open(inv->target->mnt, O_RDONLY | O_DIRECTORY);

	if (fd < 0)
		return fd;
	ret = gr_fs_freeze(fd);
	if (!ret)
		ret = gr_fs_thaw(fd);
	(void)gr_close(fd); /* a folder, read by nobody */
	return ret;
}

/* Nothing is done to a frozen file system before it is thawed. */
static int restore(struct gr_invalidate *inv)
{
	int ret, fd = gr_open(inv->target->mnt, O_RDONLY | O_DIRECTORY);

	if (fd < 0)
		return fd;
	ret = gr_fs_thaw(fd);
	(void)gr_close(fd);
	return ret == -EINVAL ? 0 : ret; /* it is not frozen */
}

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "it was frozen and thawed"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_fs_freeze = {
	.name = "fs_freeze",
	.summary = "freeze and thaw of the file system",
	.flags = GR_INV_FILE,
	.needs = {.root = true},
	.expect = expect,
	.setup = gr_inv_file_setup,
	.invalidate = invalidate,
	.restore = restore,
	.teardown = gr_inv_file_teardown,
};
