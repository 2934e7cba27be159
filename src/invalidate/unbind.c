// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator unbind: write the device to its driver's unbind file in sysfs;
 * the shortest way to the teardown, without libndctl's own checks.
 *
 * Source: drivers/base/bus.c unbind_store(); Documentation/ABI/testing/
 * sysfs-bus-nvdimm.
 */
#include <errno.h>

#include "invalidate/internal.h"

static int invalidate(struct gr_invalidate *inv)
{
	struct gr_inv_nd *p = inv->priv;

	return gr_nd_unbind(gr_nd_driver(&p->before), p->before.nd_dev);
}

static int restore(struct gr_invalidate *inv)
{
	struct gr_inv_nd *p = inv->priv;
	int ret = gr_nd_bind(gr_nd_driver(&p->before), p->before.nd_dev);

	return ret == -EBUSY ? 0 : ret; /* it is bound already */
}

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "it is unbound"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_unbind = {
	.name = "unbind",
	.summary = "sysfs unbind of the nvdimm driver",
	.flags = GR_INV_TEARDOWN,
	.needs = {.root = true},
	.priv_size = sizeof(struct gr_inv_nd),
	.expect = expect,
	.setup = gr_inv_nd_setup,
	.invalidate = invalidate,
	.restore = restore,
	.teardown = gr_inv_nd_teardown,
};
