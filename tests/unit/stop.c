// SPDX-License-Identifier: GPL-2.0-only
#include "core/stop.h"

#include <stdio.h>

#include "base/util.h"
#include "test.h"

static bool add(struct gr_stop *stop, unsigned int case_nr, enum gr_class class,
		const char *signature)
{
	struct gr_finding f = {.class = class};

	(void)snprintf(f.signature, sizeof(f.signature), "%s", signature);
	return gr_stop_add(stop, case_nr, &f);
}

static void stops_at_the_third_case(void **state)
{
	struct gr_stop stop = {0};
	char why[256];

	(void)state;
	assert_false(add(&stop, 1, GR_CLASS_LEAK, "x"));
	assert_false(add(&stop, 2, GR_CLASS_LEAK, "x"));
	assert_string_equal(gr_stop_reason(&stop, why, sizeof(why)), "");
	assert_true(add(&stop, 4, GR_CLASS_LEAK, "x"));
	assert_string_equal(gr_stop_reason(&stop, why, sizeof(why)),
			    "3 cases found the same: leak (x)");
}

static void never_stops_a_table(void **state)
{
	struct gr_stop stop = {.is_off = true};
	char why[256];

	(void)state;
	for (unsigned int i = 0; i < 2 * GR_STOP_AFTER; i++)
		assert_false(add(&stop, i, GR_CLASS_LEAK, "x"));
	assert_string_equal(gr_stop_reason(&stop, why, sizeof(why)), "");
}

static void a_case_counts_once(void **state)
{
	struct gr_stop stop = {0};

	(void)state;
	for (int i = 0; i < 10; i++)
		assert_false(add(&stop, 7, GR_CLASS_LEAK, "x"));
	assert_false(add(&stop, 8, GR_CLASS_LEAK, "x"));
	assert_true(add(&stop, 9, GR_CLASS_LEAK, "x"));
}

static void class_and_signature_both_count(void **state)
{
	struct gr_stop stop = {0};

	(void)state;
	assert_false(add(&stop, 1, GR_CLASS_LEAK, "x"));
	assert_false(add(&stop, 2, GR_CLASS_CRASH, "x"));
	assert_false(add(&stop, 3, GR_CLASS_LEAK, "y"));
	assert_false(add(&stop, 4, GR_CLASS_LEAK, "x"));
	assert_true(add(&stop, 5, GR_CLASS_LEAK, "x"));
}

static void many_kinds_do_no_harm(void **state)
{
	struct gr_stop stop = {0};
	char signature[16];

	(void)state;
	for (unsigned int i = 0; i < 2 * GR_STOP_KINDS_MAX; i++) {
		(void)snprintf(signature, sizeof(signature), "kind-%u", i);
		assert_false(add(&stop, i, GR_CLASS_WARNING, signature));
	}
	assert_int_equal(stop.nr_kinds, GR_STOP_KINDS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stops_at_the_third_case),
		cmocka_unit_test(never_stops_a_table),
		cmocka_unit_test(a_case_counts_once),
		cmocka_unit_test(class_and_signature_both_count),
		cmocka_unit_test(many_kinds_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
