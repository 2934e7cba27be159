// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator region_disable: disable the whole region, as ndctl disable-region
 * does: all its namespaces are unbound and their devices go away.
 *
 * Source: ndctl-disable-region(1); drivers/nvdimm/region.c.
 */
#include <errno.h>

#include "invalidate/internal.h"

static int invalidate(struct gr_invalidate *inv)
{
	struct gr_inv_nd *p = inv->priv;

	return gr_nd_region_disable(p->nd, inv->target->region);
}

static int restore(struct gr_invalidate *inv)
{
	struct gr_inv_nd *p = inv->priv;
	int ret = gr_nd_region_enable(p->nd, inv->target->region);

	if (!ret)
		ret = gr_nd_reload(p->nd);
	return ret ? ret : gr_nd_enable(p->nd, inv->target->ns);
}

static const struct gr_expect expect[] = {
	GR_EXPECT_TEARDOWN,
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_region_disable = {
	.name = "region_disable",
	.summary = "ndctl disable-region: all its namespaces go",
	.flags = GR_INV_TEARDOWN,
	.needs = {.root = true},
	.priv_size = sizeof(struct gr_inv_nd),
	.expect = expect,
	.setup = gr_inv_nd_setup,
	.invalidate = invalidate,
	.restore = restore,
	.teardown = gr_inv_nd_teardown,
};
