// SPDX-License-Identifier: GPL-2.0-only
#include "pin/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/size.h"
#include "sys/call.h"
#include "sys/fd.h"
#include "sys/zerocopy.h"

#define BOUNCE_LEN (64 * GR_KIB)
#define SECTOR 512

int gr_sink_probe(const struct gr_ctx *ctx, struct gr_reason *why)
{
	if (ctx->sink[0] && ctx->store[0])
		return 0;
	gr_reason_set(why, "needs module null_blk (CONFIG_BLK_DEV_NULL_BLK) "
			   "for the other end of O_DIRECT I/O");
	return -ENODEV;
}

int gr_ring_probe(const struct gr_ctx *ctx, struct gr_uring **ring,
		  struct gr_reason *why)
{
	int ret;

	if (!gr_uring_built()) {
		gr_reason_set(why, "built without liburing");
		return -ENOSYS;
	}
	ret = gr_sink_probe(ctx, why);
	if (ret)
		return ret;
	ret = gr_uring_new(1, ring);
	if (ret)
		gr_reason_set(why, "needs io_uring (CONFIG_IO_URING): %s",
			      strerror(-ret));
	return ret;
}

ssize_t gr_ring_pin(struct gr_pin *pin, const struct iovec *iov, int nr)
{
	struct gr_ring *r = pin->priv;

	r->write = !r->write;
	return gr_uring_rw(r->uring, r->sink.fd, iov, nr, r->write);
}

void gr_ring_teardown(struct gr_pin *pin)
{
	struct gr_ring *r = pin->priv;

	gr_uring_free(r->uring);
	r->uring = NULL;
	gr_sink_close(pin);
}

int gr_sink_open(const struct gr_ctx *ctx, struct gr_pin *pin)
{
	const char *path = pin->keep_data ? ctx->store : ctx->sink;
	struct gr_sink *sink = pin->priv;

	sink->bounce = aligned_alloc(4096, BOUNCE_LEN);
	if (!sink->bounce)
		return -ENOMEM;
	sink->fd = gr_open(path, O_RDWR | O_DIRECT);
	if (sink->fd < 0)
		return gr_err(sink->fd, "cannot open '%s'", path);
	return 0;
}

void gr_sink_close(struct gr_pin *pin)
{
	struct gr_sink *sink = pin->priv;

	if (sink->fd > 0)
		(void)gr_close(sink->fd); /* each write has told */
	free(sink->bounce);
	sink->fd = -1;
	sink->bounce = NULL;
}

static size_t whole_sectors(size_t len)
{
	return (len + SECTOR - 1) / SECTOR * SECTOR;
}

ssize_t gr_sink_fetch(struct gr_pin *pin, void *buf, size_t len)
{
	struct gr_sink *sink = pin->priv;
	ssize_t n;

	if (len > BOUNCE_LEN)
		return -EINVAL;
	n = gr_pread(sink->fd, sink->bounce, whole_sectors(len), 0);
	if (n < 0)
		return n;
	n = (size_t)n < len ? n : (ssize_t)len;
	memcpy(buf, sink->bounce, (size_t)n);
	return n;
}

int gr_sink_feed(struct gr_pin *pin, const void *buf, size_t len)
{
	struct gr_sink *sink = pin->priv;
	ssize_t n;

	if (len > BOUNCE_LEN)
		return -EINVAL;
	memcpy(sink->bounce, buf, len);
	n = gr_pwrite(sink->fd, sink->bounce, whole_sectors(len), 0);
	return n < 0 ? (int)n : (size_t)n < len ? -EIO : 0;
}

int gr_copy_setup(const struct gr_ctx *ctx, struct gr_pin *pin,
		  const struct iovec *iov, int nr)
{
	struct gr_copy *copy = pin->priv;

	(void)ctx;
	copy->len = 0;
	for (int i = 0; i < nr; i++)
		copy->len += iov[i].iov_len;
	copy->buf = malloc(copy->len);
	if (!copy->buf)
		return gr_err(-ENOMEM, "cannot allocate %zu bytes", copy->len);
	memset(copy->buf, 0, copy->len); /* no fault of it in a race window */
	return 0;
}

void gr_copy_teardown(struct gr_pin *pin)
{
	struct gr_copy *copy = pin->priv;

	free(copy->buf);
	copy->buf = NULL;
}

ssize_t gr_copy_fetch(struct gr_pin *pin, void *buf, size_t len)
{
	const struct gr_copy *copy = pin->priv;

	if (len > copy->len)
		len = copy->len;
	memcpy(buf, copy->buf, len);
	return (ssize_t)len;
}

int gr_copy_feed(struct gr_pin *pin, const void *buf, size_t len)
{
	struct gr_copy *copy = pin->priv;

	if (len > copy->len)
		return -EINVAL;
	memcpy(copy->buf, buf, len);
	return 0;
}

/* Microseconds are normal. */
#define ARRIVAL_NS (20 * GR_NSEC_PER_SEC)

int gr_datagram_probe(const struct gr_ctx *ctx, struct gr_reason *why)
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

int gr_datagram_setup(const struct gr_ctx *ctx, struct gr_pin *pin,
		      const struct iovec *iov, int nr)
{
	struct gr_datagram *d = pin->priv;
	int ret = gr_copy_setup(ctx, pin, iov, nr);

	if (ret)
		return ret;
	ret = gr_zerocopy_pair(d->fd);
	return ret ? gr_err(ret, "cannot connect two UDP sockets") : 0;
}

int gr_datagram_take(struct gr_datagram *d, size_t at)
{
	struct pollfd p = {.fd = d->fd[1], .events = POLLIN};
	int ret = gr_fd_poll(&p, 1, ARRIVAL_NS);
	ssize_t n;

	if (ret <= 0)
		return ret ? ret : -ETIMEDOUT;
	n = gr_read(d->fd[1], d->copy.buf + at, d->copy.len - at);
	return n < 0 ? (int)n : 0;
}

void gr_datagram_teardown(struct gr_pin *pin)
{
	struct gr_datagram *d = pin->priv;

	for (int i = 0; i < 2; i++) {
		if (d->fd[i] > 0)
			gr_fd_close(d->fd[i]);
		d->fd[i] = -1;
	}
	gr_copy_teardown(pin);
}
