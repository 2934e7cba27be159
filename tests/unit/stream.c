// SPDX-License-Identifier: GPL-2.0-only
#include "report/stream.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "test.h"

#define HOSTILE "a \"b\" \\ \n\t\r\033[1m \x7f \xc3\xa9 \xf0\x9f\x90\x8c #/"

static int keep(void *arg, const char *line, size_t len)
{
	char **to = arg;

	free(*to);
	*to = strndup(line, len);
	return *to ? 0 : -ENOMEM;
}

/* Send @ev, check the frame, read it back. */
static void round_trip(const struct gr_event *ev, struct gr_event *back,
		       void **arena)
{
	char *line = NULL, *json;

	assert_int_equal(gr_stream_write(ev, keep, &line), 0);
	assert_memory_equal(line, GR_STREAM_PREFIX, strlen(GR_STREAM_PREFIX));
	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
	line[strlen(line) - 1] = '\0';
	json = line + strlen(GR_STREAM_PREFIX);
	assert_int_equal(gr_stream_parse(json, back, arena), 0);
	free(line);
	assert_int_equal(back->type, ev->type);
	assert_true(back->time_ns == ev->time_ns);
}

static void run_begin(void **state)
{
	const struct gr_event ev = {
		.type = GR_EV_RUN_BEGIN,
		.time_ns = 1,
		.run_begin = {.version = "0.1.0",
			      .scenarios = HOSTILE,
			      .release = "6.1",
			      .machine = "",
			      .seed = UINT64_MAX,
			      .strict = true,
			      .nr_cases = UINT32_MAX,
			      .nr_known = 2,
			      .known = {"one", HOSTILE},
			      .nr_blind = 1,
			      .blind = {"ledger: no"}},
	};
	struct gr_event b;
	void *arena;

	(void)state;
	round_trip(&ev, &b, &arena);
	assert_string_equal(b.run_begin.version, "0.1.0");
	assert_string_equal(b.run_begin.scenarios, HOSTILE);
	assert_string_equal(b.run_begin.machine, "");
	assert_true(b.run_begin.seed == UINT64_MAX);
	assert_true(b.run_begin.strict);
	assert_int_equal(b.run_begin.nr_cases, UINT32_MAX);
	assert_int_equal(b.run_begin.nr_known, 2);
	assert_string_equal(b.run_begin.known[1], HOSTILE);
	assert_int_equal(b.run_begin.nr_blind, 1);
	assert_string_equal(b.run_begin.blind[0], "ledger: no");
	gr_stream_parsed_free(arena);
}

static void plan_and_case_begin(void **state)
{
	struct gr_event ev = {
		.type = GR_EV_PLAN,
		.plan = {.name = HOSTILE, .budget_ns = INT64_MAX},
	};
	struct gr_event b;
	void *arena;

	(void)state;
	round_trip(&ev, &b, &arena);
	assert_string_equal(b.plan.name, HOSTILE);
	assert_null(b.plan.known);
	assert_true(b.plan.budget_ns == INT64_MAX);
	gr_stream_parsed_free(arena);
	ev.plan.known = "a-bug";
	ev.plan.budget_ns = UINT64_MAX;
	round_trip(&ev, &b, &arena);
	assert_string_equal(b.plan.known, "a-bug");
	assert_true(b.plan.budget_ns == INT64_MAX); /* the most that there is */
	gr_stream_parsed_free(arena);
	memset(&ev, 0, sizeof(ev));
	ev.type = GR_EV_CASE_BEGIN;
	ev.case_begin.name = "x";
	ev.case_begin.index = 3;
	ev.case_begin.of = 9;
	round_trip(&ev, &b, &arena);
	assert_string_equal(b.case_begin.name, "x");
	assert_int_equal(b.case_begin.index, 3);
	assert_int_equal(b.case_begin.of, 9);
	gr_stream_parsed_free(arena);
}

static void op(void **state)
{
	const struct gr_event ev = {
		.type = GR_EV_OP,
		.op = {.name = "x",
		       .op = HOSTILE,
		       .ns = "namespace0.0",
		       .pin = "vmsplice",
		       .pin_held = true},
	};
	struct gr_event b;
	void *arena;

	(void)state;
	round_trip(&ev, &b, &arena);
	assert_string_equal(b.op.name, "x");
	assert_string_equal(b.op.op, HOSTILE);
	assert_string_equal(b.op.ns, "namespace0.0");
	assert_string_equal(b.op.pin, "vmsplice");
	assert_true(b.op.pin_held);
	gr_stream_parsed_free(arena);
}

