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
#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "pin/internal.h"
#include "sys/call.h"
#include "sys/fd.h"
#include "sys/zerocopy.h"

/* Below what UDP can carry (65507), and the 17 fragments that an skb can have. */
#define DATAGRAM_MAX ((size_t)15 * 4096)

/* Microseconds are normal. */
#define ARRIVAL_NS (20 * GR_NSEC_PER_SEC)

struct msg_zerocopy {
	struct gr_copy copy;
	int fd[2]; /* sender, receiver; 0 = never opened, -1 = closed */
};

static int probe(const struct gr_ctx *ctx, struct gr_reason *why)
{
	int fd[2], ret = gr_loopback_up(ctx->in_guest);

	if (ret) {
		gr_reason_set(why, "needs the interface lo to be up: %s",
			      strerror(-ret));
		return ret;
	}
	ret = gr_zerocopy_pair(fd);
	if (ret) {
		gr_reason_set(why, "needs UDP with MSG_ZEROCOPY: %s",
			      strerror(-ret));
		return ret;
	}
	gr_fd_close(fd[0]);
	gr_fd_close(fd[1]);
	return 0;
}

static int setup(const struct gr_ctx *ctx, struct gr_pin *pin,
		 const struct iovec *iov, int nr)
{
	struct msg_zerocopy *z = pin->priv;
	int ret = gr_copy_setup(ctx, pin, iov, nr);

	if (ret)
		return ret;
	ret = gr_zerocopy_pair(z->fd);
	return ret ? gr_err(ret, "cannot connect two UDP sockets") : 0;
}

/* The pieces, or their first ones, that a datagram has room for. */
static int fit(const struct iovec *iov, int nr, struct iovec *out)
{
	size_t room = DATAGRAM_MAX;
	int i;

	for (i = 0; i < nr && i < GR_PIN_IOV_MAX && room; i++) {
		out[i] = iov[i];
		if (out[i].iov_len > room)
			out[i].iov_len = room;
		room -= out[i].iov_len;
	}
	return i;
}

static int arrive(struct msg_zerocopy *z)
{
	struct pollfd p = {.fd = z->fd[1], .events = POLLIN};
	int ret = gr_zerocopy_wait(z->fd[0], ARRIVAL_NS);
	ssize_t n;

	if (ret)
		return ret;
	/* the notice comes while it is still on its way */
	ret = gr_fd_poll(&p, 1, ARRIVAL_NS);
	if (ret <= 0)
		return ret ? ret : -ETIMEDOUT;
	n = gr_read(z->fd[1], z->copy.buf, z->copy.len);
	return n < 0 ? (int)n : 0;
}

static ssize_t pin_pages(struct gr_pin *pin, const struct iovec *iov, int nr)
{
	struct msg_zerocopy *z = pin->priv;
	struct iovec piece[GR_PIN_IOV_MAX];
	ssize_t n;
	int ret;

	nr = fit(iov, nr, piece);
	n = gr_zerocopy_send(z->fd[0], piece, nr);
	if (n < 0)
		return n;
	ret = arrive(z);
	return ret ? ret : n;
}

static void teardown(struct gr_pin *pin)
{
	struct msg_zerocopy *z = pin->priv;

	for (int i = 0; i < 2; i++) {
		if (z->fd[i] > 0)
			gr_fd_close(z->fd[i]);
		z->fd[i] = -1;
	}
	gr_copy_teardown(pin);
}

const struct gr_pin_ops gr_pin_msg_zerocopy = {
	.name = "msg_zerocopy",
	.summary = "datagrams with MSG_ZEROCOPY over loopback, gup-fast, "
		   "transient",
	.kind = GR_PIN_TRANSIENT,
	.flags = GR_PIN_READS_MEM | GR_PIN_GUP_FAST,
	.needs = {.kconfig = (const char *const[]){"CONFIG_INET", NULL}},
	.priv_size = sizeof(struct msg_zerocopy),
	.probe = probe,
	.setup = setup,
	.pin = pin_pages,
	.fetch = gr_copy_fetch,
	.teardown = teardown,
};
