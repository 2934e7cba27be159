// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pin af_xdp: the packet memory (umem) of AF_XDP sockets, one socket for each
 * iovec. Drives xdp_umem_pin_pages() -> pin_user_pages() with FOLL_PIN |
 * FOLL_LONGTERM | FOLL_WRITE, by the slow path on every kernel, and asks nothing
 * of the file behind the mapping: so device-dax can be pinned for long by it
 * where registered buffers are refused. A read-only mapping must be refused, and
 * so must gup a file with DAX, by EOPNOTSUPP.
 *
 * HELD, and longer than it looks: close() leaves the unpin to an RCU callback
 * (SOCK_RCU_FREE) and that to a workqueue (xdp_umem_release_deferred()). The
 * kernel tells nobody when it is over. But it charges the pages to
 * RLIMIT_MEMLOCK before it pins them, and takes the charge off after the unpin,
 * and it looks at the charge before it looks at the memory. So a thread that has
 * an account for itself, with room for just its pages, asks for a umem of memory
 * that cannot be had: ENOBUFS while one page is still charged, EFAULT after.
 * A umem of which only some pages can be pinned leaves a charge for ever: the
 * kernel takes off what it had pinned, not what it had charged.
 *
 * It cannot show what gup-fast does, and no packet is sent: what the kernel saw
 * in the pages is not known.
 * Source: net/xdp/xdp_umem.c, net/xdp/xsk.c xsk_destruct(); the same in 5.10, 6.1
 * and 6.12.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "base/clock.h"
#include "base/log.h"
#include "core/pin.h"
#include "sys/call.h"
#include "sys/memlock.h"
#include "sys/process.h"
#include "sys/xdp.h"

/* Tens of milliseconds are normal, a second under emulation. */
#define RELEASE_NS (20 * GR_NSEC_PER_SEC)
#define LOOK_NS GR_NSEC_PER_MSEC

struct af_xdp {
	struct gr_memlock account;
	/* the first one never gets a umem; it asks whether others still have */
	int fd[1 + GR_PIN_IOV_MAX]; /* -1 = closed */
	int nr_fds;
	int nr_held; /* of those from fd[1] on */
	void *hole; /* nothing is there */
	size_t len; /* bytes of all iovecs, and of the hole */
	size_t room; /* bytes that may be charged */
	size_t held; /* bytes in the sockets that hold */
	bool uneven; /* a umem of which only some pages could be had */
};

static int probe(const struct gr_ctx *ctx, struct gr_reason *why)
{
	struct gr_memlock account;
	int ret, fd = gr_xdp_socket();

	(void)ctx;
	if (fd < 0) {
		gr_reason_set(why, "needs AF_XDP (CONFIG_XDP_SOCKETS): %s",
			      strerror(-fd));
		return fd;
	}
	(void)gr_close(fd); /* it holds nothing */
	ret = gr_memlock_own(&account, GR_XDP_CHUNK);
	if (!ret)
		ret = gr_memlock_back(&account);
	if (ret)
		gr_reason_set(why, "cannot have locked memory accounted: %s",
			      strerror(-ret));
	return ret;
}

static int open_sockets(struct af_xdp *x, int nr)
{
	while (x->nr_fds < nr) {
		int fd = gr_xdp_socket();

		if (fd < 0)
			return gr_err(fd, "cannot make an AF_XDP socket");
		x->fd[x->nr_fds++] = fd;
	}
	return 0;
}

static int setup(const struct gr_ctx *ctx, struct gr_pin *pin,
		 const struct iovec *iov, int nr)
{
	struct af_xdp *x = pin->priv;
	int ret;

	(void)ctx;
	if (nr > GR_PIN_IOV_MAX)
		return gr_err(-EINVAL, "cannot pin %d pieces by AF_XDP", nr);
	x->len = 0;
	for (int i = 0; i < nr; i++)
		x->len += iov[i].iov_len;
	ret = gr_mmap(x->len, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0,
		      &x->hole);
	if (ret)
		return gr_err(ret, "cannot reserve %zu bytes", x->len);
	ret = open_sockets(x, 1 + nr);
	if (ret)
		return ret;
	x->room = x->len;
	ret = gr_memlock_own(&x->account, x->room);
	return ret ? gr_err(ret, "cannot have locked memory accounted") : 0;
}

