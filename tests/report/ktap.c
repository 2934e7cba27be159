// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "base/util.h"
#include "report/capture.h"

static const struct {
	enum gr_verdict verdict;
	bool strict;
	const char *want;
} results[] = {
	{GR_PASS, false, "\nok 1 a\n"},
	{GR_FAIL, false, "\n# why\nnot ok 1 a\n"},
	{GR_SKIP, false, "\nok 1 a # SKIP why\n"},
	{GR_INCONCLUSIVE, false, "\nok 1 a # SKIP why\n"},
	{GR_HANG, false, "\nnot ok 1 a # TIMEOUT why\n"},
	{GR_BROKEN, false, "\nnot ok 1 a # ERROR why\n"},
	{GR_KNOWN, false, "\nok 1 a # XFAIL a-bug\n"},
	{GR_KNOWN, true, "\nnot ok 1 a # KNOWN a-bug\n"},
	{GR_PASS, true, "\nok 1 a\n"},
};

static void verdicts_become_results(void **state)
{
	struct capture c;

	(void)state;
	for (size_t i = 0; i < GR_ARRAY_SIZE(results); i++) {
		capture_open(&c, "ktap", false, results[i].strict);
		send_run_begin(&c, 1);
		send_case_end(&c, "a", results[i].verdict, "why");
		assert_non_null(strstr(c.text, results[i].want));
		capture_close(&c);
	}
}

static void cases_not_run_are_skipped(void **state)
{
	struct capture c;

	(void)state;
	capture_open(&c, "ktap", false, false);
	send_run_begin(&c, 3);
	send_plan(&c, "a");
	send_plan(&c, "b");
	send_plan(&c, "c");
	send_case_end(&c, "b", GR_PASS, "");
	send_run_end(&c, "enough seen");
	assert_memory_equal(c.text, "KTAP version 1\n1..3\n", 20);
	assert_non_null(strstr(c.text, "ok 1 b\n"
				       "ok 2 a # SKIP not run: enough seen\n"
				       "ok 3 c # SKIP not run: enough seen\n"));
	capture_close(&c);
}

static void names_cannot_pose_as_directives(void **state)
{
	struct capture c;

	(void)state;
	capture_open(&c, "ktap", false, false);
	send_run_begin(&c, 2);
	send_case_end(&c, "a # SKIP\nok 2 b", GR_FAIL, "x # TODO\nok 3 c");
	assert_non_null(strstr(c.text, "\n# x ? TODO?ok 3 c\n"
				       "not ok 1 a ? SKIP?ok 2 b\n"));
	capture_close(&c);
}

static void a_run_that_never_began_is_an_error(void **state)
{
	struct capture c;

	(void)state;
	capture_open(&c, "ktap", false, false);
	send_run_end(&c, "no guest came up");
	assert_string_equal(c.text,
			    "KTAP version 1\n1..1\n"
			    "not ok 1 guprace # ERROR no guest came up\n");
	capture_close(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts_become_results),
		cmocka_unit_test(cases_not_run_are_skipped),
		cmocka_unit_test(names_cannot_pose_as_directives),
		cmocka_unit_test(a_run_that_never_began_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
