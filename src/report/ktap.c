// SPDX-License-Identifier: GPL-2.0-only
/*
 * KTAP version 1, for the kernel's own tools and for CI.
 *
 * Source: Documentation/dev-tools/ktap.rst. Cases that were not run come as
 * skipped at the end, so that the plan is always met.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/report.h"
#include "report/internal.h"

struct row {
	char *name;
	bool is_done;
};

struct ktap {
	unsigned int nr; /* results written */
	struct row *rows;
	unsigned int nr_rows;
	bool has_begun;
};

static void put(FILE *out, const char *text)
{
	gr_put_text(out, text ? text : "", SIZE_MAX, '#');
}

static void put_name(FILE *out, const char *name)
{
	for (; *name == ' ' || *name == '\t'; name++)
		continue;
	put(out, *name ? name : "(no name)");
}

static void ktap_run_begin(struct gr_report *r, const struct gr_event *ev)
{
	const struct gr_ev_run_begin *b = &ev->run_begin;
	struct ktap *k = r->priv;

	k->has_begun = true;
	fprintf(r->out, "KTAP version 1\n1..%u\n# guprace ", b->nr_cases);
	put(r->out, b->version);
	(void)fputs(", kernel ", r->out);
	put(r->out, b->release);
	(void)fputs(", ", r->out);
	put(r->out, b->machine);
	fprintf(r->out, ", seed %" PRIu64 "\n", b->seed);
	for (unsigned int i = 0; i < b->nr_blind; i++) {
		(void)fputs("# blind: ", r->out);
		put(r->out, b->blind[i]);
		(void)fputc('\n', r->out);
	}
}

static void ktap_plan(struct gr_report *r, const struct gr_event *ev)
{
	struct ktap *k = r->priv;
	struct row *rows;

	rows = reallocarray(k->rows, k->nr_rows + 1, sizeof(*rows));
	if (!rows)
		return; /* shows as a plan that is not met */
	k->rows = rows;
	rows[k->nr_rows].is_done = false;
	rows[k->nr_rows].name = strdup(ev->plan.name);
	if (rows[k->nr_rows].name)
		k->nr_rows++;
}

static void put_row(FILE *out, const char *what, const char *text)
{
	if (!text || !text[0])
		return;
	fprintf(out, "# %s: ", what);
	put(out, text);
	(void)fputc('\n', out);
}

static void ktap_finding(struct gr_report *r, const struct gr_event *ev)
{
	const struct gr_ev_finding *e = &ev->finding;
	const struct gr_finding *f = e->finding;

	fprintf(r->out, "# %s (", gr_class_name(f->class));
	put(r->out, f->signature);
	(void)fputs("): ", r->out);
	put(r->out, f->summary);
	if (e->known) {
		(void)fputs("; known bug ", r->out);
		put(r->out, e->known);
	}
	(void)fputc('\n', r->out);
	put_row(r->out, "during", e->op);
	put_row(r->out, "namespace", e->ns);
	put_row(r->out, "pin", e->pin);
	put_row(r->out, "invalidator", e->inv);
	gr_put_lines(r->out, f->evidence, "#   ", UINT32_MAX);
}

struct form {
	bool ok;
	const char *directive; /* "" = the reason is no directive's */
};

static struct form form_of(enum gr_verdict verdict, bool strict)
{
	static const struct form forms[] = {
		[GR_SKIP] = {true, "SKIP"},
		[GR_PASS] = {true, ""},
		[GR_KNOWN] = {true, "XFAIL"},
		[GR_INCONCLUSIVE] = {true, "SKIP"},
		[GR_BROKEN] = {false, "ERROR"},
		[GR_HANG] = {false, "TIMEOUT"},
		[GR_FAIL] = {false, ""},
	};
	static const struct form strict_known = {false, "KNOWN"};

	return strict && verdict == GR_KNOWN ? strict_known : forms[verdict];
}

