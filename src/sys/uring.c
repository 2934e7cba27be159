// SPDX-License-Identifier: GPL-2.0-only
/* liburing returns -errno itself and leaves errno alone. */
#include "sys/uring.h"

#include <errno.h>
#include <liburing.h>
#include <stdlib.h>

/* Long enough from one request to the next; it spins for so long. */
#define POLL_MSEC 1

struct gr_uring {
	struct io_uring ring;
	int file; /* registered, as number 0; -1 = none */
};

bool gr_uring_built(void)
{
	return true;
}

static int new_ring(unsigned int entries, struct io_uring_params *params,
		    struct gr_uring **out)
{
	struct gr_uring *u = calloc(1, sizeof(*u));
	int ret;

	*out = NULL;
	if (!u)
		return -ENOMEM;
	u->file = -1;
	ret = io_uring_queue_init_params(entries, &u->ring, params);
	if (ret) {
		free(u);
		return ret;
	}
	*out = u;
	return 0;
}

int gr_uring_new(unsigned int entries, struct gr_uring **u)
{
	struct io_uring_params params = {.flags = 0};

	return new_ring(entries, &params, u);
}

int gr_uring_new_polled(unsigned int entries, int fd, struct gr_uring **u)
{
	struct io_uring_params params = {
		.flags = IORING_SETUP_SQPOLL,
		.sq_thread_idle = POLL_MSEC,
	};
	int ret = new_ring(entries, &params, u);

	if (ret || fd < 0)
		return ret;
	ret = io_uring_register_files(&(*u)->ring, &fd, 1);
	if (!ret) {
		(*u)->file = fd;
		return 0;
	}
	gr_uring_free(*u);
	*u = NULL;
	return ret;
}

/* The ring ends some time after its descriptor, and the file with it. */
void gr_uring_free(struct gr_uring *u)
{
	if (!u)
		return;
	if (u->file >= 0)
		(void)io_uring_unregister_files(&u->ring); /* as it would */
	io_uring_queue_exit(&u->ring);
	free(u);
}

/* The next answer; @flags: IORING_CQE_F_*. */
static ssize_t take_answer(struct gr_uring *u, unsigned int *flags)
{
	struct io_uring_cqe *cqe;
	ssize_t res;
	int ret;

	do {
		ret = io_uring_wait_cqe(&u->ring, &cqe);
	} while (ret == -EINTR);
	if (ret)
		return ret;
	res = cqe->res;
	*flags = cqe->flags;
	io_uring_cqe_seen(&u->ring, cqe);
	return res;
}

static ssize_t submit_and_wait(struct gr_uring *u)
{
	unsigned int flags;
	int ret = io_uring_submit_and_wait(&u->ring, 1);

	return ret < 0 ? ret : take_answer(u, &flags);
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
	if (fd == u->file) {
		sqe->fd = 0;
		io_uring_sqe_set_flags(sqe, IOSQE_FIXED_FILE);
	}
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

bool gr_uring_can_send_zc(struct gr_uring *u)
{
	struct io_uring_probe *probe = io_uring_get_probe_ring(&u->ring);
	bool can = probe && io_uring_opcode_supported(probe, IORING_OP_SEND_ZC);

	io_uring_free_probe(probe);
	return can;
}

ssize_t gr_uring_send_zc(struct gr_uring *u, int fd, const void *buf,
			 size_t len)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&u->ring);
	unsigned int flags = 0;
	ssize_t n;
	int ret;

	if (!sqe)
		return -EBUSY;
	io_uring_prep_send_zc(sqe, fd, buf, len, 0, 0);
	ret = io_uring_submit_and_wait(&u->ring, 1);
	n = ret < 0 ? ret : take_answer(u, &flags);
	while (flags & IORING_CQE_F_MORE)
		if (take_answer(u, &flags) < 0)
			break;
	return n;
}
