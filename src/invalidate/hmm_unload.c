// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator hmm_unload: remove the driver, with the pgmaps of all of its devices. What has
 * a device open keeps it; so pinners have closed it, and unmapped their memory, and pins
 * are all that is left. Where these hold pages of the device it has to wait.
 *
 * Source: lib/test_hmm.c hmm_dmirror_exit(); delete_module(2), O_NONBLOCK.
 */
#include "invalidate/hmm_internal.h"

static int invalidate(struct gr_invalidate *inv)
{
	(void)inv;
	return gr_dmirror_unload();
}

static int restore(struct gr_invalidate *inv)
{
	(void)inv;
	return gr_dmirror_load();
}

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "it is gone"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_hmm_unload = {
	.name = "hmm_unload",
	.summary = "the driver of the devices is removed",
	.flags = GR_INV_MOVES | GR_INV_WAITS | GR_INV_UNMAPPED,
	.needs = {.root = true, .guest_only = true},
	.expect = expect,
	.setup = gr_inv_own_setup,
	.invalidate = invalidate,
	.restore = restore,
	.teardown = gr_inv_own_teardown,
};
