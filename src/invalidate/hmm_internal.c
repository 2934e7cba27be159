// SPDX-License-Identifier: GPL-2.0-only
#include "invalidate/hmm_internal.h"

#include <errno.h>

#include "sys/numa.h"
#include "sys/pagemap.h"

/* Of a range that crosses the border of two leaves both pages. */
#define PAGES 2

int gr_inv_ask(const struct gr_invalidate *inv, enum gr_dmirror_op op)
{
	ssize_t n = gr_dmirror_do(inv->mapping->handle, op, inv->pinned, PAGES);

	return n < 0 ? (int)n : 0;
}

uint64_t gr_inv_page(const struct gr_invalidate *inv)
{
	struct gr_pagemap at;

	return gr_pagemap_at(inv->pinned, &at) ? 0 : at.pfn;
}

int gr_inv_moved(const struct gr_invalidate *inv, uint64_t before)
{
	return gr_inv_page(inv) == before ? -EBUSY : 0;
}

int gr_inv_two_nodes(const struct gr_ctx *ctx, struct gr_reason *why)
{
	(void)ctx;
	if (gr_numa_nodes() > 1)
		return 0;
	gr_reason_set(why, "needs two nodes of memory");
	return -ENODEV;
}
