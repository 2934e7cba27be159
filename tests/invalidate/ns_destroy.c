// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "core/reason.h"
#include "core/registry.h"
#include "fake_nd.h"
#include "invalidate_life.h"
#include "test.h"

/* What it was before comes back: mode, map and alignment. */
static void destroys_and_makes_again(void **state)
{
	struct gr_test_inv x;

	(void)state;
	gr_test_inv_begin(&x, "ns_destroy");
	for (int i = 0; i < 2; i++) {
		gr_test_inv_does(&x, "destroy namespace0.0;");
		gr_fake_nd.ns[0].mode = GR_ND_RAW;
		gr_fake_nd.ns[0].align = 0;
		gr_test_inv_undoes(&x,
				   "reload;create namespace0.0 devdax mem 2M;");
	}
	gr_test_inv_end(&x);
}

static void failure_is_a_fact(void **state)
{
	struct gr_test_inv x;

	(void)state;
	gr_test_inv_begin(&x, "ns_destroy");
	gr_test_inv_fails(&x, "destroy", EBUSY);
	strcpy(gr_fake_nd.fail_call, "create");
	gr_fake_nd.fail_ret = -ENXIO;
	assert_int_equal(x.inv.ops->restore(&x.inv), -ENXIO);
	gr_fake_nd.calls[0] = 0;
	gr_test_inv_end(&x);
	assert_int_equal(gr_test_inv_expects("ns_destroy", ENXIO),
			 GR_EXPECT_BUG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(destroys_and_makes_again),
		cmocka_unit_test(failure_is_a_fact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
