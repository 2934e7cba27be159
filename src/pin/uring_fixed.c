// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pin uring_fixed: io_uring registered buffers. Drives io_pin_pages() ->
 * pin_user_pages() with FOLL_PIN | FOLL_LONGTERM | FOLL_WRITE: the slow path up
 * to 6.1, gup-fast with a fall back later. FOLL_WRITE is set whatever the buffer
 * is used for, so a read-only mapping must be refused.
 *
 * HELD: from registering to unregistering. Kernels before 6.5 refuse to
 * register file-backed memory with EOPNOTSUPP; probe() finds that out with a
 * private mapping of /dev/zero, which has a file and is not shmem.
 * Source: io_uring/rsrc.c; io_uring_register(2); axboe/liburing issues 197, 358.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>

#include "base/log.h"
#include "pin/internal.h"
#include "sys/call.h"

struct uring_fixed {
	struct gr_ring r;
	bool registered;
	size_t len; /* bytes of the first buffer */
	void *addr;
};

static ssize_t total(const struct iovec *iov, int nr)
{
	ssize_t sum = 0;

	for (int i = 0; i < nr; i++)
		sum += (ssize_t)iov[i].iov_len;
	return sum;
}

/* What does registering file-backed memory give? */
static int try_file_backed(struct gr_uring *ring)
{
	struct iovec iov = {.iov_len = 4096};
	int ret, fd = gr_open("/dev/zero", O_RDWR);

	if (fd < 0)
		return fd;
	ret = gr_mmap(iov.iov_len, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0,
		      &iov.iov_base);
	(void)gr_close(fd); /* the mapping keeps the file */
	if (ret)
		return ret;
	ret = gr_uring_register(ring, &iov, 1);
	(void)gr_munmap(iov.iov_base, iov.iov_len); /* our own */
	return ret;
}

static int probe(const struct gr_ctx *ctx, struct gr_reason *why)
{
	struct gr_uring *ring;
	int ret = gr_ring_probe(ctx, &ring, why);

	if (ret)
		return ret;
	ret = try_file_backed(ring);
	gr_uring_free(ring);
	if (ret == -EOPNOTSUPP)
		return GR_PIN_REFUSED;
	if (ret)
		gr_reason_set(why, "cannot register a buffer: %s",
			      strerror(-ret));
	return ret;
}

static int setup(const struct gr_ctx *ctx, struct gr_pin *pin,
		 const struct iovec *iov, int nr)
{
	struct uring_fixed *u = pin->priv;
	int ret;

	(void)nr;
	ret = gr_sink_open(ctx, pin);
	if (ret)
		return ret;
	u->addr = iov->iov_base;
	u->len = iov->iov_len;
	ret = gr_uring_new(4, &u->r.uring);
	return ret ? gr_err(ret, "cannot make an io_uring") : 0;
}

static ssize_t pin_pages(struct gr_pin *pin, const struct iovec *iov, int nr)
{
	struct uring_fixed *u = pin->priv;
	int ret = gr_uring_register(u->r.uring, iov, nr);

	if (ret)
		return ret;
	u->registered = true;
	return total(iov, nr);
}

static int unpin(struct gr_pin *pin)
{
	struct uring_fixed *u = pin->priv;

	if (!u->registered)
		return 0;
	u->registered = false;
	return gr_uring_unregister(u->r.uring);
}

/* What the device sees in the registered buffer: write it out, read it back. */
static ssize_t fetch(struct gr_pin *pin, void *buf, size_t len)
{
	struct uring_fixed *u = pin->priv;
	struct iovec iov = {.iov_base = u->addr, .iov_len = u->len};
	ssize_t n = gr_uring_write_fixed(u->r.uring, u->r.sink.fd, &iov, 0, 0);

	return n < 0 ? n : gr_sink_fetch(pin, buf, len);
}

const struct gr_pin_ops gr_pin_uring_fixed = {
	.name = "uring_fixed",
	.summary = "io_uring registered buffers, long-term, held",
	.kind = GR_PIN_HELD,
	.flags = GR_PIN_READS_MEM | GR_PIN_LONGTERM | GR_PIN_NEEDS_WRITABLE,
	.needs = {.kconfig = (const char *const[]){"CONFIG_IO_URING", NULL}},
	.priv_size = sizeof(struct uring_fixed),
	.refusal = EOPNOTSUPP,
	.probe = probe,
	.setup = setup,
	.pin = pin_pages,
	.unpin = unpin,
	.fetch = fetch,
	.teardown = gr_ring_teardown,
};
