// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "core/reason.h"
#include "core/registry.h"
#include "fake_nd.h"
#include "invalidate_life.h"
#include "test.h"

/* By the driver that the mode has. */
static void unbinds_and_binds(void **state)
{
	struct gr_test_inv x;

	(void)state;
	gr_test_inv_begin(&x, "unbind");
	for (int i = 0; i < 2; i++) {
		gr_test_inv_does(&x, "unbind dax_pmem dax0.0;");
		gr_test_inv_undoes(&x, "bind dax_pmem dax0.0;");
	}
	gr_test_inv_end(&x);
}

static void finds_the_driver_of_the_mode(void **state)
{
	struct gr_test_inv x;

	(void)state;
	gr_test_inv_begin(&x, "unbind");
	x.inv.ops->teardown(&x.inv);
	gr_fake_nd.ns[0].mode = GR_ND_FSDAX;
	strcpy(gr_fake_nd.ns[0].nd_dev, "pfn0.0");
	assert_int_equal(x.inv.ops->setup(&x.ctx, &x.inv), 0);
	gr_test_inv_does(&x, "unbind nd_pmem pfn0.0;");
	gr_test_inv_undoes(&x, "bind nd_pmem pfn0.0;");
	gr_test_inv_end(&x);
}

/* After an unbind that failed it is bound still: nothing to mend. */
static void bound_already_is_restored(void **state)
{
	struct gr_test_inv x;

	(void)state;
	gr_test_inv_begin(&x, "unbind");
	gr_test_inv_fails(&x, "unbind", ENODEV);
	strcpy(gr_fake_nd.fail_call, "bind");
	gr_fake_nd.fail_ret = -EBUSY;
	gr_test_inv_undoes(&x, "bind dax_pmem dax0.0;");
	gr_fake_nd.fail_ret = -ENXIO;
	assert_int_equal(x.inv.ops->restore(&x.inv), -ENXIO);
	gr_fake_nd.calls[0] = 0;
	gr_test_inv_end(&x);
	assert_int_equal(gr_test_inv_expects("unbind", EBUSY), GR_EXPECT_BUG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unbinds_and_binds),
		cmocka_unit_test(finds_the_driver_of_the_mode),
		cmocka_unit_test(bound_already_is_restored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
