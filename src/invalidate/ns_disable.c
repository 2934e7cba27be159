// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator ns_disable: disable the namespace, as ndctl disable-namespace does,
 * but without its look whether a file system is mounted: the kernel asks nobody.
 * The nd bus unbinds the driver: device_release_driver() -> nd_pmem_remove() or
 * dax_pmem's devres -> kill_dev_dax(), memunmap_pages().
 *
 * Source: drivers/nvdimm/bus.c, drivers/dax/bus.c, mm/memremap.c;
 * ndctl-disable-namespace(1).
 */
#include <errno.h>

#include "invalidate/internal.h"

static int invalidate(struct gr_invalidate *inv)
{
	struct gr_inv_nd *p = inv->priv;

	return gr_nd_disable(p->nd, inv->target->ns);
}

static int restore(struct gr_invalidate *inv)
{
	struct gr_inv_nd *p = inv->priv;

	return gr_nd_enable(p->nd, inv->target->ns);
}

static const struct gr_expect expect[] = {
	GR_EXPECT_TEARDOWN,
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_ns_disable = {
	.name = "ns_disable",
	.summary = "ndctl disable-namespace: the driver is unbound",
	.flags = GR_INV_TEARDOWN,
	.needs = {.root = true},
	.priv_size = sizeof(struct gr_inv_nd),
	.expect = expect,
	.setup = gr_inv_nd_setup,
	.invalidate = invalidate,
	.restore = restore,
	.teardown = gr_inv_nd_teardown,
};
