// SPDX-License-Identifier: GPL-2.0-only
#include "base/size.h"
#include "invalidate_file.h"

#define LEAF (4u * GR_TEST_PAGE)

static void cuts_the_first_leaf_in_the_middle(void **state)
{
	char got[LEAF + LEAF / 2];
	struct gr_test_file x;

	(void)state;
	gr_test_file_begin(&x, "truncate_leaf", LEAF);
	for (int i = 0; i < 2; i++) {
		gr_test_file_does(&x, "");
		assert_int_equal(gr_test_file_size(&x, "data"), sizeof(got));
		gr_test_disk_read(x.target.dev, got, sizeof(got));
		gr_test_assert_filled(got, sizeof(got), 7);
		gr_test_file_undoes(&x, "");
		gr_test_file_make(&x);
	}
	gr_test_file_end(&x);
}

/* Who looks at the mapping after it is told the same place. */
static void keeps_what_its_flag_says(void **state)
{
	struct gr_test_file x;
	struct gr_invalidate_ops whole;

	(void)state;
	gr_test_file_begin(&x, "truncate_leaf", LEAF);
	assert_int_equal(gr_inv_kept(x.inv.ops, 2 * GR_MIB), GR_MIB);
	whole = *x.inv.ops;
	whole.flags &= ~(unsigned int)GR_INV_HUGE;
	assert_int_equal(gr_inv_kept(&whole, 2 * GR_MIB), 0);
	gr_test_file_end(&x);
}

static void failure_is_a_fact(void **state)
{
	struct gr_test_file x;

	(void)state;
	gr_test_file_begin(&x, "truncate_leaf", LEAF);
	gr_test_file_gone(&x);
	gr_test_file_end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cuts_the_first_leaf_in_the_middle),
		cmocka_unit_test(keeps_what_its_flag_says),
		cmocka_unit_test(failure_is_a_fact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
