// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guests are played by hand; what the session hands on is written down as one
 * word for each event, and compared.
 */
#include "core/session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "test.h"

struct host {
	struct gr_session *s;
	FILE *log;
	char *text;
	size_t len;
	size_t seen; /* bytes of text that were compared */
	uint64_t now_ns;
	uint64_t last_ns; /* of the events handed on */
	struct gr_ev_run_end end;
	char reason[512]; /* of the last case_end */
	bool table; /* of the next run_begin */
	char evidence[GR_FINDING_EVIDENCE_MAX]; /* of the last finding */
};

static void write_down(struct host *h, const struct gr_event *ev)
{
	switch (ev->type) {
	case GR_EV_PLAN:
		fprintf(h->log, "plan:%s ", ev->plan.name);
		break;
	case GR_EV_CASE_BEGIN:
		fprintf(h->log, "%s:%u/%u ", ev->case_begin.name,
			ev->case_begin.index, ev->case_begin.of);
		break;
	case GR_EV_FINDING:
		fprintf(h->log, "!%s:%s%s ", ev->finding.name,
			ev->finding.finding->signature,
			ev->finding.known ? "=known" : "");
		(void)snprintf(h->evidence, sizeof(h->evidence), "%s",
			       ev->finding.finding->evidence);
		break;
	case GR_EV_CASE_END:
		fprintf(h->log, "%s=%s ", ev->case_end.name,
			gr_verdict_name(ev->case_end.verdict));
		/* also of a case whose guest could not say it any more */
		assert_string_equal(ev->case_end.cell.place, "devdax/4K");
		assert_null(ev->case_end.cell.pin);
		(void)snprintf(h->reason, sizeof(h->reason), "%s",
			       ev->case_end.reason);
		break;
	case GR_EV_RUN_END:
		h->end = ev->run_end;
		break;
	default:
		fprintf(h->log, "%s ", gr_event_name(ev->type));
	}
}

static void on_event(void *arg, const struct gr_event *ev)
{
	struct host *h = arg;

	assert_true(ev->time_ns >= h->last_ns);
	h->last_ns = ev->time_ns;
	write_down(h, ev);
}

/* In these tests, what has a signature of "old" matches a known bug. */
static void on_match(void *arg, struct gr_ev_finding *ev)
{
	(void)arg;
	if (!strcmp(ev->finding->signature, "old"))
		ev->known = "a-bug";
}

static const struct gr_session_ops ops = {
	.event = on_event,
	.match = on_match,
};

static int setup(void **state)
{
	struct host *h = calloc(1, sizeof(*h));

	assert_non_null(h);
	h->log = open_memstream(&h->text, &h->len);
	assert_non_null(h->log);
	assert_int_equal(gr_session_new(&ops, h, false, &h->s), 0);
	*state = h;
	return 0;
}

static int teardown(void **state)
{
	struct host *h = *state;

	gr_session_free(h->s);
	assert_int_equal(fclose(h->log), 0);
	free(h->text);
	free(h);
	return 0;
}

/* What was handed on since the last call. */
static void expect(struct host *h, const char *want)
{
	assert_int_equal(fflush(h->log), 0);
	assert_string_equal(h->text + h->seen, want);
	h->seen = h->len;
}

static int send(struct host *h, const struct gr_event *ev)
{
	h->now_ns += 10;
	return gr_session_event(h->s, ev);
}

static void begin_guest(struct host *h, const char *const *names,
			unsigned int nr)
{
	struct gr_event ev = {.type = GR_EV_RUN_BEGIN};

	h->now_ns += 1000;
	gr_session_guest_started(h->s, h->now_ns);
	ev.run_begin.nr_cases = nr;
	ev.run_begin.table = h->table;
	assert_int_equal(send(h, &ev), 0);
	for (unsigned int i = 0; i < nr; i++) {
		memset(&ev, 0, sizeof(ev));
		ev.type = GR_EV_PLAN;
		ev.plan.name = names[i];
		ev.plan.cell.place = "devdax/4K";
		ev.plan.cell.inv = "unbind";
		ev.plan.known = names[i][0] == 'k' ? "a-bug" : NULL;
		ev.plan.budget_ns = 77;
		(void)send(h, &ev); /* a plan that differs is refused */
	}
}

