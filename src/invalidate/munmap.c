// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator munmap: take the mapping away from under the pin, in the pinning
 * process. Drives unmap_page_range() and its TLB flush against the lockless walk
 * of gup-fast. Pins that are held must live on; the pgmap stays.
 *
 * Source: mm/mmap.c, mm/memory.c; munmap(2).
 */
#include <sys/mman.h>

#include "invalidate/internal.h"
#include "sys/call.h"

static int invalidate(struct gr_invalidate *inv)
{
	return gr_munmap(inv->mapping->range.addr, inv->mapping->range.len);
}

/*
 * The same range at the same place; the node is still open. Private memory is gone
 * for good, so another takes its place.
 */
static int restore(struct gr_invalidate *inv)
{
	const struct gr_mapping *m = inv->mapping;
	bool moves =
		inv->target->ops && inv->target->ops->flags & GR_TARGET_MOVES;

	return gr_mmap_at(m->range.addr, m->range.len, PROT_READ | PROT_WRITE,
			  moves ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED,
			  moves ? -1 : m->fd);
}

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "it is unmapped"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_munmap = {
	.name = "munmap",
	.summary = "munmap of the mapping by another thread",
	.flags = GR_INV_SAME_MM | GR_INV_DENIES,
	.expect = expect,
	.setup = gr_inv_own_setup,
	.invalidate = invalidate,
	.restore = restore,
	.teardown = gr_inv_own_teardown,
};
