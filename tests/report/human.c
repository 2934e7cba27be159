// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "report/capture.h"

static void send_op(struct capture *c, const char *name, const char *op)
{
	struct gr_event ev = {
		.type = GR_EV_CASE_BEGIN,
		.case_begin = {.name = name, .index = 2, .of = 7},
	};

	gr_report_event(c->r, &ev);
	memset(&ev, 0, sizeof(ev));
	ev.type = GR_EV_OP;
	ev.op.name = name;
	ev.op.op = op;
	ev.op.ns = "";
	ev.op.pin = "";
	gr_report_event(c->r, &ev);
}

static void no_escapes_off_a_terminal(void **state)
{
	struct capture c;

	(void)state;
	capture_open(&c, "human", false, false);
	send_run_begin(&c, 1);
	send_op(&c, "a", "ns_disable");
	send_case_end(&c, "a", GR_FAIL, "because");
	send_run_end(&c, "");
	assert_null(strchr(c.text, '\033'));
	assert_null(strchr(c.text, '\r'));
	assert_null(strstr(c.text, "[2/7]"));
	capture_close(&c);
}

static void progress_is_cleared(void **state)
{
	struct capture c;
	const char *at;

	(void)state;
	capture_open(&c, "human", true, false);
	send_op(&c, "a", "ns_disable of namespace0.0");
	at = strstr(c.text, "[2/7] a: ns_disable of namespace0.0");
	assert_non_null(at);
	assert_null(strchr(at, '\n'));
	send_case_end(&c, "a", GR_PASS, "");
	assert_non_null(strstr(c.text, "namespace0.0\r\033[K\033[32mPASS"));
	capture_close(&c);
}

static void progress_fits_the_line(void **state)
{
	char name[300];
	struct capture c;

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	capture_open(&c, "human", true, false);
	send_op(&c, name, "op");
	assert_true(strlen(strrchr(c.text, '[')) < 80);
	capture_close(&c);
}

static void findings_follow_their_case(void **state)
{
	const char *line, *finding;
	struct capture c;

	(void)state;
	capture_open(&c, "human", false, false);
	send_finding(&c, "a", NULL);
	send_case_end(&c, "a", GR_HANG, "it hung");
	line = strstr(c.text, "HANG         a");
	finding = strstr(c.text, "  leak (never-returns)");
	assert_non_null(line);
	assert_non_null(finding);
	assert_true(line < finding);
	assert_non_null(strstr(line, ": it hung"));
	assert_non_null(strstr(finding, "| second line"));
	capture_close(&c);
}

static void a_known_finding_is_one_line(void **state)
{
	const char *finding;
	struct capture c;

	(void)state;
	capture_open(&c, "human", false, false);
	send_finding(&c, "a", "a-bug");
	send_case_end(&c, "a", GR_KNOWN, "it is known");
	finding = strstr(c.text, "  known bug a-bug: leak, never-returns\n");
	assert_non_null(finding);
	assert_null(strstr(finding, "| second line"));
	send_run_end(&c, "");
	assert_non_null(strstr(finding, "a put too many"));
	capture_close(&c);
}

static void the_summary_counts_cases_not_findings(void **state)
{
	struct capture c;

	(void)state;
	capture_open(&c, "human", false, false);
	send_finding(&c, "a", NULL);
	send_finding(&c, "a", NULL);
	send_case_end(&c, "a", GR_HANG, "hung");
	send_finding(&c, "b", NULL);
	send_case_end(&c, "b", GR_HANG, "hung");
	send_run_end(&c, "enough");
	assert_non_null(strstr(c.text, "leak (never-returns) in 2 cases, new"));
	assert_non_null(strstr(c.text, "stopped: enough\n"));
	assert_non_null(strstr(c.text, "verdict: FAIL\n"));
	capture_close(&c);
}

static void an_early_end_loses_no_finding(void **state)
{
	struct capture c;

	(void)state;
	capture_open(&c, "human", false, false);
	send_finding(&c, "a", NULL);
	gr_report_free(c.r);
	c.r = NULL;
	assert_int_equal(fflush(c.out), 0);
	assert_non_null(strstr(c.text, "leak (never-returns)"));
	capture_close(&c);
}

static void a_missing_reason_is_said(void **state)
{
	struct capture c;

	(void)state;
	capture_open(&c, "human", false, false);
	send_case_end(&c, "a", GR_SKIP, "");
	assert_non_null(strstr(c.text, ": no reason was given\n"));
	capture_close(&c);
}

static void hostile_text_does_not_reach_the_terminal(void **state)
{
	struct capture c;

	(void)state;
	capture_open(&c, "human", true, false);
	send_case_end(&c, "a\033[2Jb", GR_PASS, "x\nverdict: PASS\xff\xc2\x9b");
	assert_null(strstr(c.text, "\033[2J"));
	assert_non_null(strstr(c.text, "a?[2Jb"));
	assert_non_null(strstr(c.text, "x?verdict: PASS??\n"));
	capture_close(&c);
}

static void a_table_ends_the_run_that_asks_for_one(void **state)
{
	const struct gr_ev_cell cell = {"devdax/4K", "aio", "munmap", "page"};
	struct gr_event begin = {
		.type = GR_EV_RUN_BEGIN,
		.run_begin = {.version = "0.1.0",
			      .scenarios = "matrix",
			      .release = "6.1.0",
			      .machine = "host",
			      .nr_cases = 1},
	};
	const struct gr_event plan = {
		.type = GR_EV_PLAN,
		.plan = {.name = "a", .cell = cell},
	};
	struct capture c;

	(void)state;
	for (int table = 0; table < 2; table++) {
		begin.run_begin.table = table;
		capture_open(&c, "human", false, false);
		gr_report_event(c.r, &begin);
		gr_report_event(c.r, &plan);
		send_case_end(&c, "a", GR_HANG, "it hung");
		send_run_end(&c, "");
		assert_int_equal(strstr(c.text, "\naio  HANG\n") != NULL,
				 table);
		capture_close(&c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_escapes_off_a_terminal),
		cmocka_unit_test(progress_is_cleared),
		cmocka_unit_test(progress_fits_the_line),
		cmocka_unit_test(findings_follow_their_case),
		cmocka_unit_test(a_known_finding_is_one_line),
		cmocka_unit_test(the_summary_counts_cases_not_findings),
		cmocka_unit_test(an_early_end_loses_no_finding),
		cmocka_unit_test(a_missing_reason_is_said),
		cmocka_unit_test(a_table_ends_the_run_that_asks_for_one),
		cmocka_unit_test(hostile_text_does_not_reach_the_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
