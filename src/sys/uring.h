/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * io_uring through liburing: one ring, one request at a time.
 */
#ifndef GR_SYS_URING_H
#define GR_SYS_URING_H

#include <stdbool.h>
#include <sys/types.h>
#include <sys/uio.h>

struct gr_uring;

/** gr_uring_built() - was guprace built with liburing? */
bool gr_uring_built(void);

/**
 * gr_uring_new() - a ring of @entries.
 *
 * Return: 0, -ENOSYS or -EPERM no io_uring here, -ENOMEM; *@u NULL on failure.
 */
int gr_uring_new(unsigned int entries, struct gr_uring **u);

/**
 * gr_uring_new_polled() - a ring whose requests a kernel thread takes up and
 * carries out (SQPOLL). It sleeps when there was none for a few milliseconds.
 * @fd: the file that they are for; -1 = none yet. Kernels before 5.11 take no
 *      other.
 *
 * Return: as gr_uring_new(); -EPERM before 5.11 needs root.
 * Source: io_uring_setup(2), IORING_SETUP_SQPOLL.
 */
int gr_uring_new_polled(unsigned int entries, int fd, struct gr_uring **u);

/** gr_uring_free() - end it and drop registered buffers; NULL is legal. */
void gr_uring_free(struct gr_uring *u);

/**
 * gr_uring_rw() - one readv or writev at offset 0, waited for.
 *
 * Context: race windows too; no allocation.
 * Return: bytes, or -errno.
 */
ssize_t gr_uring_rw(struct gr_uring *u, int fd, const struct iovec *iov, int nr,
		    bool write);

/**
 * gr_uring_register() - register buffers: a long-term pin.
 *
 * Return: 0, -EOPNOTSUPP file-backed memory is refused, -EFAULT, -ENOMEM.
 */
int gr_uring_register(struct gr_uring *u, const struct iovec *iov, int nr);

/** gr_uring_unregister() - drop them; 0, -ENXIO there are none. */
int gr_uring_unregister(struct gr_uring *u);

/**
 * gr_uring_write_fixed() - write registered buffer @index to @fd at @off.
 *
 * Return: bytes, or -errno.
 */
ssize_t gr_uring_write_fixed(struct gr_uring *u, int fd,
			     const struct iovec *iov, int index, off_t off);

/** gr_uring_can_send_zc() - has the kernel IORING_OP_SEND_ZC (6.0)? */
bool gr_uring_can_send_zc(struct gr_uring *u);

/**
 * gr_uring_send_zc() - send from pages that the network borrows, and wait for both
 * answers: how it went, and that the pages are given back.
 *
 * Context: race windows too; no allocation.
 * Return: bytes, or -errno.
 * Source: io_uring_prep_send_zc(3), IORING_CQE_F_MORE, IORING_CQE_F_NOTIF.
 */
ssize_t gr_uring_send_zc(struct gr_uring *u, int fd, const void *buf,
			 size_t len);

#endif /* GR_SYS_URING_H */
