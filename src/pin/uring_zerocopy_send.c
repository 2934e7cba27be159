// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pin uring_zerocopy_send: the memory sent as UDP datagrams by io_uring's
 * IORING_OP_SEND_ZC, over the loopback interface. Drives io_send_zc() ->
 * __zerocopy_sg_from_iter() -> iov_iter_get_pages2() -> get_user_pages_fast() with
 * FOLL_GET, as msg_zerocopy does, but from a ring, with the notice as a second
 * completion, so that the network drops the reference by io_uring's own ubuf_info.
 *
 * TRANSIENT: loopback copies what it is to hand to a receiver and puts the pages on
 * the way (skb_orphan_frags_rx()), so nothing holds them for as long as one likes.
 * pin() waits for the notice, which comes after the put, and takes the datagram. UDP,
 * for the reason that msg_zerocopy gives. Each piece is a datagram of its own, and a
 * datagram has a part of a large piece at most; then the pin is short.
 * Source: io_uring/net.c io_send_zc(), io_uring/notif.c; io_uring_prep_send_zc(3).
 */
#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "pin/internal.h"

struct zerocopy_send {
	struct gr_datagram d;
	struct gr_uring *uring; /* NULL = none */
};

static int probe(const struct gr_ctx *ctx, struct gr_reason *why)
{
	struct gr_uring *ring;
	int ret;

	if (!gr_uring_built()) {
		gr_reason_set(why, "built without liburing");
		return -ENOSYS;
	}
	ret = gr_uring_new(1, &ring);
	if (ret) {
		gr_reason_set(why, "needs io_uring (CONFIG_IO_URING): %s",
			      strerror(-ret));
		return ret;
	}
	ret = gr_uring_can_send_zc(ring) ? 0 : -EOPNOTSUPP;
	gr_uring_free(ring);
	if (!ret)
		return gr_datagram_probe(ctx, why);
	gr_reason_set(why, "needs a kernel whose io_uring has SEND_ZC (6.0)");
	return ret;
}

static int setup(const struct gr_ctx *ctx, struct gr_pin *pin,
		 const struct iovec *iov, int nr)
{
	struct zerocopy_send *z = pin->priv;
	int ret = gr_datagram_setup(ctx, pin, iov, nr);

	if (ret)
		return ret;
	ret = gr_uring_new(4, &z->uring);
	return ret ? gr_err(ret, "cannot make an io_uring") : 0;
}

static ssize_t send_piece(struct zerocopy_send *z, const struct iovec *iov,
			  size_t at)
{
	size_t len = iov->iov_len;
	ssize_t n;
	int ret;

	if (len > GR_DATAGRAM_MAX)
		len = GR_DATAGRAM_MAX;
	n = gr_uring_send_zc(z->uring, z->d.fd[0], iov->iov_base, len);
	if (n < 0)
		return n;
	ret = gr_datagram_take(&z->d, at);
	return ret ? ret : n;
}

static ssize_t pin_pages(struct gr_pin *pin, const struct iovec *iov, int nr)
{
	struct zerocopy_send *z = pin->priv;
	ssize_t sum = 0;

	for (int i = 0; i < nr; i++) {
		ssize_t n = send_piece(z, &iov[i], (size_t)sum);

		if (n < 0)
			return sum ? sum : n;
		sum += n;
		if ((size_t)n < iov[i].iov_len)
			break;
	}
	return sum;
}

static void teardown(struct gr_pin *pin)
{
	struct zerocopy_send *z = pin->priv;

	gr_uring_free(z->uring);
	z->uring = NULL;
	gr_datagram_teardown(pin);
}

const struct gr_pin_ops gr_pin_uring_zerocopy_send = {
	.name = "uring_zerocopy_send",
	.summary = "io_uring SEND_ZC datagrams over loopback, gup-fast, "
		   "transient",
	.kind = GR_PIN_TRANSIENT,
	.flags = GR_PIN_READS_MEM | GR_PIN_GUP_FAST,
	.needs = {.kconfig = (const char *const[]){"CONFIG_IO_URING",
						   "CONFIG_INET", NULL}},
	.priv_size = sizeof(struct zerocopy_send),
	.probe = probe,
	.setup = setup,
	.pin = pin_pages,
	.fetch = gr_copy_fetch,
	.teardown = teardown,
};
