// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pin odirect_write: O_DIRECT write from the memory from or to a block device.
 * Drives bio_iov_iter_get_pages() and gup-fast: FOLL_GET up to 6.1, FOLL_PIN
 * later; the device reads the pages. FOLL_WRITE is not set.
 *
 * TRANSIENT: the sink completes within the call, so the pin lasts for
 * microseconds. It cannot show what a pin does that outlives its system call.
 * Source: block/bio.c, mm/gup.c internal_get_user_pages_fast() (gup_fast_fallback
 * from 6.10 on); open(2), O_DIRECT.
 */
#include "pin/internal.h"
#include "sys/call.h"

static int setup(const struct gr_ctx *ctx, struct gr_pin *pin,
		 const struct iovec *iov, int nr)
{
	(void)iov, (void)nr;
	return gr_sink_open(ctx, pin);
}

static ssize_t pin_pages(struct gr_pin *pin, const struct iovec *iov, int nr)
{
	struct gr_sink *sink = pin->priv;

	if (nr == 1) /* the vector costs a tenth of all that the pin does */
		return gr_pwrite(sink->fd, iov->iov_base, iov->iov_len, 0);
	return gr_pwritev(sink->fd, iov, nr, 0);
}

const struct gr_pin_ops gr_pin_odirect_write = {
	.name = "odirect_write",
	.summary = "O_DIRECT write from the memory, gup-fast, transient",
	.kind = GR_PIN_TRANSIENT,
	.flags = GR_PIN_READS_MEM | GR_PIN_GUP_FAST,
	.priv_size = sizeof(struct gr_sink),
	.probe = gr_sink_probe,
	.setup = setup,
	.pin = pin_pages,
	.fetch = gr_sink_fetch,
	.teardown = gr_sink_close,
};
