// SPDX-License-Identifier: GPL-2.0-only
/* liburing returns -errno itself and leaves errno alone. */
#include "sys/uring.h"

#include <errno.h>
#include <liburing.h>
#include <stdlib.h>

struct gr_uring {
	struct io_uring ring;
};

bool gr_uring_built(void)
{
	return true;
}

int gr_uring_new(unsigned int entries, struct gr_uring **out)
{
	struct gr_uring *u = calloc(1, sizeof(*u));
	int ret;

	*out = NULL;
	if (!u)
		return -ENOMEM;
	ret = io_uring_queue_init(entries, &u->ring, 0);
	if (ret) {
		free(u);
		return ret;
	}
	*out = u;
	return 0;
}

void gr_uring_free(struct gr_uring *u)
{
	if (!u)
		return;
	io_uring_queue_exit(&u->ring);
	free(u);
}

static ssize_t submit_and_wait(struct gr_uring *u)
{
	struct io_uring_cqe *cqe;
	ssize_t res;
	int ret;

	ret = io_uring_submit_and_wait(&u->ring, 1);
	if (ret < 0)
		return ret;
	do {
		ret = io_uring_wait_cqe(&u->ring, &cqe);
	} while (ret == -EINTR);
	if (ret)
		return ret;
	res = cqe->res;
	io_uring_cqe_seen(&u->ring, cqe);
	return res;
}

ssize_t gr_uring_rw(struct gr_uring *u, int fd, const struct iovec *iov, int nr,
		    bool write)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&u->ring);

	if (!sqe)
		return -EBUSY;
	if (write)
		io_uring_prep_writev(sqe, fd, iov, (unsigned int)nr, 0);
	else
		io_uring_prep_readv(sqe, fd, iov, (unsigned int)nr, 0);
	return submit_and_wait(u);
}

int gr_uring_register(struct gr_uring *u, const struct iovec *iov, int nr)
{
	return io_uring_register_buffers(&u->ring, iov, (unsigned int)nr);
}

int gr_uring_unregister(struct gr_uring *u)
{
	return io_uring_unregister_buffers(&u->ring);
}

ssize_t gr_uring_write_fixed(struct gr_uring *u, int fd,
			     const struct iovec *iov, int index, off_t off)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&u->ring);

	if (!sqe)
		return -EBUSY;
	io_uring_prep_write_fixed(sqe, fd, iov->iov_base,
				  (unsigned int)iov->iov_len, (__u64)off,
				  index);
	return submit_and_wait(u);
}
