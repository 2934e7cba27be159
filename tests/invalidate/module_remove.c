// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "core/reason.h"
#include "core/registry.h"
#include "fake_nd.h"
#include "invalidate_life.h"
#include "test.h"

/* The one that binds the namespace goes first: that is the teardown. */
static void removes_and_loads(void **state)
{
	struct gr_test_inv x;

	(void)state;
	gr_test_inv_begin(&x, "module_remove");
	for (int i = 0; i < 2; i++) {
		gr_test_inv_does(&x, "remove dax_pmem;");
		gr_test_inv_undoes(&x, "remove device_dax;remove nd_pmem;"
				       "load dax_pmem;load device_dax;"
				       "load nd_pmem;");
	}
	gr_test_inv_end(&x);
}

static void fsdax_has_one_module(void **state)
{
	struct gr_test_inv x;

	(void)state;
	gr_test_inv_begin(&x, "module_remove");
	x.inv.ops->teardown(&x.inv);
	gr_fake_nd.ns[0].mode = GR_ND_FSDAX;
	assert_int_equal(x.inv.ops->setup(&x.ctx, &x.inv), 0);
	gr_test_inv_does(&x, "remove nd_pmem;");
	gr_test_inv_undoes(&x, "load nd_pmem;");
	gr_test_inv_end(&x);
}

/* One that is in use must say so; the others may be, and are there again. */
static void in_use_is_legal_after_the_first(void **state)
{
	struct gr_test_inv x;

	(void)state;
	gr_test_inv_begin(&x, "module_remove");
	gr_test_inv_fails(&x, "remove dax_pmem", EAGAIN);
	strcpy(gr_fake_nd.fail_call, "remove device_dax");
	gr_fake_nd.fail_ret = -EAGAIN;
	gr_test_inv_does(&x, "remove dax_pmem;");
	gr_test_inv_undoes(&x, "remove device_dax;remove nd_pmem;"
			       "load dax_pmem;load device_dax;load nd_pmem;");
	gr_test_inv_end(&x);
	assert_int_equal(gr_test_inv_expects("module_remove", EAGAIN),
			 GR_EXPECT_LEGAL_WHILE_PINNED);
}

static void harms_a_host(void **state)
{
	const struct gr_invalidate_ops *ops;
	struct gr_ctx ctx = {0};
	struct gr_reason why = {""};

	(void)state;
	gr_fake_nd_reset();
	ops = gr_invalidate_find("module_remove");
	assert_true(ops->needs.guest_only);
	assert_int_equal(ops->probe(&ctx, &why), 0);
	gr_fake_nd.modules_loaded = false;
	assert_int_equal(ops->probe(&ctx, &why), -ENODEV);
	assert_non_null(strstr(why.text, "nd_pmem"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(removes_and_loads),
		cmocka_unit_test(fsdax_has_one_module),
		cmocka_unit_test(in_use_is_legal_after_the_first),
		cmocka_unit_test(harms_a_host),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
