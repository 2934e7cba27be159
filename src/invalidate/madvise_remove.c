// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator madvise_remove: punch a hole into the file through the mapping,
 * MADV_REMOVE. It comes to the file system as fallocate() with PUNCH_HOLE does, but
 * from the process that maps and pins, out of madvise(2), which has to let go of
 * mmap_lock first: the file system unmaps the range and waits for the pages of it
 * that are pinned before it frees their blocks.
 *
 * Only on files: on device-dax it is ENODEV on every kernel, since a character
 * device has no fallocate(). The file keeps its size, so the mapping does not
 * SIGBUS: what is read there is zeros, and what is written gets a new block.
 * Source: mm/madvise.c madvise_remove(); fs/open.c vfs_fallocate(); madvise(2).
 */
#include <sys/mman.h>

#include "invalidate/internal.h"
#include "sys/call.h"

static int invalidate(struct gr_invalidate *inv)
{
	const struct gr_range *r = &inv->mapping->range;

	return gr_madvise(r->addr, r->len, MADV_REMOVE);
}

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "the blocks are gone"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_madvise_remove = {
	.name = "madvise_remove",
	.summary = "MADV_REMOVE: a hole in the file, through the mapping",
	.flags = GR_INV_SAME_MM | GR_INV_FILE | GR_INV_WAITS | GR_INV_FREES,
	.needs = {.root = true},
	.expect = expect,
	.setup = gr_inv_file_setup,
	.invalidate = invalidate,
	.restore = gr_inv_file_restore,
	.teardown = gr_inv_file_teardown,
};
