// SPDX-License-Identifier: GPL-2.0-only
/* On a driver that is a function here: few kernels have it. */
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>

#include "contract.h"
#include "sys/call.h"
#include "sys/gup_test.h"

/* 4 words of 8 bytes and 11 of 4, rounded up: what the kernel's structure has. */
#define WORDS 10
#define GET _IOC(_IOC_READ | _IOC_WRITE, 'g', 1, WORDS * 8)
#define PIN _IOC(_IOC_READ | _IOC_WRITE, 'g', 2, WORDS * 8)

int __wrap_ioctl(int fd, unsigned long cmd, ...);
int __real_gr_open(const char *path, int flags);
int __wrap_gr_open(const char *path, int flags);

/* What was asked, and from where on there is no page. */
static struct {
	unsigned long cmd[8];
	uint32_t each[8];
	unsigned int nr;
	uint64_t hole;
	int err;
} driver;

int __wrap_gr_open(const char *path, int flags)
{
	return __real_gr_open(
		strcmp(path, GR_GUP_TEST_PATH) ? path : "/dev/null", flags);
}

/* As the kernel counts: a request of which a part was had is a whole one. */
static uint64_t had(uint64_t addr, uint64_t size, uint32_t each)
{
	uint64_t step = (uint64_t)each * GR_TEST_PAGE, at = addr;

	while (at < addr + size && at < driver.hole)
		at += step;
	return (at < addr + size ? at : addr + size) - addr;
}

int __wrap_ioctl(int fd, unsigned long cmd, ...)
{
	uint64_t *arg;
	uint32_t each;
	va_list ap;

	(void)fd;
	va_start(ap, cmd);
	arg = va_arg(ap, uint64_t *);
	va_end(ap);
	memcpy(&each, arg + 4, sizeof(each));
	assert_true(driver.nr < 8);
	driver.cmd[driver.nr] = cmd;
	driver.each[driver.nr++] = each;
	errno = driver.err;
	if (driver.err)
		return -1;
	arg[3] = had(arg[2], arg[3], each);
	return 0;
}

static void begin(struct gr_pin *pin, void **state, struct iovec *iov)
{
	struct gr_test_disks *disks = *state;
	const struct gr_pin_ops *ops = gr_test_need_pin(disks, "gup_test");

	iov->iov_base = gr_test_pages(3);
	iov->iov_len = 3 * GR_TEST_PAGE;
	memset(&driver, 0, sizeof(driver));
	driver.hole = UINT64_MAX;
	assert_int_equal(gr_pin_init(pin, ops, &disks->target), 0);
	assert_int_equal(ops->setup(&disks->ctx, pin, iov, 1), 0);
}

static void end(struct gr_pin *pin, const struct iovec *iov)
{
	pin->ops->teardown(pin);
	gr_pin_fini(pin);
	gr_test_unmap(iov->iov_base, 3);
}

/* Both kinds of reference, each page by page and all at once. */
static void gets_and_pins_in_turn(void **state)
{
	const unsigned long cmd[] = {GET, GET, PIN, PIN, GET, GET};
	struct gr_pin pin;
	struct iovec iov;

	begin(&pin, state, &iov);
	for (int i = 0; i < 3; i++)
		assert_int_equal(pin.ops->pin(&pin, &iov, 1), iov.iov_len);
	assert_int_equal(driver.nr, 6);
	for (int i = 0; i < 6; i++) {
		assert_int_equal(driver.cmd[i], cmd[i]);
		assert_int_equal(driver.each[i], i % 2 ? 3 : 1);
	}
	end(&pin, &iov);
}

/* The kernel's count of the large request is not believed. */
static void a_hole_makes_it_short(void **state)
{
	struct gr_pin pin;
	struct iovec iov;

	begin(&pin, state, &iov);
	driver.hole = (uintptr_t)iov.iov_base + GR_TEST_PAGE;
	assert_int_equal(pin.ops->pin(&pin, &iov, 1), GR_TEST_PAGE);
	driver.hole = (uintptr_t)iov.iov_base;
	assert_int_equal(pin.ops->pin(&pin, &iov, 1), -EFAULT);
	end(&pin, &iov);
}

static void errors_are_told(void **state)
{
	struct gr_pin pin;
	struct iovec iov;

	begin(&pin, state, &iov);
	driver.err = ENOMEM;
	assert_int_equal(pin.ops->pin(&pin, &iov, 1), -ENOMEM);
	end(&pin, &iov);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gets_and_pins_in_turn),
		cmocka_unit_test(a_hole_makes_it_short),
		cmocka_unit_test(errors_are_told),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
