// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pin uring_sqpoll: io_uring writev and readv with O_DIRECT, in turn, on a ring
 * that a kernel thread polls (SQPOLL). Drives the same bio_iov_iter_get_pages() and
 * gup-fast as odirect_write and odirect_read, but never in the task that asks: the
 * thread walks the page tables of a process that it only helps, from 5.12 on as a
 * thread of it, before as a kernel thread that borrows its memory
 * (kthread_use_mm()) and lets go of it when it sleeps. FOLL_GET up to 6.1, FOLL_PIN
 * later; FOLL_WRITE for the reads only.
 *
 * TRANSIENT: each request is waited for. The oracle that looks for gup-fast follows
 * our threads, so on a kernel whose thread is none of ours it sees no request, and
 * says so. 5.10 as it is kept up (5.10.162 and later) has the thread of 5.15.
 * Source: io_uring/sqpoll.c (5.10: fs/io_uring.c io_sq_thread()), block/bio.c;
 * io_uring_setup(2).
 */
#include <string.h>

#include "base/log.h"
#include "pin/internal.h"

static int probe(const struct gr_ctx *ctx, struct gr_reason *why)
{
	struct gr_uring *ring;
	int ret = gr_ring_probe(ctx, &ring, why);

	if (ret)
		return ret;
	gr_uring_free(ring);
	ret = gr_uring_new_polled(1, -1, &ring);
	if (ret)
		gr_reason_set(why, "needs io_uring with SQPOLL: %s",
			      strerror(-ret));
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
	ret = gr_uring_new_polled(4, r->sink.fd, &r->uring);
	return ret ? gr_err(ret, "cannot make an io_uring with SQPOLL") : 0;
}

const struct gr_pin_ops gr_pin_uring_sqpoll = {
	.name = "uring_sqpoll",
	.summary =
		"io_uring O_DIRECT I/O by a polling kernel thread, transient",
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