static int begin_case(struct host *h, const char *name)
{
	const struct gr_event ev = {
		.type = GR_EV_CASE_BEGIN,
		.case_begin = {.name = name, .index = 1, .of = 1},
	};

	return send(h, &ev);
}

static int end_case(struct host *h, const char *name, enum gr_verdict verdict)
{
	const struct gr_event ev = {
		.type = GR_EV_CASE_END,
		.case_end = {.name = name, .verdict = verdict, .reason = "why"},
	};

	return send(h, &ev);
}

static void run_case(struct host *h, const char *name, enum gr_verdict verdict)
{
	assert_int_equal(begin_case(h, name), 0);
	assert_int_equal(end_case(h, name, verdict), 0);
}

static void find(struct host *h, const char *name, const char *signature,
		 bool spends_kernel)
{
	struct gr_finding f = {.spends_kernel = spends_kernel};
	const struct gr_event ev = {
		.type = GR_EV_FINDING,
		.finding = {.name = name,
			    .known = strcmp(signature, "old") ? NULL : "a-bug",
			    .finding = &f},
	};

	(void)snprintf(f.signature, sizeof(f.signature), "%s", signature);
	(void)snprintf(f.summary, sizeof(f.summary), "it has %s", signature);
	assert_int_equal(send(h, &ev), 0);
}

static void end_guest(struct host *h, enum gr_guest_end_kind kind,
		      const char *signature)
{
	struct gr_findings *findings = calloc(1, sizeof(*findings));
	const struct gr_guest_end end = {
		.kind = kind,
		.time_ns = h->now_ns += 10,
		.console = "one\ntwo\nthree\n",
		.findings = findings,
	};

	assert_non_null(findings);
	if (signature)
		(void)gr_finding_add(findings, "kmsg", GR_CLASS_CRASH,
				     signature, "the console says %s",
				     signature);
	gr_session_guest_ended(h->s, &end);
	free(findings);
}

static void finish_guest(struct host *h)
{
	const struct gr_event ev = {.type = GR_EV_RUN_END};

	assert_int_equal(send(h, &ev), 0);
	end_guest(h, GR_END_FINISHED, NULL);
}

/* The next step: its kind, and its names with blanks between. */
static void expect_next(struct host *h, enum gr_next_kind kind,
			const char *names)
{
	struct gr_next next;
	char got[256] = "";
	size_t used;

	assert_int_equal(gr_session_next(h->s, &next), 0);
	assert_int_equal(next.kind, kind);
	for (unsigned int i = 0; i < next.nr; i++) {
		used = strlen(got);
		(void)snprintf(got + used, sizeof(got) - used, "%s%s",
			       i ? " " : "", next.names[i]);
	}
	assert_string_equal(got, names);
}

static void finish(struct host *h, enum gr_verdict verdict, int exit_status,
		   unsigned int not_run)
{
	assert_int_equal(gr_session_finish(h->s, h->now_ns), exit_status);
	assert_int_equal(h->end.verdict, verdict);
	assert_int_equal(h->end.exit_status, exit_status);
	assert_int_equal(h->end.tally.not_run, not_run);
	assert_true(h->end.duration_ns == h->now_ns);
}

static const char *const three[] = {"a", "k", "c"};

#define PLAN3 "run_begin plan:a plan:k plan:c "

static void one_guest_does_all(void **state)
{
	struct host *h = *state;

	expect_next(h, GR_NEXT_ALL, "");
	begin_guest(h, three, 3);
	run_case(h, "a", GR_PASS);
	run_case(h, "c", GR_SKIP);
	run_case(h, "k", GR_PASS);
	finish_guest(h);
	expect(h, PLAN3 "a:1/3 a=PASS c:2/3 c=SKIP k:3/3 k=PASS ");
	expect_next(h, GR_NEXT_DONE, "");
	finish(h, GR_PASS, GR_EXIT_PASS, 0);
	assert_string_equal(h->end.stopped, "");
}