static void finding(void **state)
{
	const struct gr_finding f = {
		.class = GR_CLASS_STALE_DMA,
		.hang = true,
		.pin_in_flight = true,
		.gone_page = true,
		.oracle = "kmsg",
		.signature = "sig",
		.summary = HOSTILE,
		.evidence = "a\nb\n",
	};
	const struct gr_event ev = {
		.type = GR_EV_FINDING,
		.finding = {.name = "x",
			    .ns = "n",
			    .pin = "p",
			    .inv = "i",
			    .op = "o",
			    .known = "a-bug",
			    .cause = "why",
			    .aimed = {.nr_offsets = 2,
				      .offset_ns = {-12, INT64_MAX},
				      .has_focus = true,
				      .focus_ns = -7},
			    .finding = &f},
	};
	struct gr_event b;
	void *arena;

	(void)state;
	round_trip(&ev, &b, &arena);
	assert_string_equal(b.finding.ns, "n");
	assert_string_equal(b.finding.pin, "p");
	assert_string_equal(b.finding.inv, "i");
	assert_string_equal(b.finding.op, "o");
	assert_string_equal(b.finding.known, "a-bug");
	assert_string_equal(b.finding.cause, "why");
	assert_memory_equal(&b.finding.aimed, &ev.finding.aimed,
			    sizeof(ev.finding.aimed));
	assert_int_equal(b.finding.finding->class, GR_CLASS_STALE_DMA);
	assert_true(b.finding.finding->hang);
	assert_false(b.finding.finding->spends_kernel);
	assert_true(b.finding.finding->pin_in_flight);
	assert_true(b.finding.finding->gone_page);
	assert_string_equal(b.finding.finding->oracle, "kmsg");
	assert_string_equal(b.finding.finding->signature, "sig");
	assert_string_equal(b.finding.finding->summary, HOSTILE);
	assert_string_equal(b.finding.finding->evidence, "a\nb\n");
	gr_stream_parsed_free(arena);
}

static void case_end(void **state)
{
	const struct gr_event ev = {
		.type = GR_EV_CASE_END,
		.case_end = {.name = "x",
			     .verdict = GR_INCONCLUSIVE,
			     .reason = NULL,
			     .duration_ns = 1,
			     .iterations = 2,
			     .attempts = 3,
			     .overlaps = 4,
			     .cell = {.place = "a/4K", .pin = "aio"},
			     .pins = {{0, 5}, {EFAULT, 6}},
			     .invs = {{EBUSY, 7}},
			     .offsets =
				     {.nr = 3,
				      .nr_met = 2,
				      .pin_ns = 11,
				      .inv_ns = 12,
				      .bin_ns = 64,
				      .nr_outcomes = 2,
				      .outcome = {{0, 0, 1}, {EFAULT, 1, 0}},
				      .bin = {[0] = {{1, 1}}, [31] = {{0, 1}}},
				      .has_focus = 1,
				      .focus_ns = -1024}},
	};
	struct gr_event b;
	void *arena;

	(void)state;
	round_trip(&ev, &b, &arena);
	assert_int_equal(b.case_end.verdict, GR_INCONCLUSIVE);
	assert_string_equal(b.case_end.reason, "");
	assert_null(b.case_end.known);
	assert_string_equal(b.case_end.cell.place, "a/4K");
	assert_string_equal(b.case_end.cell.pin, "aio");
	assert_null(b.case_end.cell.inv);
	assert_true(b.case_end.duration_ns == 1 && b.case_end.iterations == 2);
	assert_true(b.case_end.attempts == 3 && b.case_end.overlaps == 4);
	assert_memory_equal(b.case_end.pins, ev.case_end.pins,
			    sizeof(ev.case_end.pins));
	assert_memory_equal(b.case_end.invs, ev.case_end.invs,
			    sizeof(ev.case_end.invs));
	assert_memory_equal(&b.case_end.offsets, &ev.case_end.offsets,
			    sizeof(ev.case_end.offsets));
	gr_stream_parsed_free(arena);
}

