// SPDX-License-Identifier: GPL-2.0-only
/*
 * For a person who watches or reads: a line for each case, what was found below
 * it, a summary at the end whose last line is the verdict. Colours and the
 * progress line are for terminals only.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "base/util.h"
#include "core/report.h"
#include "report/figures_internal.h"
#include "report/internal.h"
#include "report/table_internal.h"

#define EVIDENCE_LINES 6
#define PROGRESS_COLUMNS 79
#define CLEAR_LINE "\r\033[K"

/* A kind of finding, for the summary. */
struct kind {
	enum gr_class class;
	char signature[48];
	char known[GR_KNOWN_ID_MAX];
	char cause[512]; /* of the known bug, else the first summary */
	unsigned int nr_cases;
	char last_case[128];
};

struct human {
	struct gr_sum sum; /* of what oracles measured */
	bool has_table;
	struct gr_table table;
	struct gr_ev_case_begin now; /* its name is in now_name */
	char now_name[128];
	bool has_progress; /* a progress line is on the terminal */
	FILE *pending; /* findings of the case that is not ended */
	char *pending_text;
	size_t pending_len;
	char first_said[512]; /* "class: summary" of the first one */
	struct kind *kinds;
	unsigned int nr_kinds;
	bool is_out_of_memory;
};

static const char *const colours[] = {
	[GR_SKIP] = "\033[2m",	  [GR_PASS] = "\033[32m",
	[GR_KNOWN] = "\033[36m",  [GR_INCONCLUSIVE] = "\033[33m",
	[GR_BROKEN] = "\033[35m", [GR_HANG] = "\033[31m",
	[GR_FAIL] = "\033[31m",
};

static const char *colour(const struct gr_report *r, const char *code)
{
	return r->terminal ? code : "";
}

static void put(FILE *out, const char *text)
{
	gr_put_text(out, text, SIZE_MAX, '\0');
}

/* ---- the progress line ---- */

static void clear_progress(struct gr_report *r)
{
	struct human *h = r->priv;

	if (h->has_progress)
		(void)fputs(CLEAR_LINE, r->out);
	h->has_progress = false;
}

static void show_progress(struct gr_report *r, const char *op)
{
	struct human *h = r->priv;
	char *line;

	if (!r->terminal)
		return;
	if (asprintf(&line, "[%u/%u] %s%s%s", h->now.index, h->now.of,
		     h->now_name, op ? ": " : "", op ? op : "") < 0)
		return; /* only progress is lost */
	(void)fputs(CLEAR_LINE, r->out);
	gr_put_text(r->out, line, PROGRESS_COLUMNS, '\0');
	free(line);
	h->has_progress = true;
}

/* ---- findings wait for the line of their case ---- */

static int pending_open(struct human *h)
{
	h->pending = open_memstream(&h->pending_text, &h->pending_len);
	return h->pending ? 0 : -ENOMEM;
}

static void pending_flush(struct gr_report *r)
{
	struct human *h = r->priv;

	if (!h->pending)
		return;
	if (fclose(h->pending))
		h->is_out_of_memory = true;
	if (h->pending_text)
		(void)fputs(h->pending_text, r->out);
	free(h->pending_text);
	h->pending_text = NULL;
	h->pending = NULL;
}

static struct kind *kind_of(struct human *h, const struct gr_ev_finding *ev)
{
	const char *known = ev->known ? ev->known : "";
	struct kind *k;

	for (unsigned int i = 0; i < h->nr_kinds; i++) {
		k = &h->kinds[i];
		if (k->class == ev->finding->class &&
		    !strcmp(k->known, known) &&
		    !strcmp(k->signature, ev->finding->signature))
			return k;
	}
	k = reallocarray(h->kinds, h->nr_kinds + 1, sizeof(*k));
	if (!k)
		return NULL;
	h->kinds = k;
	k += h->nr_kinds++;
	memset(k, 0, sizeof(*k));
	k->class = ev->finding->class;
	(void)snprintf(k->signature, sizeof(k->signature), "%s",
		       ev->finding->signature);
	(void)snprintf(k->known, sizeof(k->known), "%s", known);
	(void)snprintf(k->cause, sizeof(k->cause), "%s",
		       ev->known && ev->cause ? ev->cause
					      : ev->finding->summary);
	return k;
}

static void count_kind(struct human *h, const struct gr_ev_finding *ev)
{
	struct kind *k = kind_of(h, ev);

	if (!k) {
		h->is_out_of_memory = true;
		return;
	}
	if (k->nr_cases &&
	    !strncmp(k->last_case, ev->name, sizeof(k->last_case) - 1))
		return;
	k->nr_cases++;
	(void)snprintf(k->last_case, sizeof(k->last_case), "%s", ev->name);
}

