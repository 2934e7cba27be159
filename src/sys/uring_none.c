// SPDX-License-Identifier: GPL-2.0-only
/* Stand-in for a build without liburing. */
#include <errno.h>
#include <stddef.h>

#include "sys/uring.h"

bool gr_uring_built(void)
{
	return false;
}

int gr_uring_new(unsigned int entries, struct gr_uring **u)
{
	(void)entries;
	*u = NULL;
	return -ENOSYS;
}

int gr_uring_new_polled(unsigned int entries, int fd, struct gr_uring **u)
{
	(void)fd;
	return gr_uring_new(entries, u);
}

void gr_uring_free(struct gr_uring *u)
{
	(void)u;
}

ssize_t gr_uring_rw(struct gr_uring *u, int fd, const struct iovec *iov, int nr,
		    bool write)
{
	(void)u, (void)fd, (void)iov, (void)nr, (void)write;
	return -ENOSYS;
}

int gr_uring_register(struct gr_uring *u, const struct iovec *iov, int nr)
{
	(void)u, (void)iov, (void)nr;
	return -ENOSYS;
}

int gr_uring_unregister(struct gr_uring *u)
{
	(void)u;
	return -ENOSYS;
}

ssize_t gr_uring_write_fixed(struct gr_uring *u, int fd,
			     const struct iovec *iov, int index, off_t off)
{
	(void)u, (void)fd, (void)iov, (void)index, (void)off;
	return -ENOSYS;
}

bool gr_uring_can_send_zc(struct gr_uring *u)
{
	(void)u;
	return false;
}

ssize_t gr_uring_send_zc(struct gr_uring *u, int fd, const void *buf,
			 size_t len)
{
	(void)u, (void)fd, (void)buf, (void)len;
	return -ENOSYS;
}
