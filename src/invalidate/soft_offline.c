// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator soft_offline: MADV_SOFT_OFFLINE of the page that is pinned. Of device
 * memory there is nothing to move a page to, so the kernel must refuse with EIO and
 * give back the reference that it took to look at it, while others pin the same page.
 * Nothing may change; what it loses shows in the counts.
 *
 * Success is a finding: a page of the device would be out of service.
 * Source: mm/memory-failure.c soft_offline_page(); madvise(2).
 */
#include <errno.h>

#include "invalidate/internal.h"
#include "sys/call.h"

#define PAGE 4096u

static int invalidate(struct gr_invalidate *inv)
{
	return gr_soft_offline(inv->pinned, PAGE);
}

static const struct gr_expect expect[] = {
	{EIO, GR_EXPECT_LEGAL, "memory of a device cannot be replaced"},
	{0, GR_EXPECT_BUG, "there is nothing that could take its place"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_soft_offline = {
	.name = "soft_offline",
	.summary = "MADV_SOFT_OFFLINE of the pinned page, to be refused",
	.flags = GR_INV_SAME_MM,
	.needs =
		{
			.kconfig =
				(const char *const[]){"CONFIG_MEMORY_FAILURE",
						      NULL},
			.root = true,
		},
	.expect = expect,
	.setup = gr_inv_own_setup,
	.invalidate = invalidate,
	.restore = gr_inv_own_restore,
	.teardown = gr_inv_own_teardown,
};
