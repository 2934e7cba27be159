// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "fake_hmm.h"

static void does_what_it_says(void **state)
{
	struct gr_fake_hmm_inv x;

	(void)state;
	gr_fake_hmm_inv_begin(&x, "hmm_to_device");
	/* somebody has it: it stays where it is, and that is told */
	gr_fake_hmm.flaw = GR_HMM_STAYS;
	assert_int_equal(x.inv.ops->invalidate(&x.inv), -EBUSY);
	gr_fake_hmm.flaw = GR_HMM_GOOD;
	assert_int_equal(x.inv.ops->invalidate(&x.inv), 0);
	assert_true(gr_fake_hmm.nr_asked[GR_DMIRROR_TO_DEVICE] > 1);
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
