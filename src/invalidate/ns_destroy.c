// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator ns_destroy: destroy the namespace, as ndctl destroy-namespace does:
 * disable it, then wipe its superblock. On an e820 region the namespace itself
 * stays, in raw mode.
 *
 * Source: ndctl-destroy-namespace(1); drivers/nvdimm/pfn_devs.c.
 */
#include <errno.h>

#include "invalidate/internal.h"

static int invalidate(struct gr_invalidate *inv)
{
	struct gr_inv_nd *p = inv->priv;

	return gr_nd_destroy(p->nd, inv->target->ns);
}

static const struct gr_expect expect[] = {
	GR_EXPECT_TEARDOWN,
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_ns_destroy = {
	.name = "ns_destroy",
	.summary = "ndctl destroy-namespace: disabled, superblock wiped",
	.flags = GR_INV_TEARDOWN,
	.needs = {.root = true},
	.priv_size = sizeof(struct gr_inv_nd),
	.expect = expect,
	.setup = gr_inv_nd_setup,
	.invalidate = invalidate,
	.restore = gr_inv_nd_recreate,
	.teardown = gr_inv_nd_teardown,
};
