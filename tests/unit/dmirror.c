// SPDX-License-Identifier: GPL-2.0-only
/* The requests to test_hmm, with an ioctl(2) that stands for either driver. */
#include "sys/dmirror.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>

#include "test.h"

static struct {
	bool old; /* as before 6.0 */
	unsigned int number; /* of the last request */
	uint64_t command[5];
	int says; /* errno; 0 = done */
} driver;

int __wrap_ioctl(int fd, unsigned long request, void *arg);

/* Requests from 6 on are unknown to the older one. */
int __wrap_ioctl(int fd, unsigned long request, void *arg)
{
	uint64_t *c = arg;

	assert_true(fd >= 0);
	assert_int_equal(_IOC_TYPE(request), 'H');
	assert_int_equal(_IOC_SIZE(request), sizeof(driver.command));
	driver.number = _IOC_NR(request);
	memcpy(driver.command, c, sizeof(driver.command));
	if (driver.old && driver.number > 5)
		errno = EINVAL;
	else
		errno = driver.says;
	if (errno)
		return -1;
	c[3] = c[2];
	c[4] = 7;
	return 0;
}

static const struct {
	enum gr_dmirror_op op;
	int now, before; /* numbers; -1 = there is none */
} numbers[] = {
	{GR_DMIRROR_READ, 0, 0},
	{GR_DMIRROR_WRITE, 1, 1},
	{GR_DMIRROR_TO_DEVICE, 2, 2},
	{GR_DMIRROR_TO_SYSTEM, 3, -1},
	{GR_DMIRROR_SNAPSHOT, 4, 3},
	{GR_DMIRROR_EXCLUSIVE, 5, 4},
	{GR_DMIRROR_CHECK_EXCLUSIVE, 6, 5},
	{GR_DMIRROR_RELEASE, 7, -1},
};

static void knows_both_drivers(void **state)
{
	(void)state;
	for (int old = 0; old < 2; old++) {
		struct gr_dmirror *d;

		driver.old = old;
		assert_int_equal(gr_dmirror_open("/dev/null", 8192, &d), 0);
		for (size_t i = 0; i < GR_NR_DMIRROR_OPS; i++) {
			int number = old ? numbers[i].before : numbers[i].now;
			ssize_t n = gr_dmirror_do(d, numbers[i].op, d->room, 2);

			assert_int_equal(n, number < 0 ? -EOPNOTSUPP : 2);
			if (number >= 0)
				assert_int_equal(driver.number, number);
		}
		assert_int_equal(d->nr_faults, 7);
		assert_int_equal(gr_dmirror_close(d), 0);
	}
	driver.old = false;
}

static void says_what_the_driver_says(void **state)
{
	struct gr_dmirror *d;
	char page[4096];

	(void)state;
	assert_int_equal(gr_dmirror_open("/dev/null", 4096, &d), 0);
	assert_int_equal(gr_dmirror_do(d, GR_DMIRROR_READ, page, 1), 1);
	assert_true(driver.command[0] == (uintptr_t)page);
	assert_true(driver.command[1] == (uintptr_t)d->room);
	assert_int_equal(driver.command[2], 1);
	driver.says = ENOENT;
	assert_int_equal(gr_dmirror_do(d, GR_DMIRROR_READ, page, 1), -ENOENT);
	driver.says = 0;
	/* a place for what comes back there must be */
	assert_int_equal(gr_dmirror_do(d, GR_DMIRROR_READ, page, 2), -ENOBUFS);
	assert_int_equal(gr_dmirror_do(d, GR_DMIRROR_SNAPSHOT, page, 4096),
			 4096);
	assert_int_equal(gr_dmirror_do(d, GR_DMIRROR_SNAPSHOT, page, 4097),
			 -ENOBUFS);
	assert_int_equal(gr_dmirror_close(d), 0);
	assert_int_equal(gr_dmirror_close(NULL), 0);
}

static void there_may_be_none(void **state)
{
	struct gr_dmirror *d = (void *)1;

	(void)state;
	assert_int_equal(gr_dmirror_open("nowhere/hmm", 4096, &d), -ENOENT);
	assert_null(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_both_drivers),
		cmocka_unit_test(says_what_the_driver_says),
		cmocka_unit_test(there_may_be_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
