// SPDX-License-Identifier: GPL-2.0-only
#include "core/interval.h"

#include "test.h"

/* Against values computed by hand from the formula, to a thousandth. */
static void agrees_with_tables(void **state)
{
	static const struct {
		unsigned int hits, nr;
		double from, to;
	} rows[] = {
		{0, 20, 0, 0.161},	{20, 20, 0.839, 1},
		{10, 20, 0.299, 0.701}, {1, 10, 0.018, 0.404},
		{9, 10, 0.596, 0.982},	{0, 0, 0, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct gr_interval in =
			gr_interval_wilson(rows[i].hits, rows[i].nr);

		assert_true(in.from > rows[i].from - 0.001 &&
			    in.from < rows[i].from + 0.001);
		assert_true(in.to > rows[i].to - 0.001 &&
			    in.to < rows[i].to + 0.001);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
