// SPDX-License-Identifier: GPL-2.0-only
#include "invalidate_file.h"

static void empties_the_file(void **state)
{
	struct gr_test_file x;

	(void)state;
	gr_test_file_begin(&x, "truncate_unmapped", GR_TEST_PAGE);
	for (int i = 0; i < 2; i++) {
		gr_test_file_does(&x, "");
		assert_int_equal(gr_test_file_size(&x, "data"), 0);
		gr_test_file_undoes(&x, "");
		gr_test_file_make(&x);
	}
	gr_test_file_end(&x);
}

static void failure_is_a_fact(void **state)
{
	struct gr_test_file x;

	(void)state;
	gr_test_file_begin(&x, "truncate_unmapped", GR_TEST_PAGE);
	gr_test_file_gone(&x);
	gr_test_file_end(&x);
}

/* With a mapping it would be truncate. */
static void wants_pins_without_a_mapping(void **state)
{
	struct gr_test_file x;

	(void)state;
	gr_test_file_begin(&x, "truncate_unmapped", GR_TEST_PAGE);
	assert_true(x.inv.ops->flags & GR_INV_UNMAPPED);
	assert_true(gr_inv_waits(x.inv.ops));
	gr_test_file_end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empties_the_file),
		cmocka_unit_test(failure_is_a_fact),
		cmocka_unit_test(wants_pins_without_a_mapping),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
