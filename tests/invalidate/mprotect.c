// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "own_mapping.h"
#include "sys/access.h"

static void takes_all_rights_away(void **state)
{
	struct gr_test_own x;

	(void)state;
	gr_test_own_begin(&x, "mprotect");
	for (int i = 0; i < 2; i++) {
		assert_int_equal(x.inv.ops->invalidate(&x.inv), 0);
		assert_int_equal(gr_touch(x.addr, false), -EFAULT);
		assert_int_equal(gr_touch(x.addr + GR_TEST_OWN_LEN - 1, false),
				 -EFAULT);
		assert_int_equal(x.inv.ops->restore(&x.inv), 0);
		assert_int_equal(gr_touch(x.addr, true), 0);
		gr_test_assert_filled(x.addr, GR_TEST_OWN_LEN, 1);
	}
	gr_test_own_end(&x);
}

/* A kernel that still lets gup through is judged. */
static void says_that_gup_is_denied(void **state)
{
	struct gr_test_own x;

	(void)state;
	gr_test_own_begin(&x, "mprotect");
	assert_true(x.inv.ops->flags & GR_INV_DENIES);
	x.mapping.range.addr = x.addr + 1;
	assert_int_equal(x.inv.ops->invalidate(&x.inv), -EINVAL);
	x.mapping.range.addr = x.addr;
	gr_test_own_end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_all_rights_away),
		cmocka_unit_test(says_that_gup_is_denied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
