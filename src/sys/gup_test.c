// SPDX-License-Identifier: GPL-2.0-only
#include "sys/gup_test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/ioctl.h>

#include "sys/call.h"
#include "sys/kernel.h"

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

/* In include/linux/mm.h; the second one was another before 6.3. */
#define FOLL_WRITE 0x1u
#define FOLL_LONGTERM 0x100u
#define OLD_FOLL_LONGTERM 0x10000u

/* What went with the flags into that release tells it. */
unsigned int gr_gup_test_longterm(void)
{
	return gr_kernel_symbol("iov_iter_extract_pages") ? FOLL_LONGTERM
							  : OLD_FOLL_LONGTERM;
}

int gr_gup_test_page(int fd, enum gr_gup_how how, bool write,
		     unsigned int longterm, const void *addr)
{
	bool is_long = how == GR_GUP_PIN_LONGTERM_FAST;
	unsigned int number = is_long ? GR_GUP_PIN_FAST : how;
	struct request req = {
		.addr = (uintptr_t)addr,
		.size = 4096,
		.pages_per_call = 1,
		.gup_flags =
			(write ? FOLL_WRITE : 0) | (is_long ? longterm : 0),
	};

	if (ioctl(fd, _IOWR('g', number, struct request), &req))
		return -errno;
	return req.size != 0;
}
