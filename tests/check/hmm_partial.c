// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "fake_hmm.h"

#define CHECK "hmm_partial"

static void passes_on_exclusive(void **state)
{
	gr_fake_hmm_passes(*state, "hmm_exclusive", CHECK);
}

static void stale_data_is_found(void **state)
{
	gr_fake_hmm_fails(*state, "hmm_exclusive", CHECK, GR_HMM_STALE,
			  "stale-mirror");
}

static void a_moment_of_business_is_none_of_it(void **state)
{
	struct gr_fake_env *f =
		gr_fake_hmm_env(*state, "hmm_exclusive", GR_HMM_GOOD);

	gr_fake_hmm.busy = GR_DMIRROR_EXCLUSIVE;
	gr_fake_hmm.nr_busy = 3;
	gr_fake_hmm.busy_after = 1; /* the target's own */
	assert_int_equal(gr_fake_run(f, CHECK), 0);
	assert_int_equal(f->found.nr, 0);
	assert_int_equal(gr_fake_hmm.nr_busy, 0);
	gr_fake_env_free(f);
}

static void cannot_be_tested_without_a_device(void **state)
{
	gr_fake_hmm_breaks(*state, "hmm_exclusive", CHECK, -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passes_on_exclusive),
		cmocka_unit_test(stale_data_is_found),
		cmocka_unit_test(a_moment_of_business_is_none_of_it),
		cmocka_unit_test(cannot_be_tested_without_a_device),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
