// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator region_disable: disable the whole region, as ndctl disable-region
 * does: all its namespaces are unbound and their devices go away.
 *
 * Source: ndctl-disable-region(1); drivers/nvdimm/region.c.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "core/ctx.h"
#include "invalidate/internal.h"

#define NS_MAX 32

static bool handed_over(const struct gr_ctx *ctx, const char *ns)
{
	for (unsigned int i = 0; i < ctx->nr_ns; i++)
		if (!strcmp(ctx->ns[i], ns))
			return true;
	return false;
}

/* Is a namespace of ours in the region of @other? */
static bool shares_region(const struct gr_ctx *ctx,
			  const struct gr_nd_info *all, ssize_t nr,
			  const struct gr_nd_info *other)
{
	for (ssize_t i = 0; i < nr; i++)
		if (handed_over(ctx, all[i].name) &&
		    !strcmp(all[i].region, other->region))
			return true;
	return false;
}

/* All namespaces of the region go: on a host all must have been handed over. */
static int probe(const struct gr_ctx *ctx, struct gr_reason *why)
{
	struct gr_nd_info all[NS_MAX];
	struct gr_nd *nd;
	ssize_t nr;
	int ret;

	if (ctx->in_guest)
		return 0;
	ret = gr_nd_open(&nd);
	nr = ret ? ret : gr_nd_list(nd, all, NS_MAX);
	if (!ret)
		gr_nd_close(nd);
	if (nr < 0) {
		gr_reason_set(why, "cannot list namespaces: %s",
			      strerror((int)-nr));
		return (int)nr;
	}
	for (ssize_t i = 0; i < nr; i++)
		if (!handed_over(ctx, all[i].name) &&
		    shares_region(ctx, all, nr, &all[i])) {
			gr_reason_set(why,
				      "would disable %s too, which was not "
				      "handed over",
				      all[i].name);
			return -EPERM;
		}
	return 0;
}

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
	.probe = probe,
	.setup = gr_inv_nd_setup,
	.invalidate = invalidate,
	.restore = restore,
	.teardown = gr_inv_nd_teardown,
};
