// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <signal.h>

#include "invalidate_life.h"
#include "own_mapping.h"
#include "sys/call.h"

/*
 * Memory of this machine is not poisoned here: nothing is mapped where it is asked
 * for. The answers are those of no right, no page, and no such advice.
 */
static void failure_is_a_fact(void **state)
{
	struct gr_test_own x;
	struct sigaction before, after;
	char *page = gr_test_pages(1);
	int ret;

	(void)state;
	gr_test_own_begin(&x, "hwpoison");
	gr_test_unmap(page, 1);
	x.inv.pinned = page;
	assert_int_equal(sigaction(SIGBUS, NULL, &before), 0);
	ret = x.inv.ops->invalidate(&x.inv);
	assert_true(ret == -EPERM || ret == -ENOMEM || ret == -EFAULT ||
		    ret == -EINVAL);
	assert_int_equal(sigaction(SIGBUS, NULL, &after), 0);
	assert_true(before.sa_handler == after.sa_handler);
	assert_int_equal(x.inv.ops->restore(&x.inv), 0);
	gr_test_assert_filled(x.addr, GR_TEST_OWN_LEN, 1);
	gr_test_own_end(&x);
}

/* No signal is as much a fault of the kernel as no success. */
static void only_a_told_success_is_legal(void **state)
{
	(void)state;
	assert_int_equal(gr_test_inv_expects("hwpoison", 0), GR_EXPECT_LEGAL);
	assert_int_equal(gr_test_inv_expects("hwpoison", ENOMSG),
			 GR_EXPECT_BUG);
	assert_int_equal(gr_test_inv_expects("hwpoison", EBUSY), GR_EXPECT_BUG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(failure_is_a_fact),
		cmocka_unit_test(only_a_told_success_is_legal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
