// SPDX-License-Identifier: GPL-2.0-only
#include "sys/aio.h"

#include <errno.h>
#include <linux/aio_abi.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int gr_aio_new(unsigned long *aio)
{
	aio_context_t context = 0; /* the kernel insists on it */

	*aio = 0;
	if (syscall(SYS_io_setup, 1, &context))
		return -errno;
	*aio = context;
	return 0;
}

void gr_aio_free(unsigned long *aio)
{
	if (*aio)
		(void)syscall(SYS_io_destroy, *aio); /* it is ours, so it is */
	*aio = 0;
}

/* Only signals end the wait early; the request is still under way then. */
ssize_t gr_aio_end(unsigned long aio, bool wait)
{
	struct timespec at_once = {0, 0};
	struct io_event event;
	long n;

	do {
		n = syscall(SYS_io_getevents, aio, wait, 1, &event,
			    wait ? NULL : &at_once);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	return n ? (ssize_t)event.res : -EINPROGRESS;
}

int gr_aio_begin(unsigned long aio, int fd, const struct iovec *iov, int nr,
		 bool write)
{
	struct iocb request = {
		.aio_lio_opcode = write ? IOCB_CMD_PWRITEV : IOCB_CMD_PREADV,
		.aio_fildes = (uint32_t)fd,
		.aio_buf = (uintptr_t)iov,
		.aio_nbytes = (uint64_t)nr,
	};
	struct iocb *list[] = {&request};

	return syscall(SYS_io_submit, aio, 1, list) == 1 ? 0 : -errno;
}

ssize_t gr_aio_rw(unsigned long aio, int fd, const struct iovec *iov, int nr,
		  bool write)
{
	int ret = gr_aio_begin(aio, fd, iov, nr, write);

	return ret ? ret : gr_aio_end(aio, true);
}
