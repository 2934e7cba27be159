// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pin odirect_held: an O_DIRECT read by io_submit from a device that holds the
 * request back. Drives bio_iov_iter_get_pages() and gup-fast with FOLL_WRITE, as
 * odirect_read does: FOLL_GET up to 6.1, FOLL_PIN later.
 *
 * HELD: a read in flight for as long as wanted. The pages are pinned when
 * io_submit() returns; the data is copied into them when unpin() lets the request
 * go, and not before: what it writes then is full of tags of its own (core/tag.h),
 * so that it can be told wherever it lands.
 *
 * A process cannot end before its request has, so this pin is none for what ends
 * the pinning process.
 *
 * dm-delay rather than a suspended device: both keep the request and copy late,
 * but a request that waits for a resume which never comes keeps its process from
 * ending for ever. The reference may be dropped by a worker just after the end
 * of the request (bio_check_pages_dirty()).
 * Source: fs/aio.c, block/fops.c (5.10: fs/block_dev.c), block/bio.c,
 * drivers/md/dm-delay.c; io_submit(2).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "core/tag.h"
#include "pin/internal.h"
#include "sys/aio.h"
#include "sys/call.h"
#include "sys/changes.h"
#include "sys/dm.h"
#include "sys/file.h"
#include "sys/module.h"

struct held {
	struct gr_sink sink; /* the store itself, for feed() */
	char name[32]; /* of dm in the journal; "" = not in it */
	struct gr_dm dm;
	int fd; /* of dm; 0 = never opened, -1 = closed */
	unsigned long context;
	bool in_flight;
};

static int probe(const struct gr_ctx *ctx, struct gr_reason *why)
{
	unsigned long context;
	int ret = gr_sink_probe(ctx, why);

	if (ret)
		return ret;
	if (!gr_dm_built()) {
		gr_reason_set(why, "built without libdevmapper");
		return -ENOSYS;
	}
	if (!gr_is_block(ctx->store)) {
		gr_reason_set(why, "'%s' is no block device", ctx->store);
		return -ENOTBLK;
	}
	if (!gr_module_available("dm_delay")) {
		gr_reason_set(why, "needs module dm_delay (CONFIG_DM_DELAY)");
		return -ENODEV;
	}
	ret = gr_aio_new(&context);
	if (ret)
		gr_reason_set(why, "needs io_setup (CONFIG_AIO): %s",
			      strerror(-ret));
	gr_aio_free(&context);
	return ret;
}

static int feed_tags(struct gr_pin *pin, const struct iovec *iov, int nr)
{
	const struct gr_tag tag = {.owner = GR_TAG_PIN};
	size_t len = 0;
	char *buf;
	int ret;

	for (int i = 0; i < nr; i++)
		len += iov[i].iov_len;
	len = (len + GR_TAG_BLOCK - 1) / GR_TAG_BLOCK * GR_TAG_BLOCK;
	buf = malloc(len);
	if (!buf)
		return -ENOMEM;
	gr_tag_fill(buf, len, &tag);
	ret = gr_sink_feed(pin, buf, len);
	free(buf);
	return ret ? gr_err(ret, "cannot fill the other end of odirect_held")
		   : 0;
}

static int setup(const struct gr_ctx *ctx, struct gr_pin *pin,
		 const struct iovec *iov, int nr)
{
	struct held *h = pin->priv;
	int ret;

	pin->keep_data = true; /* what is copied late must be there */
	ret = gr_sink_open(ctx, pin);
	if (!ret)
		ret = feed_tags(pin, iov, nr);
	if (ret)
		return ret;
	ret = gr_aio_new(&h->context);
	if (ret)
		return gr_err(ret, "cannot make a context for io_submit");
	(void)snprintf(h->name, sizeof(h->name), "guprace_hold_%d",
		       (int)getpid());
	ret = gr_change_begin(ctx->run, GR_CHANGE_DM, h->name, NULL);
	if (ret)
		return ret;
	ret = gr_dm_hold(h->name, ctx->store, &h->dm);
	if (ret)
		return gr_err(ret, "cannot make a dm-delay device over '%s'",
			      ctx->store);
	h->fd = gr_open(h->dm.node, O_RDONLY | O_DIRECT);
	return h->fd < 0 ? gr_err(h->fd, "cannot open '%s'", h->dm.node) : 0;
}

/* What is over at once was refused: nothing is held. */
static ssize_t pin_pages(struct gr_pin *pin, const struct iovec *iov, int nr)
{
	struct held *h = pin->priv;
	ssize_t sum = 0;
	ssize_t ret = gr_aio_begin(h->context, h->fd, iov, nr, false);

	if (ret)
		return ret;
	ret = gr_aio_end(h->context, false);
	if (ret != -EINPROGRESS)
		return ret < 0 ? ret : -EIO;
	h->in_flight = true;
	for (int i = 0; i < nr; i++)
		sum += (ssize_t)iov[i].iov_len;
	return sum;
}

static int unpin(struct gr_pin *pin)
{
	struct held *h = pin->priv;
	ssize_t n;
	int ret;

	if (!h->in_flight)
		return 0;
	ret = gr_dm_flush(&h->dm);
	n = gr_aio_end(h->context, true);
	h->in_flight = false;
	return ret ? ret : n < 0 ? (int)n : 0;
}

static void teardown(struct gr_pin *pin)
{
	struct held *h = pin->priv;

	(void)unpin(pin); /* or the next one waits for it */
	gr_aio_free(&h->context);
	if (h->fd > 0)
		(void)gr_close(h->fd); /* it was only read */
	h->fd = -1;
	if (gr_dm_remove(&h->dm))
		gr_warn("cannot remove dm-delay device '%s'", h->name);
	else if (h->name[0])
		gr_change_end(GR_CHANGE_DM, h->name);
	h->name[0] = '\0';
	gr_sink_close(pin);
}

const struct gr_pin_ops gr_pin_odirect_held = {
	.name = "odirect_held",
	.summary = "O_DIRECT read in flight, whose data comes late, gup-fast, "
		   "held",
	.kind = GR_PIN_HELD,
	.flags = GR_PIN_WRITES_MEM | GR_PIN_GUP_FAST | GR_PIN_IN_FLIGHT,
	.needs =
		{
			.kconfig = (const char *const[]){"CONFIG_AIO", NULL},
			.modules = (const char *const[]){"dm_delay", NULL},
			.root = true,
		},
	.priv_size = sizeof(struct held),
	.probe = probe,
	.setup = setup,
	.pin = pin_pages,
	.unpin = unpin,
	.feed = gr_sink_feed,
	.teardown = teardown,
};
