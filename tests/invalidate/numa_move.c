// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "fake_hmm.h"

static void does_what_it_says(void **state)
{
	struct gr_fake_hmm_inv x;
	struct gr_reason why;

	(void)state;
	gr_fake_hmm_inv_begin(&x, "numa_move");
	assert_int_equal(x.inv.ops->probe(&x.ctx, &why), 0);
	/* of the fake no page moves */
	assert_int_equal(x.inv.ops->invalidate(&x.inv), -EBUSY);
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
