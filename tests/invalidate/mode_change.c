// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "core/reason.h"
#include "core/registry.h"
#include "fake_nd.h"
#include "invalidate_life.h"
#include "test.h"

/* The other one of the two modes, with the same map and alignment. */
static void changes_to_the_other_mode(void **state)
{
	struct gr_test_inv x;

	(void)state;
	gr_test_inv_begin(&x, "mode_change");
	for (int i = 0; i < 2; i++) {
		gr_test_inv_does(&x, "create namespace0.0 fsdax mem 2M;");
		gr_test_inv_undoes(&x,
				   "reload;create namespace0.0 devdax mem 2M;");
	}
	gr_test_inv_end(&x);
}

static void changes_to_devdax_from_fsdax(void **state)
{
	struct gr_test_inv x;

	(void)state;
	gr_test_inv_begin(&x, "mode_change");
	x.inv.ops->teardown(&x.inv);
	gr_fake_nd.ns[0].mode = GR_ND_FSDAX;
	gr_fake_nd.ns[0].map = GR_ND_MAP_DEV;
	assert_int_equal(x.inv.ops->setup(&x.ctx, &x.inv), 0);
	gr_test_inv_does(&x, "create namespace0.0 devdax dev 2M;");
	gr_test_inv_undoes(&x, "reload;create namespace0.0 fsdax dev 2M;");
	gr_test_inv_end(&x);
}

static void failure_is_a_fact(void **state)
{
	struct gr_test_inv x;

	(void)state;
	gr_test_inv_begin(&x, "mode_change");
	gr_test_inv_fails(&x, "create", EBUSY);
	gr_test_inv_end(&x);
	assert_int_equal(gr_test_inv_expects("mode_change", EBUSY),
			 GR_EXPECT_LEGAL_WHILE_PINNED);
	assert_int_equal(gr_test_inv_expects("mode_change", EINVAL),
			 GR_EXPECT_BUG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changes_to_the_other_mode),
		cmocka_unit_test(changes_to_devdax_from_fsdax),
		cmocka_unit_test(failure_is_a_fact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
