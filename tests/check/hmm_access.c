// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "fake_hmm.h"

#define CHECK "hmm_access"

static void passes_on_private(void **state)
{
	gr_fake_hmm_passes(*state, "hmm_private", CHECK);
}

static void passes_on_coherent(void **state)
{
	gr_fake_hmm_passes(*state, "hmm_coherent", CHECK);
}

static void stale_data_is_found(void **state)
{
	gr_fake_hmm_fails(*state, "hmm_private", CHECK, GR_HMM_STALE,
			  "wrong-data");
}

static void a_device_without_limits_is_found(void **state)
{
	gr_fake_hmm_fails(*state, "hmm_private", CHECK, GR_HMM_WRITES_ALL,
			  "request-answered");
}

static void a_refusal_is_found(void **state)
{
	gr_fake_hmm_fails(*state, "hmm_private", CHECK, GR_HMM_REFUSES,
			  "request-answered");
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
		cmocka_unit_test(stale_data_is_found),
		cmocka_unit_test(a_device_without_limits_is_found),
		cmocka_unit_test(a_refusal_is_found),
		cmocka_unit_test(cannot_be_tested_without_a_device),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
