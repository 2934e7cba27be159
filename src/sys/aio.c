// SPDX-License-Identifier: GPL-2.0-only
#include "sys/aio.h"

#include <errno.h>
#include <linux/aio_abi.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
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
static ssize_t wait_one(unsigned long aio)
{
	struct io_event event;
	long n;

	do {
		n = syscall(SYS_io_getevents, aio, 1, 1, &event, NULL);
	} while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : (ssize_t)event.res;
}

ssize_t gr_aio_rw(unsigned long aio, int fd, const struct iovec *iov, int nr,
		  bool write)
{
	struct iocb request = {
		.aio_lio_opcode = write ? IOCB_CMD_PWRITEV : IOCB_CMD_PREADV,
		.aio_fildes = (uint32_t)fd,
		.aio_buf = (uintptr_t)iov,
		.aio_nbytes = (uint64_t)nr,
	};
	struct iocb *list[] = {&request};

	if (syscall(SYS_io_submit, aio, 1, list) != 1)
		return -errno;
	return wait_one(aio);
}
