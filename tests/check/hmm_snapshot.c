// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "fake_hmm.h"

#define CHECK "hmm_snapshot"

/* What a device must be told of the pages that the check makes, by its order. */
static const unsigned char right[] = {0xff, 0xff, 0x11, 0x01,
				      0x02, 0x22, 0x00, 0x00};

/* The page of the driver itself comes first in the second question. */
static void run(void **state, unsigned int at, unsigned char is)
{
	struct gr_fake_env *f =
		gr_fake_hmm_env(*state, "hmm_private", GR_HMM_GOOD);
	unsigned char says[sizeof(right)];

	memcpy(says, right, sizeof(says));
	says[at] = is;
	gr_fake_hmm.snapshot = says;
	/* the fake cannot be mapped, which ends the check behind that */
	(void)gr_fake_run(f, CHECK);
	assert_int_equal(f->found.nr, is == right[at] ? 0 : 1);
	if (f->found.nr)
		assert_true(gr_fake_has(f, "snapshot-wrong"));
	gr_fake_env_free(f);
}

static void each_page_is_looked_at(void **state)
{
	run(state, 0, right[0]);
	for (unsigned int i = 0; i < sizeof(right); i++)
		run(state, i, right[i] ^ 0x04);
}

static void cannot_be_tested_without_a_device(void **state)
{
	gr_fake_hmm_breaks(*state, "hmm_private", CHECK, -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_page_is_looked_at),
		cmocka_unit_test(cannot_be_tested_without_a_device),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
