// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator mremap: move the mapping to another place in the same process. The
 * leaves are moved, not zapped (move_page_tables(), with its TLB flush), while
 * gup-fast walks them without a lock. A pin that is held must live on, and at the
 * old place nothing may be left.
 *
 * It moves whole leaves only: what is smaller device-dax must refuse, which the
 * check partial_unmap tries. No page is faulted in meanwhile.
 * Source: mm/mremap.c; mremap(2), MREMAP_FIXED.
 */
#include <stdint.h>
#include <sys/mman.h>

#include "base/log.h"
#include "core/invalidate.h"
#include "sys/call.h"

struct move {
	void *room; /* reserved, with enough to align in */
	size_t room_len; /* bytes; 0 = none */
	void *to;
};

/* The place must be aligned as the mapping is, or its leaves cannot stay. */
static int setup(const struct gr_ctx *ctx, struct gr_invalidate *inv)
{
	struct move *m = inv->priv;
	size_t leaf = inv->target->spec.align;
	size_t len = inv->mapping->range.len + leaf;
	uintptr_t at;
	int ret = gr_mmap(len, PROT_NONE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0,
			  &m->room);

	(void)ctx;
	if (ret)
		return gr_err(ret, "cannot reserve %zu bytes of addresses",
			      len);
	m->room_len = len;
	at = ((uintptr_t)m->room + leaf - 1) / leaf * leaf;
	m->to = (char *)m->room + (at - (uintptr_t)m->room);
	return 0;
}

static int invalidate(struct gr_invalidate *inv)
{
	const struct move *m = inv->priv;
	const struct gr_range *r = &inv->mapping->range;

	return gr_mremap_to(r->addr, r->len, m->to);
}

/* Back to where it was, and the place is reserved for the next time. */
static int restore(struct gr_invalidate *inv)
{
	const struct move *m = inv->priv;
	const struct gr_range *r = &inv->mapping->range;
	int ret = gr_mremap_to(m->to, r->len, r->addr);

	return ret ? ret
		   : gr_mmap_at(m->to, r->len, PROT_NONE,
				MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
				-1);
}

static void teardown(struct gr_invalidate *inv)
{
	struct move *m = inv->priv;

	if (m->room_len)
		(void)gr_munmap(m->room, m->room_len); /* our own */
	m->room_len = 0;
}

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "it is somewhere else"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_mremap = {
	.name = "mremap",
	.summary = "mremap of the mapping to another address",
	.flags = GR_INV_SAME_MM | GR_INV_DENIES,
	.priv_size = sizeof(struct move),
	.expect = expect,
	.setup = setup,
	.invalidate = invalidate,
	.restore = restore,
	.teardown = teardown,
};
