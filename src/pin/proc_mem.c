// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pin proc_mem: pread and pwrite of /proc/self/mem where the memory is, in turn.
 * Drives mem_rw() -> access_remote_vm() -> get_user_pages_remote(), one page at a
 * time (from 6.5 on get_user_page_vma_remote()), with FOLL_GET | FOLL_FORCE by the
 * slow path on every kernel: never gup-fast. What is written is dirtied by
 * set_page_dirty_lock(), which locks the page of the device.
 *
 * FOLL_FORCE gets round a read-only private mapping, by a copy; a shared one, as
 * all of device-dax are, must be refused. Kernels from 6.12 on can be told not to
 * set it (proc_mem.force_override=), which changes nothing for shared mappings.
 *
 * TRANSIENT. A page that is not to be had is EIO to the kernel here, as
 * access_remote_vm() has no errors, and EFAULT to us, as with every pin.
 * Source: fs/proc/base.c mem_rw(), mm/memory.c __access_remote_vm(); proc(5).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/log.h"
#include "pin/internal.h"
#include "sys/call.h"

#define MEM "/proc/self/mem"

struct proc_mem {
	struct gr_copy copy;
	int fd; /* 0 = never opened, -1 = closed */
	bool write;
};

static int probe(const struct gr_ctx *ctx, struct gr_reason *why)
{
	int fd = gr_open(MEM, O_RDWR);

	(void)ctx;
	if (fd < 0) {
		gr_reason_set(why, "cannot open '%s': %s", MEM, strerror(-fd));
		return fd;
	}
	(void)gr_close(fd); /* nothing was written */
	return 0;
}

static int setup(const struct gr_ctx *ctx, struct gr_pin *pin,
		 const struct iovec *iov, int nr)
{
	struct proc_mem *p = pin->priv;
	int ret = gr_copy_setup(ctx, pin, iov, nr);

	if (ret)
		return ret;
	p->fd = gr_open(MEM, O_RDWR);
	return p->fd < 0 ? gr_err(p->fd, "cannot open '%s'", MEM) : 0;
}

static ssize_t one_piece(const struct proc_mem *p, bool write, size_t done,
			 const struct iovec *iov)
{
	off_t at = (off_t)(uintptr_t)iov->iov_base;
	char *other = p->copy.buf + done;
	ssize_t n = write ? gr_pwrite(p->fd, other, iov->iov_len, at)
			  : gr_pread(p->fd, other, iov->iov_len, at);

	return n == -EIO ? -EFAULT : n;
}

static ssize_t pin_pages(struct gr_pin *pin, const struct iovec *iov, int nr)
{
	struct proc_mem *p = pin->priv;
	bool write = p->write;
	size_t done = 0;

	p->write = !write;
	for (int i = 0; i < nr; i++) {
		ssize_t n = one_piece(p, write, done, &iov[i]);

		if (n < 0)
			return done ? (ssize_t)done : n;
		done += (size_t)n;
		if ((size_t)n < iov[i].iov_len)
			break;
	}
	return (ssize_t)done;
}

static void teardown(struct gr_pin *pin)
{
	struct proc_mem *p = pin->priv;

	if (p->fd > 0)
		(void)gr_close(p->fd); /* each write has told */
	p->fd = -1;
	gr_copy_teardown(pin);
}

const struct gr_pin_ops gr_pin_proc_mem = {
	.name = "proc_mem",
	.summary = "reads and writes of /proc/self/mem in turn, slow path, "
		   "transient",
	.kind = GR_PIN_TRANSIENT,
	.flags = GR_PIN_READS_MEM | GR_PIN_WRITES_MEM | GR_PIN_FORCED,
	.priv_size = sizeof(struct proc_mem),
	.probe = probe,
	.setup = setup,
	.pin = pin_pages,
	.fetch = gr_copy_fetch,
	.feed = gr_copy_feed,
	.teardown = teardown,
};
