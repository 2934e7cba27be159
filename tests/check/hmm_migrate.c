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

/* Somebody may have had a page in his hands; a way back is not asked for again. */
static void a_moment_of_business_is_none_of_it(void **state)
{
	static const struct {
		enum gr_dmirror_op busy;
		unsigned int nr;
		int ret;
		unsigned int nr_found;
	} rows[] = {
		{GR_DMIRROR_TO_DEVICE, 3, 0, 0},
		{GR_DMIRROR_TO_DEVICE, 1000, -EBUSY, 0},
		{GR_DMIRROR_TO_SYSTEM, 1, 0,
		 2}, /* and the page is there still */
	};

	for (size_t i = 0; i < GR_ARRAY_SIZE(rows); i++) {
		struct gr_fake_env *f =
			gr_fake_hmm_env(*state, "hmm_private", GR_HMM_GOOD);

		gr_fake_hmm.busy = rows[i].busy;
		gr_fake_hmm.nr_busy = rows[i].nr;
		assert_int_equal(gr_fake_run(f, CHECK), rows[i].ret);
		assert_int_equal(f->found.nr, rows[i].nr_found);
		if (rows[i].nr_found)
			assert_string_equal(f->found.of[0].signature,
					    "request-answered");
		gr_fake_env_free(f);
	}
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
		cmocka_unit_test(a_moment_of_business_is_none_of_it),
		cmocka_unit_test(cannot_be_tested_without_a_device),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
