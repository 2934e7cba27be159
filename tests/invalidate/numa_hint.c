// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "fake_hmm.h"

/* From the first look on, until two more have ended. */
#define LOOKS 3

/* What the device had comes back by a new page, which may have the old one's number. */
static void comes_back(struct gr_fake_hmm_inv *x)
{
	int ret = x->inv.ops->invalidate(&x->inv);

	assert_true(!ret || ret == -EBUSY);
}

static void does_what_it_says(void **state)
{
	struct gr_fake_hmm_inv x;
	struct gr_reason why;

	(void)state;
	gr_fake_hmm_inv_begin(&x, "numa_hint");
	assert_int_equal(x.inv.ops->probe(&x.ctx, &why), 0);
	/* begin has set it up: there has been a scan */
	assert_true(gr_fake_hmm.balances);
	assert_int_equal(gr_fake_hmm.nr_scans, LOOKS);
	comes_back(&x);
	assert_int_equal(gr_fake_hmm.nr_asked[GR_DMIRROR_TO_DEVICE], 1);
	comes_back(&x);
	assert_int_equal(gr_fake_hmm.nr_asked[GR_DMIRROR_EXCLUSIVE], 1);
	/* nothing moves memory as it is in the fake */
	assert_int_equal(x.inv.ops->invalidate(&x.inv), -EBUSY);
	/* each way met a scan that had begun behind it */
	assert_int_equal(gr_fake_hmm.nr_scans, 4 * LOOKS);
	assert_int_equal(x.inv.ops->restore(&x.inv), 0);
	gr_test_assert_filled(x.map.range.addr, GR_FAKE_HMM_LEN, 1);
	gr_fake_hmm_inv_end(&x);
	assert_false(gr_fake_hmm.balances);
}

static void says_that_it_stayed(void **state)
{
	struct gr_fake_hmm_inv x;

	(void)state;
	gr_fake_hmm_inv_begin(&x, "numa_hint");
	gr_fake_hmm.busy = GR_DMIRROR_TO_DEVICE;
	gr_fake_hmm.nr_busy = 1;
	gr_fake_hmm.untaken = true;
	for (int i = 0; i < 3; i++)
		assert_int_equal(x.inv.ops->invalidate(&x.inv), -EBUSY);
	gr_fake_hmm_inv_end(&x);
}

static void says_that_no_scan_came(void **state)
{
	struct gr_fake_hmm_inv x;

	(void)state;
	gr_fake_hmm_inv_begin(&x, "numa_hint");
	gr_fake_hmm.no_scans = true;
	assert_int_equal(x.inv.ops->invalidate(&x.inv), -EAGAIN);
	gr_fake_hmm_inv_end(&x);
}

/* A kernel that does not tell is no reason to wait. */
static void hands_an_error_on(void **state)
{
	struct gr_fake_hmm_inv x;

	(void)state;
	gr_fake_hmm_inv_begin(&x, "numa_hint");
	gr_fake_hmm.scans_says = -EIO;
	assert_int_equal(x.inv.ops->invalidate(&x.inv), -EIO);
	gr_fake_hmm_inv_end(&x);
}

/* Nothing is left behind by what could not be set up. */
static void cannot_do_without_the_settings(void **state)
{
	struct gr_fake_hmm_inv x;

	(void)state;
	gr_fake_hmm_inv_begin(&x, "numa_hint");
	x.inv.ops->teardown(&x.inv);
	gr_fake_hmm.balance_says = -ENOENT;
	assert_int_equal(x.inv.ops->setup(&x.ctx, &x.inv), -ENOENT);
	gr_fake_hmm.balance_says = 0;
	gr_fake_hmm.scans_says = -EIO;
	assert_int_equal(x.inv.ops->setup(&x.ctx, &x.inv), -EIO);
	assert_false(gr_fake_hmm.balances);
	gr_fake_hmm_inv_end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(does_what_it_says),
		cmocka_unit_test(says_that_it_stayed),
		cmocka_unit_test(says_that_no_scan_came),
		cmocka_unit_test(hands_an_error_on),
		cmocka_unit_test(cannot_do_without_the_settings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
