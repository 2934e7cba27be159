// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pin uring_rw: io_uring readv and writev with O_DIRECT, in turn. Drives the
 * same gup-fast as odirect_read and odirect_write, but mostly from a kernel
 * worker (io-wq) on behalf of the process.
 *
 * TRANSIENT: each request is waited for. FOLL_GET up to 6.1, FOLL_PIN later.
 * Source: io_uring/rw.c, block/bio.c; io_uring_prep_writev(3).
 */
#include "base/log.h"
#include "pin/internal.h"

static int probe(const struct gr_ctx *ctx, struct gr_reason *why)
{
	struct gr_uring *ring;
	int ret = gr_ring_probe(ctx, &ring, why);

	if (!ret)
		gr_uring_free(ring);
	return ret;
}

static int setup(const struct gr_ctx *ctx, struct gr_pin *pin,
		 const struct iovec *iov, int nr)
{
	struct gr_ring *r = pin->priv;
	int ret;

	(void)iov, (void)nr;
	ret = gr_sink_open(ctx, pin);
	if (ret)
		return ret;
	ret = gr_uring_new(4, &r->uring);
	return ret ? gr_err(ret, "cannot make an io_uring") : 0;
}

const struct gr_pin_ops gr_pin_uring_rw = {
	.name = "uring_rw",
	.summary = "io_uring O_DIRECT writes and reads in turn, transient",
	.kind = GR_PIN_TRANSIENT,
	.flags = GR_PIN_READS_MEM | GR_PIN_WRITES_MEM | GR_PIN_GUP_FAST,
	.needs = {.kconfig = (const char *const[]){"CONFIG_IO_URING", NULL}},
	.priv_size = sizeof(struct gr_ring),
	.probe = probe,
	.setup = setup,
	.pin = gr_ring_pin,
	.fetch = gr_sink_fetch,
	.feed = gr_sink_feed,
	.teardown = gr_ring_teardown,
};
