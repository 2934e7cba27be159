// SPDX-License-Identifier: GPL-2.0-only
#include "sys/gup_test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/ioctl.h>

#include "sys/call.h"

/* As in the kernel's mm/gup_test.h, which is installed nowhere. */
struct request {
	uint64_t get_usec;
	uint64_t put_usec;
	uint64_t addr;
	uint64_t size;
	uint32_t pages_per_call;
	uint32_t gup_flags;
	uint32_t test_flags;
	uint32_t dump[8];
};

#define GET_FAST _IOWR('g', 1, struct request)
#define PIN_FAST _IOWR('g', 2, struct request)

int gr_gup_test_open(void)
{
	return gr_open(GR_GUP_TEST_PATH, O_RDWR);
}

ssize_t gr_gup_test_fast(int fd, bool pin, const void *addr, size_t len,
			 unsigned int each)
{
	struct request req = {
		.addr = (uintptr_t)addr,
		.size = len,
		.pages_per_call = each,
	};

	if (ioctl(fd, pin ? PIN_FAST : GET_FAST, &req))
		return -errno;
	return (ssize_t)req.size;
}
