// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "core/ctx.h"
#include "core/invalidate.h"
#include "core/reason.h"
#include "core/registry.h"
#include "fake_nd.h"
#include "invalidate_life.h"
#include "test.h"

/* A region that comes back binds by itself what it can; the rest is asked for. */
static void disables_the_region(void **state)
{
	struct gr_test_inv x;

	(void)state;
	gr_test_inv_begin(&x, "region_disable");
	for (int i = 0; i < 2; i++) {
		gr_test_inv_does(&x, "region_disable region0;");
		gr_test_inv_undoes(&x, "region_enable region0;reload;"
				       "enable namespace0.0;");
	}
	gr_test_inv_end(&x);
}

/* A region that stays away is the error, not what would come after it. */
static void first_failure_counts(void **state)
{
	struct gr_test_inv x;

	(void)state;
	gr_test_inv_begin(&x, "region_disable");
	gr_test_inv_fails(&x, "region_disable", EBUSY);
	strcpy(gr_fake_nd.fail_call, "region_enable");
	gr_fake_nd.fail_ret = -ENXIO;
	assert_int_equal(x.inv.ops->restore(&x.inv), -ENXIO);
	gr_fake_nd_assert_calls("region_enable region0;");
	gr_test_inv_end(&x);
	assert_int_equal(gr_test_inv_expects("region_disable", ENXIO),
			 GR_EXPECT_BUG);
}

/* On a host a sibling that was not handed over must not be taken along. */
static void spares_siblings(void **state)
{
	struct gr_ctx ctx = {.nr_ns = 1, .ns = {"namespace0.0"}};
	const struct gr_invalidate_ops *ops;
	struct gr_reason why = {""};

	(void)state;
	gr_fake_nd_reset();
	ops = gr_invalidate_find("region_disable");
	assert_int_equal(ops->probe(&ctx, &why), 0);
	gr_fake_nd.ns[1] = gr_fake_nd.ns[0];
	strcpy(gr_fake_nd.ns[1].name, "namespace0.1");
	gr_fake_nd.nr_ns = 2;
	assert_int_equal(ops->probe(&ctx, &why), -EPERM);
	assert_non_null(strstr(why.text, "namespace0.1"));
	strcpy(gr_fake_nd.ns[1].region, "region1");
	assert_int_equal(ops->probe(&ctx, &why), 0);
	strcpy(gr_fake_nd.ns[1].region, "region0");
	ctx.ns[ctx.nr_ns++] = "namespace0.1";
	assert_int_equal(ops->probe(&ctx, &why), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(disables_the_region),
		cmocka_unit_test(first_failure_counts),
		cmocka_unit_test(spares_siblings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