static void a_spent_guest_is_replaced(void **state)
{
	static const char *const rest[] = {"c", "k"};
	struct host *h = *state;

	begin_guest(h, three, 3);
	assert_int_equal(begin_case(h, "a"), 0);
	find(h, "a", "old", true);
	assert_int_equal(end_case(h, "a", GR_KNOWN), 0);
	end_guest(h, GR_END_SPENT, NULL);
	expect(h, PLAN3 "a:1/3 !a:old=known a=KNOWN ");
	expect_next(h, GR_NEXT_CASES, "c k");
	begin_guest(h, rest, 2);
	run_case(h, "c", GR_PASS);
	run_case(h, "k", GR_PASS);
	finish_guest(h);
	expect(h, "c:2/3 c=PASS k:3/3 k=PASS ");
	expect_next(h, GR_NEXT_DONE, "");
	finish(h, GR_KNOWN, GR_EXIT_PASS, 0);
}

static void the_case_in_flight_is_told(void **state)
{
	static const struct gr_event op = {
		.type = GR_EV_OP,
		.op = {.name = "a",
		       .op = "unbind of dax0.0",
		       .ns = "namespace0.0",
		       .pin = "vmsplice",
		       .pin_held = true},
	};
	struct host *h = *state;
	struct gr_flight f;

	assert_false(gr_session_in_flight(h->s, &f));
	begin_guest(h, three, 3);
	assert_int_equal(begin_case(h, "a"), 0);
	assert_true(gr_session_in_flight(h->s, &f));
	assert_string_equal(f.op, "");
	assert_int_equal(send(h, &op), 0);
	assert_true(gr_session_in_flight(h->s, &f));
	assert_string_equal(f.name, "a");
	assert_string_equal(f.op, "unbind of dax0.0");
	assert_string_equal(f.ns, "namespace0.0");
	assert_string_equal(f.pin, "vmsplice");
	assert_true(f.pin_held);
	assert_true(f.budget_ns == 77);
	end_guest(h, GR_END_DIED, NULL);
	assert_false(gr_session_in_flight(h->s, &f));
	assert_string_equal(h->evidence, "one\ntwo\nthree\n");
	expect(h, PLAN3 "a:1/3 op !a:guest-died note ");
}

static void a_new_death_is_repeated_and_confirmed(void **state)
{
	static const char *const alone[] = {"a"};
	static const char *const rest[] = {"c", "k"};
	struct host *h = *state;

	begin_guest(h, three, 3);
	assert_int_equal(begin_case(h, "a"), 0);
	end_guest(h, GR_END_DIED, NULL);
	expect(h, PLAN3 "a:1/3 !a:guest-died note ");
	expect_next(h, GR_NEXT_ALONE, "a");
	begin_guest(h, alone, 1);
	assert_int_equal(begin_case(h, "a"), 0);
	end_guest(h, GR_END_SILENT, NULL);
	expect(h, "a:1/3 !a:guest-silent a=FAIL ");
	assert_string_equal(h->reason, "failed in 2 of 2 tries: the guest fell "
				       "silent before its first operation");
	expect_next(h, GR_NEXT_CASES, "c k");
	begin_guest(h, rest, 2);
	run_case(h, "c", GR_PASS);
	run_case(h, "k", GR_PASS);
	finish_guest(h);
	finish(h, GR_FAIL, GR_EXIT_FAIL, 0);
}

static void a_death_that_does_not_repeat_still_fails(void **state)
{
	static const char *const alone[] = {"a"};
	struct host *h = *state;

	begin_guest(h, three, 3);
	assert_int_equal(begin_case(h, "a"), 0);
	end_guest(h, GR_END_DIED, "oops");
	begin_guest(h, alone, 1);
	run_case(h, "a", GR_PASS);
	finish_guest(h);
	expect(h, PLAN3 "a:1/3 !a:oops note a:1/3 a=FAIL ");
	assert_string_equal(h->reason,
			    "failed once in 2 tries, the second was PASS; "
			    "first: the console says oops");
}