static void put_result(struct gr_report *r, const char *name, struct form form,
		       const char *text)
{
	struct ktap *k = r->priv;

	fprintf(r->out, "%s %u ", form.ok ? "ok" : "not ok", ++k->nr);
	put_name(r->out, name);
	if (form.directive[0]) {
		fprintf(r->out, " # %s ", form.directive);
		put(r->out, text && text[0] ? text : "no reason was given");
	}
	(void)fputc('\n', r->out);
}

static void mark_done(struct ktap *k, const char *name)
{
	for (unsigned int i = 0; i < k->nr_rows; i++)
		if (!k->rows[i].is_done && !strcmp(k->rows[i].name, name)) {
			k->rows[i].is_done = true;
			return;
		}
}

static void ktap_case_end(struct gr_report *r, const struct gr_event *ev)
{
	const struct gr_ev_case_end *e = &ev->case_end;
	struct form form = form_of(e->verdict, r->strict);

	mark_done(r->priv, e->name);
	if (!form.directive[0] && e->reason && e->reason[0]) {
		(void)fputs("# ", r->out);
		put(r->out, e->reason);
		(void)fputc('\n', r->out);
	}
	put_result(r, e->name, form,
		   e->verdict == GR_KNOWN ? e->known : e->reason);
}

static void ktap_note(struct gr_report *r, const struct gr_event *ev)
{
	const struct ktap *k = r->priv;

	if (!k->has_begun)
		return; /* the version line comes first */
	(void)fputs("# ", r->out);
	put(r->out, ev->note);
	(void)fputc('\n', r->out);
}

static void ktap_guest(struct gr_report *r, const struct gr_event *ev)
{
	const struct ktap *k = r->priv;

	if (!k->has_begun)
		return; /* the version line comes first */
	fprintf(r->out, "# guest %u %s", ev->guest.nr,
		gr_guest_state_name(ev->guest.state));
	if (ev->guest.text && ev->guest.text[0])
		(void)fputs(": ", r->out);
	put(r->out, ev->guest.text);
	(void)fputc('\n', r->out);
}

static void ktap_run_end(struct gr_report *r, const struct gr_event *ev)
{
	const struct gr_ev_run_end *e = &ev->run_end;
	static const struct form broken = {false, "ERROR"};
	static const struct form skipped = {true, "SKIP"};
	struct ktap *k = r->priv;
	char *why;

	if (!k->has_begun) {
		(void)fputs("KTAP version 1\n1..1\n", r->out);
		put_result(r, "guprace", broken, e->stopped);
		return;
	}
	if (asprintf(&why, "not run: %s", e->stopped ? e->stopped : "") < 0)
		why = NULL;
	for (unsigned int i = 0; i < k->nr_rows; i++)
		if (!k->rows[i].is_done)
			put_result(r, k->rows[i].name, skipped,
				   why ? why : "not run");
	free(why);
	fprintf(r->out, "# verdict: %s\n", gr_verdict_name(e->verdict));
}

static void ktap_close(struct gr_report *r)
{
	struct ktap *k = r->priv;

	for (unsigned int i = 0; i < k->nr_rows; i++)
		free(k->rows[i].name);
	free(k->rows);
}

const struct gr_report_ops gr_report_ktap = {
	.name = "ktap",
	.summary = "KTAP version 1, for the kernel's tools and for CI",
	.priv_size = sizeof(struct ktap),
	.close = ktap_close,
	.on =
		{
			[GR_EV_RUN_BEGIN] = ktap_run_begin,
			[GR_EV_PLAN] = ktap_plan,
			[GR_EV_FINDING] = ktap_finding,
			[GR_EV_CASE_END] = ktap_case_end,
			[GR_EV_NOTE] = ktap_note,
			[GR_EV_GUEST] = ktap_guest,
			[GR_EV_RUN_END] = ktap_run_end,
		},
};
