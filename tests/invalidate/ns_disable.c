// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "core/reason.h"
#include "core/registry.h"
#include "fake_nd.h"
#include "invalidate_life.h"
#include "test.h"

/* Twice, as a race does it, with one context. */
static void disables_and_enables(void **state)
{
	struct gr_test_inv x;

	(void)state;
	gr_test_inv_begin(&x, "ns_disable");
	for (int i = 0; i < 2; i++) {
		gr_test_inv_does(&x, "disable namespace0.0;");
		assert_false(gr_fake_nd.ns[0].enabled);
		gr_test_inv_undoes(&x, "enable namespace0.0;");
		assert_true(gr_fake_nd.ns[0].enabled);
	}
	gr_test_inv_end(&x);
}

static void failure_is_a_fact(void **state)
{
	struct gr_test_inv x;

	(void)state;
	gr_test_inv_begin(&x, "ns_disable");
	gr_test_inv_fails(&x, "disable", EBUSY);
	gr_test_inv_fails(&x, "disable", EPERM);
	gr_test_inv_undoes(&x, "enable namespace0.0;");
	gr_test_inv_end(&x);
	assert_int_equal(gr_test_inv_expects("ns_disable", EBUSY),
			 GR_EXPECT_LEGAL_WHILE_PINNED);
	assert_int_equal(gr_test_inv_expects("ns_disable", EPERM),
			 GR_EXPECT_BUG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(disables_and_enables),
		cmocka_unit_test(failure_is_a_fact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
