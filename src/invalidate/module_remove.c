// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator module_remove: remove the modules that serve the namespace. The
 * one that binds it on the nd bus goes first: its exit unbinds every device,
 * which is the teardown. The others follow before all are loaded again;
 * device_dax refuses with EAGAIN as long as its character device is open.
 *
 * Everything that uses these modules loses its device: only in a guest.
 * Source: delete_module(2); drivers/dax/pmem.c, drivers/dax/device.c.
 */
#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "invalidate/internal.h"
#include "sys/module.h"

#define NR_MODULES 3

static const char *const devdax_modules[NR_MODULES + 1] = {
	"dax_pmem", "device_dax", "nd_pmem", NULL};
static const char *const pmem_modules[NR_MODULES + 1] = {"nd_pmem", NULL};

static const char *const *modules_of(const struct gr_nd_info *info)
{
	return info->mode == GR_ND_DEVDAX ? devdax_modules : pmem_modules;
}

static int probe(const struct gr_ctx *ctx, struct gr_reason *why)
{
	(void)ctx;
	if (gr_module_loaded("nd_pmem") && gr_module_loaded("dax_pmem"))
		return 0;
	gr_reason_set(why, "needs nd_pmem and dax_pmem as loaded modules");
	return -ENODEV;
}

/* The one that binds the namespace: its removal is the teardown. */
static int invalidate(struct gr_invalidate *inv)
{
	const struct gr_inv_nd *p = inv->priv;

	return gr_module_remove(modules_of(&p->before)[0]);
}

/* The others may still be in use; removed or not, all are there again after. */
static int restore(struct gr_invalidate *inv)
{
	struct gr_inv_nd *p = inv->priv;
	const char *const *m = modules_of(&p->before);
	int first = 0;

	for (const char *const *other = m + 1; *other; other++)
		(void)gr_module_remove(*other); /* EAGAIN: still open */
	for (; *m; m++) {
		int ret = gr_module_load(*m, NULL);

		if (ret && !first)
			first = gr_err(ret, "cannot load module '%s'", *m);
	}
	return first;
}

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "the modules are gone"},
	{EAGAIN, GR_EXPECT_LEGAL_WHILE_PINNED, "a module is in use"},
	{EBUSY, GR_EXPECT_LEGAL_WHILE_PINNED, "a module is going or coming"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_module_remove = {
	.name = "module_remove",
	.summary = "remove dax_pmem, device_dax and nd_pmem",
	.flags = GR_INV_TEARDOWN,
	.needs = {.root = true, .guest_only = true},
	.priv_size = sizeof(struct gr_inv_nd),
	.expect = expect,
	.probe = probe,
	.setup = gr_inv_nd_setup,
	.invalidate = invalidate,
	.restore = restore,
	.teardown = gr_inv_nd_teardown,
};
