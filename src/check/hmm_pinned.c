// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check hmm_pinned: where each pin leaves a page that a device has. What the processor
 * cannot reach comes back first, whoever asks; what it can stays, but not for a long-term
 * pin. Nothing that a device has for itself alone is left so. A pin that lasts is of the
 * page that is mapped: what is written to that meanwhile the pin must see.
 *
 * Source: mm/gup.c; mm/migrate_device.c migrate_device_coherent_page().
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/log.h"
#include "check/hmm_internal.h"
#include "core/ctx.h"
#include "core/registry.h"

#define OLD_TAG 11
#define NEW_TAG 12

struct held {
	struct gr_area area;
	const struct gr_pin_ops *ops;
	struct gr_pin pin;
	struct iovec iov;
};

static bool stays(const struct held *h)
{
	return h->area.env->target->ops->flags & GR_TARGET_PIN_STAYS &&
	       !(h->ops->flags & GR_PIN_LONGTERM);
}

static void look(struct held *h, ssize_t n)
{
	enum gr_where want = stays(h) ? GR_AT_DEVICE : GR_AT_SYSTEM;
	enum gr_where is = gr_area_where(&h->area, 0);

	if (n != GR_CHECK_PAGE)
		gr_check_fail(h->area.env, GR_CLASS_POLICY, "pin-failed",
			      "%s of a page that a device has gave %zd (%s)",
			      h->ops->name, n,
			      n < 0 ? strerror((int)-n) : "short");
	else if (is != want)
		gr_check_fail(h->area.env, GR_CLASS_POLICY,
			      is == GR_AT_SYSTEM ? "pinned-elsewhere"
						 : "pinned-on-device",
			      "after %s the page is %s where it must be %s",
			      h->ops->name, gr_where_name(is),
			      gr_where_name(want));
}

/* Only what is read when it is fetched can tell. */
static int look_at_identity(struct held *h)
{
	unsigned char got[GR_CHECK_PAGE];
	ssize_t n;

	if (!(h->ops->flags & GR_PIN_READS_MEM) || !h->ops->fetch ||
	    strcmp(h->ops->name, "vmsplice"))
		return 0;
	gr_fill_pattern(h->area.base, GR_CHECK_PAGE, NEW_TAG);
	n = h->ops->fetch(&h->pin, got, sizeof(got));
	if (n != GR_CHECK_PAGE)
		return gr_err(n < 0 ? (int)n : -EIO, "cannot see what %s pins",
			      h->ops->name);
	if (gr_compare_pattern(got, (size_t)n, NEW_TAG) >= 0)
		gr_check_fail(h->area.env, GR_CLASS_DATA, "other-page",
			      "%s does not pin the page that is mapped: what "
			      "is written there does not show",
			      h->ops->name);
	return 0;
}

static int one(struct held *h)
{
	int ret = h->ops->setup(h->area.env->ctx, &h->pin, &h->iov, 1);
	ssize_t n;

	if (!ret)
		ret = gr_area_place(&h->area);
	if (ret)
		return ret;
	gr_check_op(h->area.env, "%s of a page that a device has",
		    h->ops->name);
	n = h->ops->pin(&h->pin, &h->iov, 1);
	look(h, n);
	if (h->ops->kind != GR_PIN_HELD || n <= 0)
		return 0;
	ret = look_at_identity(h);
	(void)h->ops->unpin(&h->pin); /* it may be fetched already */
	return ret;
}

static int each(struct gr_check_env *env, const struct gr_pin_ops *ops)
{
	struct held h = {.ops = ops};
	int ret = gr_area_map(&h.area, env, 1, OLD_TAG);

	if (ret)
		return ret;
	h.iov = (struct iovec){h.area.base, GR_CHECK_PAGE};
	ret = gr_pin_init(&h.pin, ops, env->target);
	if (!ret) {
		h.pin.keep_data = true;
		ret = one(&h);
		ops->teardown(&h.pin);
		gr_pin_fini(&h.pin);
	}
	gr_area_unmap(&h.area);
	return ret;
}

static int run(struct gr_check_env *env)
{
	int ret = 0;

	if (!env->ctx->store[0]) {
		gr_check_skip(env, "needs module null_blk for the data");
		return 0;
	}
	for (size_t i = 0; gr_pins()[i] && !ret; i++)
		if (gr_check_pin_runs(env, gr_pins()[i]))
			ret = each(env, gr_pins()[i]);
	return ret;
}

const struct gr_check_ops gr_check_hmm_pinned = {
	.name = "hmm_pinned",
	.summary = "where each pin leaves a page that a device has",
	.needs = {.root = true},
	.wants = GR_TARGET_MOVES,
	.run = run,
};