/* So that who finds why a guest has died can tell whether that was to come. */
static void what_a_case_shall_meet_is_told(void **state)
{
	struct gr_event op = {
		.type = GR_EV_OP,
		.op = {.name = "k", .op = "mkfs", .ns = "", .pin = ""},
	};
	struct host *h = *state;

	begin_guest(h, three, 3);
	assert_string_equal(gr_session_expected(h->s, "k"), "");
	assert_int_equal(begin_case(h, "k"), 0);
	assert_string_equal(gr_session_expected(h->s, "k"), "");
	assert_int_equal(send(h, &op), 0); /* nothing is raced yet */
	assert_string_equal(gr_session_expected(h->s, "k"), "");
	op.op.op = "unbind of namespace0.0 against vmsplice";
	assert_int_equal(send(h, &op), 0);
	assert_string_equal(gr_session_expected(h->s, "k"), "a-bug");
	assert_string_equal(gr_session_expected(h->s, "a"), "");
	op.op.op = "unpin of vmsplice after unbind had returned";
	assert_int_equal(send(h, &op), 0);
	assert_string_equal(gr_session_expected(h->s, "k"), "a-bug");
}

static void a_known_death_is_not_repeated(void **state)
{
	struct host *h = *state;

	begin_guest(h, three, 3);
	assert_int_equal(begin_case(h, "a"), 0);
	find(h, "a", "old", true);
	end_guest(h, GR_END_DIED, NULL);
	expect(h, PLAN3 "a:1/3 !a:old=known a=KNOWN ");
	expect_next(h, GR_NEXT_CASES, "c k");
}

static void a_new_oops_beside_a_known_one_fails(void **state)
{
	struct host *h = *state;

	begin_guest(h, three, 3);
	assert_int_equal(begin_case(h, "a"), 0);
	find(h, "a", "old", true);
	end_guest(h, GR_END_DIED, "oops");
	expect(h, PLAN3 "a:1/3 !a:old=known !a:oops note ");
	expect_next(h, GR_NEXT_ALONE, "a");
}

static void a_harmless_known_finding_does_not_explain_a_death(void **state)
{
	struct host *h = *state;

	begin_guest(h, three, 3);
	assert_int_equal(begin_case(h, "a"), 0);
	find(h, "a", "old", false);
	end_guest(h, GR_END_DIED, NULL);
	expect(h, PLAN3 "a:1/3 !a:old=known !a:guest-died note ");
}

static const struct {
	enum gr_guest_end_kind kind;
	const char *want;
} ends[] = {
	{GR_END_FINISHED, PLAN3 "a:1/3 a=BROKEN "},
	{GR_END_SPENT, PLAN3 "a:1/3 a=BROKEN "},
	{GR_END_DIED, PLAN3 "a:1/3 !a:guest-died note "},
	{GR_END_SILENT, PLAN3 "a:1/3 !a:guest-silent note "},
	{GR_END_DEADLINE, PLAN3 "a:1/3 !a:case-deadline note "},
	{GR_END_ABANDONED, PLAN3 "a:1/3 "},
};

static void each_end_has_its_verdict(void **state)
{
	struct host *h = *state;

	for (size_t i = 0; i < GR_ARRAY_SIZE(ends); i++) {
		begin_guest(h, three, 3);
		assert_int_equal(begin_case(h, "a"), 0);
		end_guest(h, ends[i].kind, NULL);
		expect(h, ends[i].want);
		assert_int_equal(teardown(state), 0);
		assert_int_equal(setup(state), 0);
		h = *state;
	}
}

static void silence_is_a_hang(void **state)
{
	static const char *const alone[] = {"a"};
	struct host *h = *state;

	begin_guest(h, alone, 1);
	assert_int_equal(begin_case(h, "a"), 0);
	end_guest(h, GR_END_SILENT, NULL);
	begin_guest(h, alone, 1);
	assert_int_equal(begin_case(h, "a"), 0);
	end_guest(h, GR_END_DEADLINE, NULL);
	finish(h, GR_HANG, GR_EXIT_FAIL, 0);
}