/* One line "    what: text" when there is a text. */
static void put_row(FILE *out, const char *what, const char *text)
{
	if (!text || !text[0])
		return;
	fprintf(out, "    %s: ", what);
	put(out, text);
	(void)fputc('\n', out);
}

static void put_aim(FILE *out, const struct gr_ev_aimed *aimed)
{
	if (!aimed->nr_offsets)
		return;
	(void)fputs("    aimed: pin", out);
	for (unsigned int i = 0; i < aimed->nr_offsets; i++)
		fprintf(out, "%s%+.1f us", i ? " and " : " at ",
			(double)aimed->offset_ns[i] / 1e3);
	(void)fputs(" of the invalidation", out);
	if (aimed->has_focus)
		fprintf(out, "; outcomes change at %+.1f us",
			(double)aimed->focus_ns / 1e3);
	(void)fputc('\n', out);
}

static void put_finding(FILE *out, const struct gr_ev_finding *ev)
{
	const struct gr_finding *f = ev->finding;

	if (ev->known) {
		fprintf(out, "  known bug ");
		put(out, ev->known);
		fprintf(out, ": %s, ", gr_class_name(f->class));
		put(out, f->signature);
		(void)fputs(f->where[0] ? " in " : "", out);
		put(out, f->where);
		(void)fputc('\n', out);
		return; /* the summary tells its cause */
	}
	fprintf(out, "  %s (", gr_class_name(f->class));
	put(out, f->signature);
	(void)fputs("): ", out);
	put(out, f->summary);
	(void)fputc('\n', out);
	put_row(out, "during", ev->op);
	put_row(out, "namespace", ev->ns);
	put_row(out, "pin", ev->pin);
	put_row(out, "invalidator", ev->inv);
	put_aim(out, &ev->aimed);
	gr_put_lines(out, f->evidence, "    | ", EVIDENCE_LINES);
}

/* ---- events ---- */

static void put_list(FILE *out, const char *title, const char *const *text,
		     unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++) {
		(void)fputs(title, out);
		put(out, text[i]);
		(void)fputc('\n', out);
	}
}

static void human_run_begin(struct gr_report *r, const struct gr_event *ev)
{
	const struct gr_ev_run_begin *b = &ev->run_begin;
	struct human *h = r->priv;

	h->has_table = b->table;
	(void)fputs("guprace ", r->out);
	put(r->out, b->version);
	(void)fputs(" on kernel ", r->out);
	put(r->out, b->release);
	(void)fputs(", ", r->out);
	put(r->out, b->machine);
	fprintf(r->out, ", seed %" PRIu64 "\n", b->seed);
	(void)fputs("scenario ", r->out);
	put(r->out, b->scenarios);
	fprintf(r->out, ": %u case%s%s\n", b->nr_cases,
		b->nr_cases == 1 ? "" : "s", b->strict ? ", strict" : "");
	put_list(r->out, "blind: ", b->blind, b->nr_blind);
	put_list(r->out, "has the known bug: ", b->known, b->nr_known);
	(void)fputc('\n', r->out);
}

static void human_plan(struct gr_report *r, const struct gr_event *ev)
{
	struct human *h = r->priv;

	if (h->has_table)
		gr_table_plan(&h->table, &ev->plan);
}

static void human_case_begin(struct gr_report *r, const struct gr_event *ev)
{
	struct human *h = r->priv;

	h->now = ev->case_begin;
	(void)snprintf(h->now_name, sizeof(h->now_name), "%s",
		       ev->case_begin.name);
	show_progress(r, NULL);
}

static void human_op(struct gr_report *r, const struct gr_event *ev)
{
	show_progress(r, ev->op.op);
}

static void human_finding(struct gr_report *r, const struct gr_event *ev)
{
	struct human *h = r->priv;

	count_kind(h, &ev->finding);
	if (!h->pending)
		(void)snprintf(h->first_said, sizeof(h->first_said), "%s: %s",
			       gr_class_name(ev->finding.finding->class),
			       ev->finding.finding->summary);
	if (!h->pending && pending_open(h)) {
		clear_progress(r);
		put_finding(r->out, &ev->finding); /* better early than never */
		return;
	}
	put_finding(h->pending, &ev->finding);
}

static void human_case_end(struct gr_report *r, const struct gr_event *ev)
{
	const struct gr_ev_case_end *e = &ev->case_end;
	struct human *h = r->priv;
	bool needs_reason =
		e->verdict == GR_SKIP || e->verdict == GR_INCONCLUSIVE;
	const char *reason = e->reason ? e->reason : "";
	char time[24];

	gr_sum_add(&h->sum, e);
	gr_table_end(&h->table, e);
	clear_progress(r);
	fprintf(r->out, "%s%-12s%s ", colour(r, colours[e->verdict]),
		gr_verdict_name(e->verdict), colour(r, "\033[0m"));
	put(r->out, e->name);
	fprintf(r->out, "  %s",
		gr_duration_format(e->duration_ns, time, sizeof(time)));
	if (e->attempts && e->iterations)
		fprintf(r->out, ", %" PRIu64 " of %" PRIu64 " pins overlapped",
			e->overlaps, e->attempts);
	else if (e->attempts)
		fprintf(r->out, ", %" PRIu64 " pins", e->attempts);
	if (needs_reason && !reason[0])
		reason = "no reason was given";
	if (h->pending && !strncmp(reason, h->first_said, strlen(reason)))
		reason = ""; /* the finding below says it */
	(void)fputs(reason[0] ? ": " : "", r->out);
	put(r->out, reason);
	(void)fputc('\n', r->out);
	pending_flush(r);
}

