// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "invalidate_file.h"

static void zeroes_what_is_mapped(void **state)
{
	struct gr_test_file x;

	(void)state;
	gr_test_file_begin(&x, "zero_range", GR_TEST_PAGE);
	for (int i = 0; i < 2; i++) {
		gr_test_file_does(&x, "fallocate data 0x10 +4096 32768;");
		gr_test_file_undoes(&x, "");
	}
	gr_test_file_end(&x);
}

static void failure_is_a_fact(void **state)
{
	struct gr_test_file x;

	(void)state;
	gr_test_file_begin(&x, "zero_range", GR_TEST_PAGE);
	gr_test_file_fails(&x, "fallocate", ENOSPC,
			   "fallocate data 0x10 +4096 32768;");
	gr_test_file_gone(&x);
	gr_test_file_end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zeroes_what_is_mapped),
		cmocka_unit_test(failure_is_a_fact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
