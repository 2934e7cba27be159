// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether what a device read is stale is seen in guests only, with the planted bugs
 * hmm_unmap_quiet and hmm_exclusive_quiet: the fake does not see a page replaced.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "fake_hmm.h"

#define CHECK "hmm_replaced"

static void wrong_answer_is_found(void **state)
{
	gr_fake_hmm_fails(*state, "hmm_exclusive", CHECK, GR_HMM_REFUSES,
			  "request-answered");
}

static void says_when_it_never_had_the_range(void **state)
{
	struct gr_fake_env *f =
		gr_fake_hmm_env(*state, "hmm_exclusive", GR_HMM_GOOD);

	gr_fake_hmm.busy = GR_DMIRROR_EXCLUSIVE;
	gr_fake_hmm.nr_busy = UINT_MAX;
	assert_int_equal(gr_fake_run(f, CHECK), 0);
	assert_int_equal(f->found.nr, 0);
	assert_non_null(strstr(f->skipped.text, "never to be had"));
	gr_fake_env_free(f);
}

static void cannot_be_tested_without_a_device(void **state)
{
	gr_fake_hmm_breaks(*state, "hmm_exclusive", CHECK, -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_answer_is_found),
		cmocka_unit_test(says_when_it_never_had_the_range),
		cmocka_unit_test(cannot_be_tested_without_a_device),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