static void note_and_guest(void **state)
{
	struct gr_event ev = {.type = GR_EV_NOTE, .note = HOSTILE};
	struct gr_event b;
	void *arena;

	(void)state;
	round_trip(&ev, &b, &arena);
	assert_string_equal(b.note, HOSTILE);
	gr_stream_parsed_free(arena);
	for (int i = GR_GUEST_STARTED; i <= GR_GUEST_SILENT; i++) {
		memset(&ev, 0, sizeof(ev));
		ev.type = GR_EV_GUEST;
		ev.guest.state = (enum gr_guest_state)i;
		ev.guest.nr = 4;
		ev.guest.text = "tcg";
		round_trip(&ev, &b, &arena);
		assert_int_equal(b.guest.state, i);
		assert_int_equal(b.guest.nr, 4);
		assert_string_equal(b.guest.text, "tcg");
		gr_stream_parsed_free(arena);
	}
}

static void run_end(void **state)
{
	const struct gr_event ev = {
		.type = GR_EV_RUN_END,
		.run_end = {.tally = {.of = {1, 2, 3, 4, 5, 6, 7},
				      .not_run = 8},
			    .verdict = GR_HANG,
			    .exit_status = GR_EXIT_SKIP,
			    .duration_ns = 9,
			    .stopped = "because"},
	};
	struct gr_event b;
	void *arena;

	(void)state;
	round_trip(&ev, &b, &arena);
	assert_memory_equal(&b.run_end.tally, &ev.run_end.tally,
			    sizeof(ev.run_end.tally));
	assert_int_equal(b.run_end.verdict, GR_HANG);
	assert_int_equal(b.run_end.exit_status, GR_EXIT_SKIP);
	assert_true(b.run_end.duration_ns == 9);
	assert_string_equal(b.run_end.stopped, "because");
	gr_stream_parsed_free(arena);
}

static void invalid_utf8_is_replaced(void **state)
{
	const struct gr_event ev = {
		.type = GR_EV_NOTE,
		.note = "a\xff"
			"b\xc0\xaf\xed\xa0\x80\xe2\x82",
	};
	struct gr_event b;
	void *arena;

	(void)state;
	round_trip(&ev, &b, &arena);
	assert_string_equal(b.note, "a\xef\xbf\xbd"
				    "b"
				    "\xef\xbf\xbd\xef\xbf\xbd"
				    "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
				    "\xef\xbf\xbd\xef\xbf\xbd");
	gr_stream_parsed_free(arena);
}

static void long_evidence_is_cut(void **state)
{
	struct gr_finding f = {.class = GR_CLASS_CRASH};
	const struct gr_event ev = {
		.type = GR_EV_FINDING,
		.finding = {.name = "x", .finding = &f},
	};
	struct gr_event b;
	void *arena;

	(void)state;
	memset(f.evidence, 0xff, sizeof(f.evidence) - 1);
	round_trip(&ev, &b, &arena);
	assert_int_equal(strlen(b.finding.finding->evidence),
			 GR_FINDING_EVIDENCE_MAX - 1);
	gr_stream_parsed_free(arena);
}

/* Every proper beginning of a line is refused. */
static void cut_lines_are_refused(void **state)
{
	const struct gr_event ev = {
		.type = GR_EV_CASE_END,
		.case_end = {.name = HOSTILE,
			     .verdict = GR_PASS,
			     .reason = "\xc3\xa9",
			     .pins = {{0, 5}}},
	};
	struct gr_event b;
	char *line = NULL;
	void *arena;

	(void)state;
	assert_int_equal(gr_stream_write(&ev, keep, &line), 0);
	for (size_t len = strlen(line) - 2; len >= 2; len--) {
		line[len] = '\0';
		assert_int_equal(gr_stream_parse(line + 2, &b, &arena),
				 -EINVAL);
		assert_null(arena);
	}
	free(line);
}

#define NOTE "{\"event\":\"note\",\"time_ns\":1,\"text\":\"x\""
#define BEGIN                                                     \
	"{\"event\":\"case_begin\",\"time_ns\":1,\"case\":\"x\"," \
	"\"of\":1,\"index\":"
