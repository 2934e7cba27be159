// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "own_mapping.h"
#include "sys/call.h"
#include "sys/process.h"

static void the_child_reaches_all_leaves(void **state)
{
	struct gr_test_own x;
	int status;

	(void)state;
	gr_test_own_begin(&x, "fork");
	for (int i = 0; i < 2; i++) {
		assert_int_equal(x.inv.ops->invalidate(&x.inv), 0);
		assert_int_equal(x.inv.ops->restore(&x.inv), 0);
		assert_int_equal(gr_reap(-1, 0, &status), -ECHILD);
		gr_test_assert_filled(x.addr, GR_TEST_OWN_LEN, 1);
	}
	gr_test_own_end(&x);
}

/* The last leaf as well as the first. */
static void a_leaf_out_of_reach_shows(void **state)
{
	struct gr_test_own x;
	char *last;

	(void)state;
	gr_test_own_begin(&x, "fork");
	last = x.addr + GR_TEST_OWN_LEN - GR_TEST_PAGE;
	assert_int_equal(gr_mprotect(last, GR_TEST_PAGE, PROT_NONE), 0);
	assert_int_equal(x.inv.ops->invalidate(&x.inv), -ECHILD);
	assert_int_equal(
		gr_mprotect(last, GR_TEST_PAGE, PROT_READ | PROT_WRITE), 0);
	assert_int_equal(x.inv.ops->invalidate(&x.inv), 0);
	gr_test_own_end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_child_reaches_all_leaves),
		cmocka_unit_test(a_leaf_out_of_reach_shows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
