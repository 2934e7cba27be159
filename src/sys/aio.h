/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's own asynchronous I/O, one request at a time: four system calls,
 * so no library.
 */
#ifndef GR_SYS_AIO_H
#define GR_SYS_AIO_H

#include <stdbool.h>
#include <sys/types.h>
#include <sys/uio.h>

/**
 * gr_aio_new() - a context for one request.
 * @aio: filled; 0 on failure. It belongs to this process's memory: a child has
 *       none.
 *
 * Return: 0, or -errno: -ENOSYS a kernel without CONFIG_AIO, -EAGAIN over
 *         fs.aio-max-nr.
 * Source: io_setup(2).
 */
int gr_aio_new(unsigned long *aio);

/** gr_aio_free() - wait for what is under way, and end it; 0 is legal. */
void gr_aio_free(unsigned long *aio);

/**
 * gr_aio_rw() - one preadv or pwritev at offset 0, waited for.
 *
 * Context: race windows too; no allocation.
 * Return: bytes, or -errno.
 * Source: io_submit(2), io_getevents(2).
 */
ssize_t gr_aio_rw(unsigned long aio, int fd, const struct iovec *iov, int nr,
		  bool write);

/**
 * gr_aio_begin() - the same, and not waited for.
 *
 * Context: race windows too; no allocation.
 * Return: 0 it is under way, or over: gr_aio_end() tells; -errno.
 */
int gr_aio_begin(unsigned long aio, int fd, const struct iovec *iov, int nr,
		 bool write);

/**
 * gr_aio_end() - what became of it.
 * @wait: until it is over.
 *
 * Return: bytes, or -errno; -EINPROGRESS it is not over, without @wait.
 */
ssize_t gr_aio_end(unsigned long aio, bool wait);

#endif /* GR_SYS_AIO_H */