#define GUEST                                               \
	"{\"event\":\"guest\",\"time_ns\":1,\"text\":\"\"," \
	"\"nr\":1,\"state\":"

static const struct {
	const char *json;
	int want;
} lines[] = {
	{NOTE "}", 0},
	{" " NOTE ",\"new\":{\"a\":[1,2.5,null]}}", 0},
	{NOTE "} ", 0},
	{BEGIN "4294967295}", 0},
	{GUEST "\"died\"}", 0},
	{"", -EINVAL},
	{"null", -EINVAL},
	{"[]", -EINVAL},
	{"3", -EINVAL},
	{"{}", -EINVAL},
	{"garbage", -EINVAL},
	{NOTE "} x", -EINVAL},
	{NOTE "}" NOTE "}", -EINVAL},
	{NOTE "}E " NOTE "}", -EINVAL},
	{NOTE ",}", -EINVAL},
	{"{\"event\":\"none\",\"time_ns\":1}", -EINVAL},
	{"{\"event\":7,\"time_ns\":1,\"text\":\"x\"}", -EINVAL},
	{"{\"event\":\"note\",\"text\":\"x\"}", -EINVAL},
	{"{\"event\":\"note\",\"time_ns\":1}", -EINVAL},
	{"{\"event\":\"note\",\"time_ns\":1,\"text\":null}", -EINVAL},
	{"{\"event\":\"note\",\"time_ns\":1,\"text\":5}", -EINVAL},
	{"{\"event\":\"note\",\"time_ns\":1,\"text\":\"a\\u0000b\"}", -EINVAL},
	{"{\"event\":\"note\",\"time_ns\":1,\"text\":\"\xff\"}", -EINVAL},
	{"{\"event\":\"note\",\"time_ns\":-1,\"text\":\"\"}", -EINVAL},
	{"{\"event\":\"note\",\"time_ns\":1.5,\"text\":\"\"}", -EINVAL},
	{"{\"event\":\"note\",\"time_ns\":\"1\",\"text\":\"\"}", -EINVAL},
	{"{\"event\":\"note\",\"time_ns\":99999999999999999999,"
	 "\"text\":\"\"}",
	 -EINVAL},
	{"{\"event\":\"note\",\"time_ns\":1e400,\"text\":\"\"}", -EINVAL},
	{BEGIN "4294967296}", -EINVAL},
	{BEGIN "-1}", -EINVAL},
	{BEGIN "true}", -EINVAL},
	{BEGIN "[[[[[[[[[[[[1]]]]]]]]]]]]}", -EINVAL},
	{GUEST "\"bored\"}", -EINVAL},
	{GUEST "1}", -EINVAL},
	{"{\"event\":\"run_begin\",\"schema\":2,\"time_ns\":1}", -EPROTO},
	{"{\"event\":\"run_begin\",\"time_ns\":1}", -EINVAL},
};

static void hostile_lines_are_refused(void **state)
{
	struct gr_event ev;
	void *arena;

	(void)state;
	for (size_t i = 0; i < GR_ARRAY_SIZE(lines); i++) {
		int ret = gr_stream_parse(lines[i].json, &ev, &arena);

		if (ret != lines[i].want)
			fail_msg("%s: %d, wanted %d", lines[i].json, ret,
				 lines[i].want);
		gr_stream_parsed_free(arena);
	}
}

static int refuse(void *arg, const char *line, size_t len)
{
	(void)arg;
	(void)line;
	(void)len;
	return -ENOSPC;
}

static void a_failed_write_is_told(void **state)
{
	const struct gr_event ev = {.type = GR_EV_NOTE, .note = "x"};

	(void)state;
	assert_int_equal(gr_stream_write(&ev, refuse, NULL), -ENOSPC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(run_begin),
		cmocka_unit_test(plan_and_case_begin),
		cmocka_unit_test(op),
		cmocka_unit_test(finding),
		cmocka_unit_test(case_end),
		cmocka_unit_test(note_and_guest),
		cmocka_unit_test(run_end),
		cmocka_unit_test(invalid_utf8_is_replaced),
		cmocka_unit_test(long_evidence_is_cut),
		cmocka_unit_test(cut_lines_are_refused),
		cmocka_unit_test(hostile_lines_are_refused),
		cmocka_unit_test(a_failed_write_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
