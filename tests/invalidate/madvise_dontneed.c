// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "own_mapping.h"
#include "sys/access.h"

/* No leaf is left, and each access brings the same page back. */
static void zaps_and_leaves_the_mapping(void **state)
{
	struct gr_test_own x;

	(void)state;
	gr_test_own_begin(&x, "madvise_dontneed");
	for (int i = 0; i < 2; i++) {
		assert_true(gr_test_is_mapped(x.addr));
		assert_int_equal(x.inv.ops->invalidate(&x.inv), 0);
		for (size_t at = 0; at < GR_TEST_OWN_LEN; at += GR_TEST_PAGE)
			assert_false(gr_test_is_mapped(x.addr + at));
		assert_int_equal(x.inv.ops->restore(&x.inv), 0);
		assert_int_equal(gr_touch(x.addr, true), 0);
		gr_test_assert_filled(x.addr, GR_TEST_OWN_LEN, 1);
	}
	gr_test_own_end(&x);
}

static void failure_is_a_fact(void **state)
{
	struct gr_test_own x;

	(void)state;
	gr_test_own_begin(&x, "madvise_dontneed");
	x.mapping.range.addr = x.addr + 1;
	assert_int_equal(x.inv.ops->invalidate(&x.inv), -EINVAL);
	x.mapping.range.addr = x.addr;
	gr_test_own_end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zaps_and_leaves_the_mapping),
		cmocka_unit_test(failure_is_a_fact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
