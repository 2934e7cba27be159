// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "fake_hmm.h"

#define CHECK "hmm_pinned"

/*
 * Of the fake no pin takes a page out of a coherent device: right for all but those
 * that are long-term. What is out of reach userfaultfd(2) does not give to all pins.
 */
static void long_pins_on_a_device_are_found(void **state)
{
	struct gr_fake_env *f =
		gr_fake_hmm_env(*state, "hmm_coherent", GR_HMM_GOOD);

	gr_fake_hmm.no_gup = true; /* it would be asked as a pin */
	gr_test_need_direct(*state);
	assert_int_equal(gr_fake_run(f, CHECK), 0);
	assert_true(f->found.nr > 0);
	for (unsigned int i = 0; i < f->found.nr; i++)
		if (strcmp(f->found.of[i].signature, "pinned-on-device"))
			fail_msg("%s", f->found.of[i].summary);
	gr_fake_env_free(f);
}

/* Nothing is taken, so nothing can have come back from there. */
static void a_page_that_was_never_there_is_found(void **state)
{
	struct gr_fake_env *f =
		gr_fake_hmm_env(*state, "hmm_coherent", GR_HMM_STAYS);

	gr_fake_hmm.no_gup = true; /* it would be asked as a pin */
	gr_test_need_direct(*state);
	assert_int_equal(gr_fake_run(f, CHECK), 0);
	assert_true(gr_fake_has(f, "pinned-elsewhere"));
	gr_fake_env_free(f);
}

static void cannot_be_tested_without_a_device(void **state)
{
	gr_fake_hmm_breaks(*state, "hmm_private", CHECK, -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(long_pins_on_a_device_are_found),
		cmocka_unit_test(a_page_that_was_never_there_is_found),
		cmocka_unit_test(cannot_be_tested_without_a_device),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
