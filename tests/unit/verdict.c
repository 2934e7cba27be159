// SPDX-License-Identifier: GPL-2.0-only
#include "core/verdict.h"

#include <errno.h>

#include "test.h"

/* docs/architecture.md: FAIL > HANG > BROKEN > INCONCLUSIVE > KNOWN > PASS > SKIP */
static const enum gr_verdict gravest_first[] = {
	GR_FAIL,  GR_HANG, GR_BROKEN, GR_INCONCLUSIVE,
	GR_KNOWN, GR_PASS, GR_SKIP,
};

static void folds_to_the_graver(void **state)
{
	(void)state;
	for (int i = 0; i < GR_NR_VERDICTS; i++)
		for (int j = i; j < GR_NR_VERDICTS; j++) {
			assert_int_equal(gr_verdict_fold(gravest_first[i],
							 gravest_first[j]),
					 gravest_first[i]);
			assert_int_equal(gr_verdict_fold(gravest_first[j],
							 gravest_first[i]),
					 gravest_first[i]);
		}
}

static void names_round_trip(void **state)
{
	enum gr_verdict v;

	(void)state;
	for (int i = 0; i < GR_NR_VERDICTS; i++) {
		assert_int_equal(
			gr_verdict_parse(gr_verdict_name((enum gr_verdict)i),
					 &v),
			0);
		assert_int_equal(v, i);
	}
	assert_int_equal(gr_verdict_parse("pass", &v), -EINVAL);
}

static void exit_status(void **state)
{
	struct gr_tally t = {0};

	(void)state;
	assert_int_equal(gr_tally_exit(&t, false), GR_EXIT_SKIP);
	gr_tally_add(&t, GR_SKIP);
	gr_tally_add(&t, GR_INCONCLUSIVE);
	assert_int_equal(gr_tally_exit(&t, false), GR_EXIT_SKIP);
	gr_tally_add(&t, GR_KNOWN);
	assert_int_equal(gr_tally_exit(&t, false), GR_EXIT_PASS);
	assert_int_equal(gr_tally_exit(&t, true), GR_EXIT_FAIL);
	gr_tally_add(&t, GR_BROKEN);
	assert_int_equal(gr_tally_exit(&t, false), GR_EXIT_BROKEN);
	gr_tally_add(&t, GR_HANG);
	assert_int_equal(gr_tally_exit(&t, false), GR_EXIT_FAIL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(folds_to_the_graver),
		cmocka_unit_test(names_round_trip),
		cmocka_unit_test(exit_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