static void three_equal_findings_stop_the_run(void **state)
{
	static const char *const five[] = {"a", "b", "c", "d", "e"};
	struct host *h = *state;

	begin_guest(h, five, 5);
	for (int i = 0; i < 3; i++) {
		assert_false(gr_session_stopped(h->s));
		assert_int_equal(begin_case(h, five[i]), 0);
		find(h, five[i], "same", false);
		assert_int_equal(end_case(h, five[i], GR_FAIL), 0);
	}
	assert_true(gr_session_stopped(h->s));
	assert_int_equal(begin_case(h, "d"), 0);
	end_guest(h, GR_END_ABANDONED, NULL);
	expect_next(h, GR_NEXT_STOPPED, "");
	finish(h, GR_FAIL, GR_EXIT_FAIL, 2);
	assert_string_equal(h->end.stopped,
			    "3 cases found the same: underflow (same)");
}

/* A table shall have all its cells. */
static void a_table_is_not_stopped(void **state)
{
	static const char *const five[] = {"a", "b", "c", "d", "e"};
	struct host *h = *state;

	h->table = true;
	begin_guest(h, five, 5);
	for (int i = 0; i < 5; i++) {
		assert_false(gr_session_stopped(h->s));
		assert_int_equal(begin_case(h, five[i]), 0);
		find(h, five[i], "same", false);
		assert_int_equal(end_case(h, five[i], GR_FAIL), 0);
	}
	finish(h, GR_FAIL, GR_EXIT_FAIL, 0);
}

static void known_findings_do_not_stop_it(void **state)
{
	static const char *const five[] = {"a", "b", "c", "d", "e"};
	struct host *h = *state;

	begin_guest(h, five, 5);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(begin_case(h, five[i]), 0);
		find(h, five[i], "old", false);
		assert_int_equal(end_case(h, five[i], GR_KNOWN), 0);
	}
	assert_false(gr_session_stopped(h->s));
	finish(h, GR_KNOWN, GR_EXIT_PASS, 0);
}

static void a_stop_keeps_the_first_verdict(void **state)
{
	struct host *h = *state;

	begin_guest(h, three, 3);
	assert_int_equal(begin_case(h, "a"), 0);
	end_guest(h, GR_END_DIED, NULL);
	gr_session_stop(h->s, "interrupted");
	expect_next(h, GR_NEXT_STOPPED, "");
	finish(h, GR_FAIL, GR_EXIT_FAIL, 2);
	expect(h, PLAN3 "a:1/3 !a:guest-died note a=FAIL ");
	assert_string_equal(h->end.stopped, "interrupted");
}

static void an_interrupted_run_does_not_pass(void **state)
{
	struct host *h = *state;

	begin_guest(h, three, 3);
	run_case(h, "a", GR_PASS);
	gr_session_stop(h->s, "interrupted");
	end_guest(h, GR_END_ABANDONED, NULL);
	finish(h, GR_BROKEN, GR_EXIT_BROKEN, 2);
}

static void idle_guests_are_given_up(void **state)
{
	struct host *h = *state;

	begin_guest(h, three, 3);
	run_case(h, "a", GR_PASS);
	end_guest(h, GR_END_ABANDONED, NULL);
	for (int i = 0; i < GR_SESSION_IDLE_MAX; i++) {
		expect_next(h, GR_NEXT_CASES, "c k");
		gr_session_guest_started(h->s, h->now_ns);
		end_guest(h, GR_END_DIED, NULL);
	}
	expect(h, PLAN3 "a:1/3 a=PASS k=BROKEN c=BROKEN ");
	assert_string_equal(h->reason,
			    "3 guests in a row brought no case further; the "
			    "last time the guest died");
	expect_next(h, GR_NEXT_DONE, "");
	finish(h, GR_BROKEN, GR_EXIT_BROKEN, 0);
}

