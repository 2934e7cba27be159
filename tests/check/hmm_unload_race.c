// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "fake_hmm.h"

#define CHECK "hmm_unload_race"

/* Of a coherent one: what a child has the fake cannot bring back. */
static void passes_on_coherent(void **state)
{
	gr_fake_hmm_passes(*state, "hmm_coherent", CHECK);
}

/* A driver that somebody keeps, and one that is gone before its pages are. */
static void a_driver_that_is_kept_is_found(void **state)
{
	struct gr_fake_env *f =
		gr_fake_hmm_env(*state, "hmm_coherent", GR_HMM_GOOD);

	gr_fake_hmm.remove_says = -EPERM;
	assert_int_equal(gr_fake_run(f, CHECK), 0);
	assert_true(gr_fake_has(f, "module-kept"));
	gr_fake_env_free(f);
}

static void lost_data_is_found(void **state)
{
	gr_fake_hmm_fails(*state, "hmm_coherent", CHECK, GR_HMM_DROPS,
			  "wrong-data");
}

static void cannot_be_tested_without_a_device(void **state)
{
	gr_fake_hmm_breaks(*state, "hmm_coherent", CHECK, -EIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passes_on_coherent),
		cmocka_unit_test(a_driver_that_is_kept_is_found),
		cmocka_unit_test(lost_data_is_found),
		cmocka_unit_test(cannot_be_tested_without_a_device),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
