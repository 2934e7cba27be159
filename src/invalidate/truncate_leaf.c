// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator truncate_leaf: cut the file in the middle of a huge leaf. The entry
 * of the page tables covers both what goes and what stays, and so does the entry
 * of the file's xarray: unmap_mapping_range() has to split or drop the one,
 * truncate_inode_pages_range() drops the other through dax_delete_mapping_entry(),
 * and a pin of the second half must still be waited for.
 *
 * It cannot show what becomes of a pin in the first half, which must live on.
 * Source: mm/truncate.c, mm/huge_memory.c zap_huge_pmd(); fs/dax.c
 * dax_layout_busy_page(); truncate(2).
 */
#include "invalidate/internal.h"
#include "sys/call.h"

static int invalidate(struct gr_invalidate *inv)
{
	const struct gr_target *t = inv->target;
	uint64_t kept = gr_inv_kept(inv->ops, t->spec.align);

	return gr_truncate(t->dev, (off_t)(t->file_off + kept));
}

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "the file ends in the middle of the first leaf"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_truncate_leaf = {
	.name = "truncate_leaf",
	.summary = "truncate of the file to the middle of its first huge leaf",
	.flags = GR_INV_FILE | GR_INV_WAITS | GR_INV_SIGBUS | GR_INV_FREES |
		 GR_INV_HUGE,
	.needs = {.root = true},
	.expect = expect,
	.setup = gr_inv_file_setup,
	.invalidate = invalidate,
	.restore = gr_inv_file_restore,
	.teardown = gr_inv_file_teardown,
};
