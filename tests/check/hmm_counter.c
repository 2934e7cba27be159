// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "fake_hmm.h"

#define CHECK "hmm_counter"

/* Nothing is taken away: the fake could not do that as one step. */
static void run(void **state, enum gr_hmm_flaw flaw, const char *signature)
{
	struct gr_fake_env *f = gr_fake_hmm_env(*state, "hmm_exclusive", flaw);

	gr_fake_hmm.untaken = true;
	assert_int_equal(gr_fake_run(f, CHECK), 0);
	if (signature)
		assert_true(gr_fake_has(f, signature));
	else
		assert_int_equal(f->found.nr, 0);
	gr_fake_env_free(f);
}

static void passes_when_nothing_is_lost(void **state)
{
	run(state, GR_HMM_GOOD, NULL);
}

static void a_lost_increment_is_found(void **state)
{
	run(state, GR_HMM_STALE, "increment-lost");
}

static void cannot_be_tested_without_a_device(void **state)
{
	gr_fake_hmm_breaks(*state, "hmm_exclusive", CHECK, -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passes_when_nothing_is_lost),
		cmocka_unit_test(a_lost_increment_is_found),
		cmocka_unit_test(cannot_be_tested_without_a_device),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
