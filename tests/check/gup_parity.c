// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "fake_hmm.h"

#define CHECK "gup_parity"

/* What gup does is the fake's business: it has nothing to say of the copies. */
static void paths_that_agree_pass(void **state)
{
	gr_fake_hmm_passes(*state, "hmm_private", CHECK);
	gr_fake_hmm_passes(*state, "hmm_coherent", CHECK);
}

static void a_path_that_refuses_is_found(void **state)
{
	struct gr_fake_env *f =
		gr_fake_hmm_env(*state, "hmm_private", GR_HMM_GOOD);

	gr_fake_hmm.gup_says = 0;
	assert_int_equal(gr_fake_run(f, CHECK), 0);
	assert_true(gr_fake_has(f, "paths-differ"));
	assert_true(gr_fake_has(f, "gup-answered"));
	gr_fake_env_free(f);
}

static void a_request_that_cannot_be_made_is_no_finding(void **state)
{
	struct gr_fake_env *f =
		gr_fake_hmm_env(*state, "hmm_private", GR_HMM_GOOD);

	gr_fake_hmm.gup_says = -EIO;
	assert_int_equal(gr_fake_run(f, CHECK), -EIO);
	assert_int_equal(f->found.nr, 0);
	gr_fake_env_free(f);
}

static void cannot_be_tested_without_a_device(void **state)
{
	gr_fake_hmm_breaks(*state, "hmm_private", CHECK, -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_that_agree_pass),
		cmocka_unit_test(a_path_that_refuses_is_found),
		cmocka_unit_test(a_request_that_cannot_be_made_is_no_finding),
		cmocka_unit_test(cannot_be_tested_without_a_device),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
