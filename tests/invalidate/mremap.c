// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <sys/mman.h>

#include "own_mapping.h"
#include "sys/access.h"
#include "sys/call.h"

/* Gone from its place, whole and at a place of its own, and back, twice. */
static void moves_the_mapping(void **state)
{
	struct gr_test_own x;

	(void)state;
	gr_test_own_begin(&x, "mremap");
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

/* Leaves move as they are only to a place that is aligned like theirs. */
static void keeps_the_alignment(void **state)
{
	struct gr_test_own x;
	size_t leaf = 2u << 20;
	char *before, *after;

	(void)state;
	gr_test_own_begin(&x, "mremap");
	x.inv.ops->teardown(&x.inv);
	x.target.spec.align = leaf;
	assert_int_equal(x.inv.ops->setup(&x.ctx, &x.inv), 0);
	assert_int_equal(x.inv.ops->invalidate(&x.inv), 0);
	/* two words of its private state: where it may move, and where it did */
	before = *(char **)x.inv.priv;
	after = *((char **)x.inv.priv + 2);
	assert_true(after >= before && after < before + leaf);
	assert_int_equal((uintptr_t)after % leaf, 0);
	gr_test_assert_filled(after, GR_TEST_OWN_LEN, 1);
	assert_int_equal(x.inv.ops->restore(&x.inv), 0);
	gr_test_own_end(&x);
}

static void failure_is_a_fact(void **state)
{
	struct gr_test_own x;

	(void)state;
	gr_test_own_begin(&x, "mremap");
	x.mapping.range.addr = x.addr + 1;
	assert_int_equal(x.inv.ops->invalidate(&x.inv), -EINVAL);
	x.mapping.range.addr = x.addr;
	gr_test_own_end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moves_the_mapping),
		cmocka_unit_test(keeps_the_alignment),
		cmocka_unit_test(failure_is_a_fact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
