// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "invalidate_file.h"
#include "sys/call.h"

/* The old file lives on for those who have it; each time there is another. */
static void gives_the_name_away(void **state)
{
	char got[GR_TEST_PAGE];
	struct gr_test_file x;
	int fd;

	(void)state;
	gr_test_file_begin(&x, "rename_over", GR_TEST_PAGE);
	for (int i = 0; i < 2; i++) {
		fd = gr_open(x.target.dev, O_RDONLY);
		assert_true(fd >= 0);
		gr_test_file_does(&x, "");
		assert_int_equal(gr_test_file_size(&x, "data"), 0);
		assert_int_equal(gr_test_file_size(&x, "other"), UINT64_MAX);
		assert_int_equal(gr_read(fd, got, sizeof(got)), sizeof(got));
		gr_test_assert_filled(got, sizeof(got), 7);
		assert_int_equal(gr_close(fd), 0);
		gr_test_file_undoes(&x, "");
		assert_int_equal(gr_test_file_size(&x, "other"), 0);
		gr_test_file_make(&x);
	}
	gr_test_file_end(&x);
}

/* Also when it failed: the other file is still there, and is made no second. */
static void failure_is_a_fact(void **state)
{
	struct gr_test_file x;

	(void)state;
	gr_test_file_begin(&x, "rename_over", GR_TEST_PAGE);
	gr_test_file_undoes(&x, "");
	gr_test_file_does(&x, "");
	assert_int_equal(x.inv.ops->invalidate(&x.inv), -ENOENT);
	gr_test_file_undoes(&x, "");
	gr_test_file_does(&x, "");
	gr_test_file_end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_the_name_away),
		cmocka_unit_test(failure_is_a_fact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
