// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pin aio: O_DIRECT writes and reads through io_submit, in turn. Drives the same
 * bio_iov_iter_get_pages() and gup-fast as odirect_write and odirect_read, always
 * in the submitting process, but by the block layer's asynchronous way: the
 * reference is dropped by the bio's completion (blkdev_bio_end_io_async(); up to
 * 5.15 blkdev_bio_end_io()), not by the task that took it, and what a read dirtied
 * may be put by a worker (bio_check_pages_dirty()). FOLL_GET up to 6.1, FOLL_PIN
 * later; FOLL_WRITE for the reads only.
 *
 * TRANSIENT: each request is waited for. The kernel tells of its end just before
 * it drops the reference, in one softirq, and the sink completes on the processor
 * that submitted, where the waiter cannot run in between: so a worker that keeps to
 * its processor finds the reference gone.
 *
 * Up to 5.15 the block layer's asynchronous way makes EIO of whatever gup gave, and
 * of a request of which it gave a part (__blkdev_direct_IO()).
 * Source: fs/aio.c, block/fops.c (5.10: fs/block_dev.c), block/bio.c; io_submit(2).
 */
#include <string.h>

#include "base/log.h"
#include "pin/internal.h"
#include "sys/aio.h"

struct aio {
	struct gr_sink sink;
	unsigned long context;
	bool write;
};

static int probe(const struct gr_ctx *ctx, struct gr_reason *why)
{
	unsigned long context;
	int ret = gr_sink_probe(ctx, why);

	if (ret)
		return ret;
	ret = gr_aio_new(&context);
	if (ret)
		gr_reason_set(why, "needs io_setup (CONFIG_AIO): %s",
			      strerror(-ret));
	gr_aio_free(&context);
	return ret;
}

static int setup(const struct gr_ctx *ctx, struct gr_pin *pin,
		 const struct iovec *iov, int nr)
{
	struct aio *a = pin->priv;
	int ret = gr_sink_open(ctx, pin);

	(void)iov, (void)nr;
	if (ret)
		return ret;
	ret = gr_aio_new(&a->context);
	return ret ? gr_err(ret, "cannot make a context for io_submit") : 0;
}

static ssize_t pin_pages(struct gr_pin *pin, const struct iovec *iov, int nr)
{
	struct aio *a = pin->priv;

	a->write = !a->write;
	return gr_aio_rw(a->context, a->sink.fd, iov, nr, a->write);
}

static void teardown(struct gr_pin *pin)
{
	struct aio *a = pin->priv;

	gr_aio_free(&a->context);
	gr_sink_close(pin);
}

const struct gr_pin_ops gr_pin_aio = {
	.name = "aio",
	.summary = "io_submit of O_DIRECT writes and reads in turn, gup-fast, "
		   "transient",
	.kind = GR_PIN_TRANSIENT,
	.flags = GR_PIN_READS_MEM | GR_PIN_WRITES_MEM | GR_PIN_GUP_FAST,
	.needs = {.kconfig = (const char *const[]){"CONFIG_AIO", NULL}},
	.priv_size = sizeof(struct aio),
	.probe = probe,
	.setup = setup,
	.pin = pin_pages,
	.fetch = gr_sink_fetch,
	.feed = gr_sink_feed,
	.teardown = teardown,
};
