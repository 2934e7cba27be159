// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "fake_hmm.h"

static void does_what_it_says(void **state)
{
	struct gr_fake_hmm_inv x;
	int ret;

	(void)state;
	gr_fake_hmm_inv_begin(&x, "thp_collapse");
	ret = x.inv.ops->invalidate(&x.inv);
	/* what kernels say to a mapping of two pages: never an unknown error */
	for (const struct gr_expect *e = x.inv.ops->expect; e->why; e++)
		if (e->err == -ret)
			ret = 0;
	assert_int_equal(ret, 0);
	assert_int_equal(x.inv.ops->restore(&x.inv), 0);
	gr_test_assert_filled(x.map.range.addr, GR_FAKE_HMM_LEN, 1);
	gr_fake_hmm_inv_end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(does_what_it_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