static void human_note(struct gr_report *r, const struct gr_event *ev)
{
	clear_progress(r);
	(void)fputs("note: ", r->out);
	put(r->out, ev->note);
	(void)fputc('\n', r->out);
}

static void human_guest(struct gr_report *r, const struct gr_event *ev)
{
	const struct gr_ev_guest *g = &ev->guest;

	clear_progress(r);
	fprintf(r->out, "%s(guest %u %s", colour(r, "\033[2m"), g->nr,
		gr_guest_state_name(g->state));
	(void)fputs(g->text && g->text[0] ? ": " : "", r->out);
	put(r->out, g->text ? g->text : "");
	fprintf(r->out, ")%s\n", colour(r, "\033[0m"));
}

/* ---- the summary ---- */

static void put_counts(FILE *out, const struct gr_tally *t)
{
	unsigned int nr = t->not_run;

	for (int i = 0; i < GR_NR_VERDICTS; i++)
		nr += t->of[i];
	fprintf(out, "\n%u case%s", nr, nr == 1 ? "" : "s");
	for (int i = GR_NR_VERDICTS - 1; i >= 0; i--)
		if (t->of[i])
			fprintf(out, ", %u %s", t->of[i],
				gr_verdict_name((enum gr_verdict)i));
	if (t->not_run)
		fprintf(out, ", %u not run", t->not_run);
	(void)fputc('\n', out);
}

static void put_kinds(FILE *out, const struct human *h)
{
	const struct kind *k;

	if (h->nr_kinds)
		(void)fputs("found:\n", out);
	for (unsigned int i = 0; i < h->nr_kinds; i++) {
		k = &h->kinds[i];
		fprintf(out, "  %s (", gr_class_name(k->class));
		put(out, k->signature);
		fprintf(out, ") in %u case%s, ", k->nr_cases,
			k->nr_cases == 1 ? "" : "s");
		(void)fputs(k->known[0] ? "known bug " : "new", out);
		put(out, k->known);
		(void)fputs(": ", out);
		put(out, k->cause);
		(void)fputc('\n', out);
	}
}

static void human_run_end(struct gr_report *r, const struct gr_event *ev)
{
	const struct gr_ev_run_end *e = &ev->run_end;
	struct human *h = r->priv;
	char time[24];

	clear_progress(r);
	pending_flush(r);
	if (h->has_table)
		gr_table_print(r->out, &h->table);
	put_counts(r->out, &e->tally);
	if (e->stopped && e->stopped[0]) {
		(void)fputs("stopped: ", r->out);
		put(r->out, e->stopped);
		(void)fputc('\n', r->out);
	}
	put_kinds(r->out, h);
	if (h->is_out_of_memory)
		(void)fputs("findings are missing above: out of memory\n",
			    r->out);
	gr_sum_print(r->out, &h->sum, e->duration_ns);
	fprintf(r->out, "total time: %s\n",
		gr_duration_format(e->duration_ns, time, sizeof(time)));
	fprintf(r->out, "verdict: %s%s%s%s\n", colour(r, colours[e->verdict]),
		gr_verdict_name(e->verdict), colour(r, "\033[0m"),
		r->strict && e->tally.of[GR_KNOWN]
			? " (strict: known bugs fail the run)"
			: "");
}

static void human_close(struct gr_report *r)
{
	struct human *h = r->priv;

	clear_progress(r);
	pending_flush(r);
	gr_table_fini(&h->table);
	free(h->kinds);
}

const struct gr_report_ops gr_report_human = {
	.name = "human",
	.summary = "a line a case, findings below it, a summary",
	.priv_size = sizeof(struct human),
	.close = human_close,
	.on =
		{
			[GR_EV_RUN_BEGIN] = human_run_begin,
			[GR_EV_PLAN] = human_plan,
			[GR_EV_CASE_BEGIN] = human_case_begin,
			[GR_EV_OP] = human_op,
			[GR_EV_FINDING] = human_finding,
			[GR_EV_CASE_END] = human_case_end,
			[GR_EV_NOTE] = human_note,
			[GR_EV_GUEST] = human_guest,
			[GR_EV_RUN_END] = human_run_end,
		},
};
