// SPDX-License-Identifier: GPL-2.0-only
#include "base/size.h"

#include <errno.h>

#include "base/clock.h"
#include "base/util.h"
#include "test.h"

static const struct {
	const char *input;
	int ret;
	uint64_t want;
} sizes[] = {
	{"4096", 0, 4096},
	{"4K", 0, 4096},
	{"4k", 0, 4096},
	{"2MiB", 0, 2 * GR_MIB},
	{"0x1000", 0, 4096},
	{"1G", 0, GR_GIB},
	{"", -EINVAL, 0},
	{"G", -EINVAL, 0},
	{"-1", -EINVAL, 0},
	{"1 G", -EINVAL, 0},
	{"12Q", -EINVAL, 0},
	{"99999999999999999999", -ERANGE, 0},
	{"99999999999T", -ERANGE, 0},
};

static void parses_sizes(void **state)
{
	(void)state;
	for (size_t i = 0; i < GR_ARRAY_SIZE(sizes); i++) {
		uint64_t bytes = 0;

		assert_int_equal(gr_size_parse(sizes[i].input, &bytes),
				 sizes[i].ret);
		if (!sizes[i].ret)
			assert_int_equal(bytes, sizes[i].want);
	}
}

static void formats_sizes(void **state)
{
	char buf[24];

	(void)state;
	assert_string_equal(gr_size_format(4096, buf, sizeof(buf)), "4K");
	assert_string_equal(gr_size_format(2 * GR_MIB, buf, sizeof(buf)), "2M");
	assert_string_equal(gr_size_format(4097, buf, sizeof(buf)), "4097");
	assert_string_equal(gr_size_format(0, buf, sizeof(buf)), "0");
}

static void parses_durations(void **state)
{
	uint64_t ns;

	(void)state;
	assert_int_equal(gr_duration_parse("250ms", &ns), 0);
	assert_int_equal(ns, 250 * GR_NSEC_PER_MSEC);
	assert_int_equal(gr_duration_parse("3", &ns), 0);
	assert_int_equal(ns, 3 * GR_NSEC_PER_SEC);
	assert_int_equal(gr_duration_parse("ms", &ns), -EINVAL);
	assert_int_equal(gr_duration_parse("1x", &ns), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses_sizes),
		cmocka_unit_test(formats_sizes),
		cmocka_unit_test(parses_durations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
