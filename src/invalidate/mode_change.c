// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator mode_change: give the namespace the other of the modes fsdax and
 * devdax: disable, new superblock, enable. The same pages get another pgmap
 * while old pins may be left.
 *
 * Source: ndctl-create-namespace(1), --reconfig; drivers/nvdimm/pfn_devs.c.
 */
#include <errno.h>

#include "invalidate/internal.h"

static int invalidate(struct gr_invalidate *inv)
{
	struct gr_inv_nd *p = inv->priv;
	struct gr_nd_config cfg = {
		.ns = p->before.name,
		.mode = p->before.mode == GR_ND_DEVDAX ? GR_ND_FSDAX
						       : GR_ND_DEVDAX,
		.map = p->before.map,
		.align = p->before.align,
	};
	struct gr_nd_info info;

	return gr_nd_create(p->nd, &cfg, &info);
}

static const struct gr_expect expect[] = {
	GR_EXPECT_TEARDOWN,
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_mode_change = {
	.name = "mode_change",
	.summary = "reconfigure between devdax and fsdax",
	.flags = GR_INV_TEARDOWN,
	.needs = {.root = true},
	.priv_size = sizeof(struct gr_inv_nd),
	.expect = expect,
	.setup = gr_inv_nd_setup,
	.invalidate = invalidate,
	.restore = gr_inv_nd_recreate,
	.teardown = gr_inv_nd_teardown,
};
