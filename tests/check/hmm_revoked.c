// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "fake_hmm.h"

#define CHECK "hmm_revoked"

static void passes_on_exclusive(void **state)
{
	gr_fake_hmm_passes(*state, "hmm_exclusive", CHECK);
}

static void lost_data_is_found(void **state)
{
	gr_fake_hmm_fails(*state, "hmm_exclusive", CHECK, GR_HMM_LOSES,
			  "wrong-data");
}

static void a_page_that_is_not_taken_is_found(void **state)
{
	gr_fake_hmm_fails(*state, "hmm_exclusive", CHECK, GR_HMM_STAYS,
			  "page-elsewhere");
}

static void cannot_be_tested_without_a_device(void **state)
{
	gr_fake_hmm_breaks(*state, "hmm_exclusive", CHECK, -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passes_on_exclusive),
		cmocka_unit_test(lost_data_is_found),
		cmocka_unit_test(a_page_that_is_not_taken_is_found),
		cmocka_unit_test(cannot_be_tested_without_a_device),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
