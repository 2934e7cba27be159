/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For tests of reporters: one reporter that writes to memory.
 */
#ifndef GR_TESTS_CAPTURE_H
#define GR_TESTS_CAPTURE_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/registry.h"
#include "core/report.h"
#include "test.h"

struct capture {
	struct gr_report *r;
	FILE *out;
	char *text; /* what was written up to the last event */
	size_t len;
};

static inline void capture_open(struct capture *c, const char *format,
				bool terminal, bool strict)
{
	const struct gr_report_ops *ops = gr_report_find(format);

	assert_non_null(ops);
	c->out = open_memstream(&c->text, &c->len);
	assert_non_null(c->out);
	assert_int_equal(gr_report_new(ops, c->out, terminal, strict, &c->r),
			 0);
}

static inline void capture_close(struct capture *c)
{
	gr_report_free(c->r);
	assert_int_equal(fclose(c->out), 0);
	free(c->text);
}

static inline void send_run_begin(struct capture *c, unsigned int nr_cases)
{
	const struct gr_event ev = {
		.type = GR_EV_RUN_BEGIN,
		.run_begin = {.version = "0.1.0",
			      .scenarios = "smoke",
			      .release = "6.1.0",
			      .machine = "host",
			      .nr_cases = nr_cases},
	};

	gr_report_event(c->r, &ev);
}

static inline void send_plan(struct capture *c, const char *name)
{
	const struct gr_event ev = {
		.type = GR_EV_PLAN,
		.plan = {.name = name},
	};

	gr_report_event(c->r, &ev);
}

static inline void send_case_end(struct capture *c, const char *name,
				 enum gr_verdict verdict, const char *reason)
{
	const struct gr_event ev = {
		.type = GR_EV_CASE_END,
		.case_end = {.name = name,
			     .verdict = verdict,
			     .reason = reason,
			     .known = verdict == GR_KNOWN ? "a-bug" : NULL},
	};

	gr_report_event(c->r, &ev);
}

static inline void send_finding(struct capture *c, const char *name,
				const char *known)
{
	const struct gr_finding finding = {
		.class = GR_CLASS_LEAK,
		.hang = true,
		.signature = "never-returns",
		.summary = "the disable never returned",
		.evidence = "first line\nsecond line\n",
	};
	const struct gr_event ev = {
		.type = GR_EV_FINDING,
		.finding = {.name = name,
			    .ns = "namespace0.0",
			    .pin = "vmsplice",
			    .inv = "ns_disable",
			    .op = "ns_disable of namespace0.0",
			    .known = known,
			    .cause = known ? "a put too many" : NULL,
			    .finding = &finding},
	};

	gr_report_event(c->r, &ev);
}

static inline void send_run_end(struct capture *c, const char *stopped)
{
	const struct gr_event ev = {
		.type = GR_EV_RUN_END,
		.run_end = {.verdict = GR_FAIL,
			    .exit_status = GR_EXIT_FAIL,
			    .stopped = stopped},
	};

	gr_report_event(c->r, &ev);
}

#endif /* GR_TESTS_CAPTURE_H */
