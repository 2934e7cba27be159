// SPDX-License-Identifier: GPL-2.0-only
#include "invalidate_file.h"

/* What is in front of the mapping stays, byte for byte. */
static void keeps_the_leaf_in_front(void **state)
{
	char got[GR_TEST_PAGE];
	struct gr_test_file x;

	(void)state;
	gr_test_file_begin(&x, "truncate_middle", GR_TEST_PAGE);
	for (int i = 0; i < 2; i++) {
		gr_test_file_does(&x, "");
		assert_int_equal(gr_test_file_size(&x, "data"), GR_TEST_PAGE);
		gr_test_disk_read(x.target.dev, got, sizeof(got));
		gr_test_assert_filled(got, sizeof(got), 7);
		gr_test_file_undoes(&x, "");
		gr_test_file_make(&x);
	}
	gr_test_file_end(&x);
}

static void failure_is_a_fact(void **state)
{
	struct gr_test_file x;

	(void)state;
	gr_test_file_begin(&x, "truncate_middle", GR_TEST_PAGE);
	gr_test_file_gone(&x);
	gr_test_file_end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_the_leaf_in_front),
		cmocka_unit_test(failure_is_a_fact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
