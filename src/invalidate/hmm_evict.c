// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator hmm_evict: the driver takes all that a device has back from everybody, and
 * ends its pgmap, as it does when it is removed: migrate_device_range(), memunmap_pages().
 * Where pins hold pages of the device it has to wait for them; and it must not miss a page
 * that is in somebody else's hands at the moment.
 *
 * Source: lib/test_hmm.c dmirror_device_remove_chunks(); mm/memremap.c.
 */
#include "base/log.h"
#include "invalidate/hmm_internal.h"

#define PAGE 4096u

struct evict {
	struct gr_dmirror *d;
};

static int setup(const struct gr_ctx *ctx, struct gr_invalidate *inv)
{
	struct evict *e = inv->priv;
	int ret = gr_dmirror_open(inv->target->dev, PAGE, &e->d);

	(void)ctx;
	return ret ? gr_err(ret, "cannot open '%s'", inv->target->dev) : 0;
}

/* The address is of no meaning to it, but has to be one. */
static int invalidate(struct gr_invalidate *inv)
{
	struct evict *e = inv->priv;

	return (int)gr_dmirror_do(e->d, GR_DMIRROR_RELEASE, e->d->room, 1);
}

static void teardown(struct gr_invalidate *inv)
{
	struct evict *e = inv->priv;

	(void)gr_dmirror_close(e->d); /* it has mirrored nothing */
	e->d = NULL;
}

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "the device has nothing any more"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_hmm_evict = {
	.name = "hmm_evict",
	.summary = "all that the device has goes back, and its pgmap ends",
	.flags = GR_INV_MOVES | GR_INV_WAITS,
	.needs = {.root = true, .guest_only = true},
	.priv_size = sizeof(struct evict),
	.expect = expect,
	.setup = setup,
	.invalidate = invalidate,
	.restore = gr_inv_own_restore,
	.teardown = teardown,
};