static ssize_t pin_pages(struct gr_pin *pin, const struct iovec *iov, int nr)
{
	struct af_xdp *x = pin->priv;

	for (int i = 0; i < nr; i++) {
		int ret = gr_xdp_register(x->fd[1 + i], iov[i].iov_base,
					  iov[i].iov_len);

		if (ret == -ENOMEM)
			x->uneven = true;
		if (ret && !i)
			return ret;
		if (ret)
			break;
		x->nr_held = 1 + i;
		x->held += iov[i].iov_len;
	}
	return (ssize_t)x->held;
}

/* Would this many bytes more be too many? */
static bool no_room_for(const struct af_xdp *x, size_t len)
{
	return gr_xdp_register(x->fd[0], x->hole, len) == -ENOBUFS;
}

/* What is charged beside the pages that are held stays: make room for it. */
static int level_account(struct af_xdp *x)
{
	size_t left = x->len;

	if (!x->uneven)
		return 0;
	x->uneven = false;
	while (left && no_room_for(x, left))
		left -= GR_XDP_CHUNK;
	x->room += x->room - left - x->held;
	return gr_memlock_room(x->room);
}

static int wait_released(const struct af_xdp *x)
{
	uint64_t deadline_ns = gr_now_ns() + RELEASE_NS;
	unsigned int never = 0;

	while (no_room_for(x, x->len)) {
		if (gr_now_ns() > deadline_ns)
			return -ETIMEDOUT;
		/* there is nothing to wait for: look again */
		(void)gr_futex_wait(&never, 0, LOOK_NS);
	}
	return 0;
}

/* The sockets that held go; with @reopen others take their places. */
static int release(struct af_xdp *x, bool reopen)
{
	int ret = level_account(x), nr = x->nr_held;

	x->nr_held = 0;
	x->held = 0;
	for (int i = 1; i <= nr; i++) {
		(void)gr_close(x->fd[i]); /* a socket's close() has no error */
		x->fd[i] = -1;
	}
	if (!ret && nr)
		ret = wait_released(x);
	for (int i = 1; reopen && i <= nr && !ret; i++) {
		x->fd[i] = gr_xdp_socket();
		if (x->fd[i] < 0)
			ret = x->fd[i];
	}
	return ret;
}

static int unpin(struct gr_pin *pin)
{
	return release(pin->priv, true);
}

static void teardown(struct gr_pin *pin)
{
	struct af_xdp *x = pin->priv;

	(void)release(x, false); /* nobody waits for it any more */
	(void)gr_memlock_back(
		&x->account); /* what may have no way back failed */
	while (x->nr_fds > 0)
		if (x->fd[--x->nr_fds] >= 0)
			(void)gr_close(x->fd[x->nr_fds]);
	if (x->hole)
		(void)gr_munmap(x->hole, x->len); /* our own */
	x->hole = NULL;
}

const struct gr_pin_ops gr_pin_af_xdp = {
	.name = "af_xdp",
	.summary =
		"packet memory of AF_XDP sockets, slow path, long-term, held",
	.kind = GR_PIN_HELD,
	.flags = GR_PIN_READS_MEM | GR_PIN_LONGTERM | GR_PIN_NEEDS_WRITABLE,
	.needs = {.kconfig = (const char *const[]){"CONFIG_XDP_SOCKETS", NULL},
		  .root = true},
	.priv_size = sizeof(struct af_xdp),
	.refusal = EOPNOTSUPP,
	.probe = probe,
	.setup = setup,
	.pin = pin_pages,
	.unpin = unpin,
	.teardown = teardown,
};
