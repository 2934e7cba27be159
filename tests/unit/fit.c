// SPDX-License-Identifier: GPL-2.0-only
#include "sys/fit.h"

#include "base/size.h"
#include "base/util.h"
#include "test.h"

/* Sizes as Linux 6.1 gave them for e820 regions, where "kernel" is said. */
static const struct {
	const char *name;
	struct gr_fit fit;
	uint64_t usable;
	uint64_t min_size;
	uint64_t max_align;
} rows[] = {
	{"2M in 512M, dev: kernel",
	 {8 * GR_GIB, 512 * GR_MIB, 2 * GR_MIB, true},
	 526385152,
	 4 * GR_MIB,
	 2 * GR_MIB},
	{"4K in 512M, mem: kernel",
	 {8 * GR_GIB, 512 * GR_MIB, 4 * GR_KIB, false},
	 534773760,
	 4 * GR_MIB,
	 2 * GR_MIB},
	{"1G in 512M",
	 {8 * GR_GIB, 512 * GR_MIB, GR_GIB, false},
	 0,
	 2 * GR_GIB,
	 2 * GR_MIB},
	{"1G in 2G",
	 {8 * GR_GIB, 2 * GR_GIB, GR_GIB, false},
	 GR_GIB,
	 2 * GR_GIB,
	 GR_GIB},
	{"1G in 4G that starts between",
	 {8 * GR_GIB + 512 * GR_MIB, 4 * GR_GIB, GR_GIB, true},
	 3 * GR_GIB,
	 GR_GIB + 512 * GR_MIB,
	 GR_GIB},
	{"2M in 2M",
	 {8 * GR_GIB, 2 * GR_MIB, 2 * GR_MIB, true},
	 0,
	 4 * GR_MIB,
	 0},
	{"nothing at all", {8 * GR_GIB, 0, 2 * GR_MIB, true}, 0, 4 * GR_MIB, 0},
};

static void computes_what_fits(void **state)
{
	(void)state;
	for (size_t i = 0; i < GR_ARRAY_SIZE(rows); i++) {
		print_message("%s\n", rows[i].name);
		assert_int_equal(gr_fit_usable(&rows[i].fit), rows[i].usable);
		assert_int_equal(gr_fit_min_size(&rows[i].fit),
				 rows[i].min_size);
		assert_int_equal(gr_fit_max_align(&rows[i].fit),
				 rows[i].max_align);
	}
}

/* What is said to do must do, and nothing less. */
static void min_size_is_the_least(void **state)
{
	(void)state;
	for (size_t i = 0; i < GR_ARRAY_SIZE(rows); i++) {
		struct gr_fit fit = rows[i].fit;

		fit.size = gr_fit_min_size(&fit);
		assert_true(gr_fit_usable(&fit) >= fit.align);
		fit.size -= GR_MAX(fit.align, 2 * GR_MIB);
		assert_int_equal(gr_fit_usable(&fit), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(computes_what_fits),
		cmocka_unit_test(min_size_is_the_least),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