static void a_run_without_any_guest_is_broken(void **state)
{
	struct host *h = *state;

	for (int i = 0; i < GR_SESSION_IDLE_MAX; i++) {
		expect_next(h, GR_NEXT_ALL, "");
		gr_session_guest_started(h->s, h->now_ns);
		end_guest(h, GR_END_SILENT, NULL);
	}
	expect_next(h, GR_NEXT_DONE, "");
	finish(h, GR_BROKEN, GR_EXIT_BROKEN, 0);
	expect(h, "");
	assert_non_null(strstr(h->end.stopped, "brought no case further"));
}

static void a_repeat_that_never_boots_keeps_the_verdict(void **state)
{
	static const char *const alone[] = {"a"};
	struct host *h = *state;

	begin_guest(h, alone, 1);
	assert_int_equal(begin_case(h, "a"), 0);
	end_guest(h, GR_END_DIED, NULL);
	for (int i = 0; i < GR_SESSION_IDLE_MAX; i++) {
		expect_next(h, GR_NEXT_ALONE, "a");
		gr_session_guest_started(h->s, h->now_ns);
		end_guest(h, GR_END_ABANDONED, NULL);
	}
	expect(h, "run_begin plan:a a:1/1 !a:guest-died note a=FAIL ");
	assert_non_null(strstr(h->reason, "(could not be repeated)"));
	finish(h, GR_FAIL, GR_EXIT_FAIL, 0);
}

static void a_plan_that_differs_is_broken(void **state)
{
	static const char *const other[] = {"k", "stranger"};
	struct host *h = *state;

	begin_guest(h, three, 3);
	run_case(h, "a", GR_PASS);
	end_guest(h, GR_END_ABANDONED, NULL);
	expect_next(h, GR_NEXT_CASES, "c k");
	expect(h, PLAN3 "a:1/3 a=PASS ");
	begin_guest(h, other, 2);
	run_case(h, "k", GR_PASS);
	assert_int_equal(begin_case(h, "stranger"), -EPROTO);
	finish_guest(h);
	expect(h, "note c=BROKEN k:2/3 k=PASS ");
	finish(h, GR_BROKEN, GR_EXIT_BROKEN, 0);
}

/* A guest that dies within its plan: the next one completes it. */
static void a_plan_can_come_in_parts(void **state)
{
	struct host *h = *state;
	struct gr_event ev = {.type = GR_EV_RUN_BEGIN};

	gr_session_guest_started(h->s, 0);
	ev.run_begin.nr_cases = 3;
	assert_int_equal(send(h, &ev), 0);
	memset(&ev, 0, sizeof(ev));
	ev.type = GR_EV_PLAN;
	ev.plan.name = "a";
	ev.plan.cell.place = "devdax/4K";
	assert_int_equal(send(h, &ev), 0);
	end_guest(h, GR_END_ABANDONED, NULL);
	expect_next(h, GR_NEXT_ALL, "");
	begin_guest(h, three, 3);
	run_case(h, "a", GR_PASS);
	expect(h, PLAN3 "a:1/3 a=PASS ");
}

static void a_death_between_cases_is_not_lost(void **state)
{
	struct host *h = *state;

	begin_guest(h, three, 3);
	run_case(h, "a", GR_PASS);
	run_case(h, "c", GR_PASS);
	end_guest(h, GR_END_DIED, NULL);
	expect(h, PLAN3 "a:1/3 a=PASS c:2/3 c=PASS !c:guest-died ");
	expect_next(h, GR_NEXT_CASES, "k");
	begin_guest(h, &three[1], 1);
	run_case(h, "k", GR_PASS);
	finish_guest(h);
	finish(h, GR_FAIL, GR_EXIT_FAIL, 0);
	assert_int_equal(h->end.tally.of[GR_FAIL], 0);
}

