// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pin msg_zerocopy: the memory sent as a UDP datagram with MSG_ZEROCOPY, over the
 * loopback interface. Drives __zerocopy_sg_from_iter() -> iov_iter_get_pages2() ->
 * get_user_pages_fast() with FOLL_GET (5.10 has iov_iter_get_pages()), without
 * FOLL_WRITE, and the network's own ways to drop a reference.
 *
 * Loopback must not hand a sender's pages to a receiver: skb_orphan_frags_rx() copies
 * them and puts them on the way to the other socket. So the reference is held from
 * the send to the softirq that takes the datagram in, mostly within the call, and
 * what arrives is what the kernel saw.
 *
 * TRANSIENT: pin() waits for the notice on the error queue, which comes after the
 * put, and takes the datagram. UDP, as TCP would keep a clone with the pages until
 * the other end acknowledges, which it delays. A datagram has a part of the memory
 * at most; then the pin is short.
 * Source: net/core/skbuff.c skb_copy_ubufs(), net/core/datagram.c, net/ipv4/
 * ip_output.c __ip_append_data(); Documentation/networking/msg_zerocopy.rst.
 */
#include "base/clock.h"
#include "pin/internal.h"
#include "sys/zerocopy.h"

/* Microseconds are normal. */
#define NOTICE_NS (20 * GR_NSEC_PER_SEC)

/* The pieces, or their first ones, that a datagram has room for. */
static int fit(const struct iovec *iov, int nr, struct iovec *out)
{
	size_t room = GR_DATAGRAM_MAX;
	int i;

	for (i = 0; i < nr && i < GR_PIN_IOV_MAX && room; i++) {
		out[i] = iov[i];
		if (out[i].iov_len > room)
			out[i].iov_len = room;
		room -= out[i].iov_len;
	}
	return i;
}

static ssize_t pin_pages(struct gr_pin *pin, const struct iovec *iov, int nr)
{
	struct gr_datagram *d = pin->priv;
	struct iovec piece[GR_PIN_IOV_MAX];
	ssize_t n;
	int ret;

	nr = fit(iov, nr, piece);
	n = gr_zerocopy_send(d->fd[0], piece, nr);
	if (n < 0)
		return n;
	ret = gr_zerocopy_wait(d->fd[0], NOTICE_NS);
	/* the notice comes while it is still on its way */
	if (!ret)
		ret = gr_datagram_take(d, 0);
	return ret ? ret : n;
}

const struct gr_pin_ops gr_pin_msg_zerocopy = {
	.name = "msg_zerocopy",
	.summary = "datagrams with MSG_ZEROCOPY over loopback, gup-fast, "
		   "transient",
	.kind = GR_PIN_TRANSIENT,
	.flags = GR_PIN_READS_MEM | GR_PIN_GUP_FAST,
	.needs = {.kconfig = (const char *const[]){"CONFIG_INET", NULL}},
	.priv_size = sizeof(struct gr_datagram),
	.probe = gr_datagram_probe,
	.setup = gr_datagram_setup,
	.pin = pin_pages,
	.fetch = gr_copy_fetch,
	.teardown = gr_datagram_teardown,
};
