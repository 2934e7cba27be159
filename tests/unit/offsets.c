// SPDX-License-Identifier: GPL-2.0-only
#include "core/offsets.h"

#include <errno.h>
#include <stdint.h>

#include "test.h"

static uint64_t all(const struct gr_offsets *o)
{
	uint64_t nr = 0;

	for (unsigned int i = 0; i < GR_OFFSET_BINS; i++)
		nr += gr_offsets_bin_nr(o, i);
	return nr;
}

/* In the bin that says so. */
static uint64_t nr_at(const struct gr_offsets *o, int64_t offset)
{
	for (unsigned int i = 0; i < GR_OFFSET_BINS; i++) {
		int64_t begin = gr_offsets_bin_begin(o, i);

		if (offset >= begin && offset < begin + (int64_t)o->bin_ns)
			return gr_offsets_bin_nr(o, i);
	}
	return 0;
}

static void grows(void **state)
{
	static const int64_t offsets[] = {0,	 -1,	    1,	      500,
					  -500,	 70000,	    -70000,   5000000,
					  -1234, INT32_MAX, INT32_MIN};
	struct gr_offsets o = {0};
	uint64_t nr = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		gr_offsets_add(&o, offsets[i], (unsigned int)i % 3);
		nr++;
		assert_int_equal(o.nr, nr);
		assert_int_equal(all(&o), nr);
		assert_true(nr_at(&o, offsets[i]) >= 1);
		assert_true(o.bin_ns && !(o.bin_ns & (o.bin_ns - 1)));
	}
}

/* What is below 0 stays below 0 when bins become wider. */
static void keeps_sides_apart(void **state)
{
	struct gr_offsets o = {0};
	uint64_t below = 0;

	(void)state;
	for (int i = 0; i < 100; i++)
		gr_offsets_add(&o, -1 - i, 0);
	for (int i = 0; i < 7; i++)
		gr_offsets_add(&o, i, 0);
	gr_offsets_add(&o, 1 << 30, 0);
	for (unsigned int i = 0; i < GR_OFFSET_BINS / 2; i++)
		below += gr_offsets_bin_nr(&o, i);
	assert_int_equal(gr_offsets_bin_begin(&o, GR_OFFSET_BINS / 2), 0);
	assert_int_equal(below, 100);
}

static void takes_any_offset(void **state)
{
	struct gr_offsets o = {0};

	(void)state;
	gr_offsets_add(&o, INT64_MAX, 0);
	gr_offsets_add(&o, INT64_MIN, 0);
	assert_int_equal(all(&o), 2);
}

static void outcomes_have_rows(void **state)
{
	struct gr_offsets o = {0};
	struct gr_outcome what = {.err = EFAULT};
	char buf[GR_OUTCOME_TEXT];

	(void)state;
	assert_int_equal(gr_offsets_outcome(&o, &what), 0);
	what.slow = 1;
	assert_int_equal(gr_offsets_outcome(&o, &what), 1);
	assert_string_equal(gr_outcome_text(&what, buf), "EFAULT slow-path");
	what.late = 1;
	assert_int_equal(gr_offsets_outcome(&o, &what), 2);
	what = (struct gr_outcome){.err = EFAULT};
	assert_int_equal(gr_offsets_outcome(&o, &what), 0);
	assert_string_equal(gr_outcome_text(&what, buf), "EFAULT");
	for (int i = 0; i < 20; i++) {
		what.err = 100 + i;
		assert_true(gr_offsets_outcome(&o, &what) < GR_OUTCOMES_MAX);
	}
	assert_int_equal(o.nr_outcomes, GR_OUTCOMES_MAX);
	what = (struct gr_outcome){.late = 1};
	assert_string_equal(gr_outcome_text(&what, buf), "success late");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows),
		cmocka_unit_test(keeps_sides_apart),
		cmocka_unit_test(takes_any_offset),
		cmocka_unit_test(outcomes_have_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
