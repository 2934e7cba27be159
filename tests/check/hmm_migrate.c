// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "fake_hmm.h"

#define CHECK "hmm_migrate"

static void passes_on_private(void **state)
{
	gr_fake_hmm_passes(*state, "hmm_private", CHECK);
}

static void passes_on_coherent(void **state)
{
	gr_fake_hmm_passes(*state, "hmm_coherent", CHECK);
}

static void lost_data_is_found(void **state)
{
	gr_fake_hmm_fails(*state, "hmm_private", CHECK, GR_HMM_LOSES,
			  "wrong-data");
}

static void a_page_that_stays_is_found(void **state)
{
	gr_fake_hmm_fails(*state, "hmm_private", CHECK, GR_HMM_STAYS,
			  "page-elsewhere");
}

static void a_page_that_does_not_come_back_is_found(void **state)
{
	gr_fake_hmm_fails(*state, "hmm_private", CHECK, GR_HMM_KEEPS,
			  "page-elsewhere");
}

static void cannot_be_tested_without_a_device(void **state)
{
	gr_fake_hmm_breaks(*state, "hmm_private", CHECK, -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passes_on_private),
		cmocka_unit_test(passes_on_coherent),
		cmocka_unit_test(lost_data_is_found),
		cmocka_unit_test(a_page_that_stays_is_found),
		cmocka_unit_test(a_page_that_does_not_come_back_is_found),
		cmocka_unit_test(cannot_be_tested_without_a_device),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
