// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "fake_hmm.h"

static void does_what_it_says(void **state)
{
	struct gr_fake_hmm_inv x;

	(void)state;
	gr_fake_hmm_inv_begin(&x, "hmm_unload");
	assert_int_equal(x.inv.ops->invalidate(&x.inv), 0);
	assert_false(gr_fake_hmm.loaded);
	assert_int_equal(x.inv.ops->restore(&x.inv), 0);
	assert_true(gr_fake_hmm.loaded);
	gr_fake_hmm.remove_says = -EAGAIN;
	assert_int_equal(x.inv.ops->invalidate(&x.inv), -EAGAIN);
	gr_fake_hmm_inv_end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(does_what_it_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