static void the_death_of_a_spent_guest_is_no_news(void **state)
{
	struct host *h = *state;

	begin_guest(h, three, 3);
	assert_int_equal(begin_case(h, "a"), 0);
	find(h, "a", "old", true);
	assert_int_equal(end_case(h, "a", GR_KNOWN), 0);
	end_guest(h, GR_END_DIED, NULL);
	expect(h, PLAN3 "a:1/3 !a:old=known a=KNOWN ");
}

static void lost_and_stray_events_do_no_harm(void **state)
{
	static const struct gr_event stray_op = {
		.type = GR_EV_OP,
		.op = {.name = "c", .op = "x", .ns = "", .pin = ""},
	};
	struct host *h = *state;

	begin_guest(h, three, 3);
	assert_int_equal(begin_case(h, "nobody"), -EPROTO);
	assert_int_equal(end_case(h, "nobody", GR_PASS), -EPROTO);
	assert_int_equal(begin_case(h, "a"), 0);
	assert_int_equal(send(h, &stray_op), -EPROTO);
	assert_int_equal(begin_case(h, "k"), 0); /* the end of a was lost */
	assert_int_equal(end_case(h, "c", GR_PASS), 0); /* so was c's begin */
	assert_int_equal(end_case(h, "c", GR_FAIL), -EPROTO);
	assert_int_equal(begin_case(h, "c"), -EPROTO);
	expect(h, PLAN3 "a:1/3 a=BROKEN k:2/3 k=BROKEN c=PASS ");
	finish_guest(h);
	finish(h, GR_BROKEN, GR_EXIT_BROKEN, 0);
}

static void strict_fails_a_known_bug(void **state)
{
	struct host *h = *state;

	gr_session_free(h->s);
	assert_int_equal(gr_session_new(&ops, h, true, &h->s), 0);
	begin_guest(h, &three[1], 1);
	run_case(h, "k", GR_KNOWN);
	finish_guest(h);
	finish(h, GR_KNOWN, GR_EXIT_FAIL, 0);
}

static void the_tail_of_a_long_console_is_kept(void **state)
{
	struct host *h = *state;
	struct gr_guest_end end = {.kind = GR_END_DIED};
	char console[8192];
	size_t used = 0;

	for (int i = 0; used < sizeof(console) - 32; i++)
		used += (size_t)snprintf(console + used, sizeof(console) - used,
					 "console line %d\n", i);
	end.console = console;
	begin_guest(h, three, 3);
	assert_int_equal(begin_case(h, "a"), 0);
	gr_session_guest_ended(h->s, &end);
	used = strlen(h->evidence);
	assert_true(used > GR_FINDING_EVIDENCE_MAX / 2);
	assert_memory_equal(h->evidence, "console line ", 13);
	assert_string_equal(h->evidence, console + strlen(console) - used);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_guest_does_all),
		TEST(a_spent_guest_is_replaced),
		TEST(the_case_in_flight_is_told),
		TEST(a_new_death_is_repeated_and_confirmed),
		TEST(a_death_that_does_not_repeat_still_fails),
		TEST(what_a_case_shall_meet_is_told),
		TEST(a_known_death_is_not_repeated),
		TEST(a_new_oops_beside_a_known_one_fails),
		TEST(a_harmless_known_finding_does_not_explain_a_death),
		TEST(each_end_has_its_verdict),
		TEST(silence_is_a_hang),
		TEST(three_equal_findings_stop_the_run),
		TEST(a_table_is_not_stopped),
		TEST(known_findings_do_not_stop_it),
		TEST(a_stop_keeps_the_first_verdict),
		TEST(an_interrupted_run_does_not_pass),
		TEST(idle_guests_are_given_up),
		TEST(a_run_without_any_guest_is_broken),
		TEST(a_repeat_that_never_boots_keeps_the_verdict),
		TEST(a_plan_that_differs_is_broken),
		TEST(a_plan_can_come_in_parts),
		TEST(a_death_between_cases_is_not_lost),
		TEST(the_death_of_a_spent_guest_is_no_news),
		TEST(lost_and_stray_events_do_no_harm),
		TEST(strict_fails_a_known_bug),
		TEST(the_tail_of_a_long_console_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
