// SPDX-License-Identifier: GPL-2.0-only
#include "oracle/ledger_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "core/check.h"
#include "core/invalidate.h"
#include "core/pin.h"

/* So many equal gaps between single pins prove a rhythm. */
#define GAPS_PROVEN 3

static const struct {
	const char *signature;
	enum gr_class class;
	char sign;
	const char *noun;
} kinds[GR_NR_DRIFTS] = {
	[GR_DRIFT_PGMAP_LOST] = {"pgmap-ref-lost", GR_CLASS_UNDERFLOW, '-',
				 "pgmap reference"},
	[GR_DRIFT_PGMAP_EXTRA] = {"pgmap-ref-extra", GR_CLASS_LEAK, '+',
				  "pgmap reference"},
	[GR_DRIFT_REF_LOST] = {"page-ref-lost", GR_CLASS_UNDERFLOW, '-',
			       "page reference"},
	[GR_DRIFT_REF_EXTRA] = {"page-ref-extra", GR_CLASS_LEAK, '+',
				"page reference"},
	[GR_DRIFT_PIN_LOST] = {"page-pin-lost", GR_CLASS_UNDERFLOW, '-',
			       "page pin"},
	[GR_DRIFT_PIN_EXTRA] = {"page-pin-extra", GR_CLASS_LEAK, '+',
				"page pin"},
};

void gr_ledger_counts(const struct gr_look *look, int64_t counts[GR_NR_DRIFTS])
{
	counts[GR_DRIFT_PGMAP_LOST] = look->pgmap < 0 ? -look->pgmap : 0;
	counts[GR_DRIFT_PGMAP_EXTRA] = look->pgmap > 0 ? look->pgmap : 0;
	counts[GR_DRIFT_REF_LOST] = look->pages.refs_lost;
	counts[GR_DRIFT_REF_EXTRA] = look->pages.refs_extra;
	counts[GR_DRIFT_PIN_LOST] = look->pages.pins_lost;
	counts[GR_DRIFT_PIN_EXTRA] = look->pages.pins_extra;
}

bool gr_ledger_more(const struct gr_ledger_book *book,
		    const struct gr_look *look)
{
	int64_t counts[GR_NR_DRIFTS];

	gr_ledger_counts(look, counts);
	for (int i = 0; i < GR_NR_DRIFTS; i++)
		if (kinds[i].sign == '+' &&
		    counts[i] > (look->anew ? 0 : book->drift[i].value))
			return true;
	return false;
}

static void enter(struct gr_drift *d, uint64_t from, uint64_t to, int64_t value)
{
	struct gr_drift_step step = {from, to, value - d->value};

	d->value = value;
	if (!step.by)
		return;
	if (step.by > 0)
		d->total += step.by;
	if (d->nr_steps < GR_DRIFT_STEPS_MAX)
		d->first[d->nr_steps] = step;
	d->last = step;
	d->nr_steps++;
}

enum rhythm {
	RHYTHM_OPEN, /* fits one, but proves none yet */
	RHYTHM_NONE,
	RHYTHM_PROVEN,
};

/* Is the count wrong after every pin, or after each so many? */
static enum rhythm rhythm(const struct gr_drift *d)
{
	uint64_t gap = d->first[1].to - d->first[0].to;

	for (unsigned int i = 0; i < d->nr_steps; i++) {
		const struct gr_drift_step *s = &d->first[i];

		if (i == GR_DRIFT_STEPS_MAX || s->to > GR_BALANCE_SINGLES)
			break; /* what came later was no single pin */
		if (s->to != s->from + 1 || s->by != d->first[0].by ||
		    (i > 1 && s->to - s[-1].to != gap))
			return RHYTHM_NONE;
		if (i == GAPS_PROVEN)
			return RHYTHM_PROVEN;
	}
	return RHYTHM_OPEN;
}

/* Nothing that is still to come can make it better known. */
static bool decided(const struct gr_drift *d, const struct gr_case *c,
		    const struct gr_look *look)
{
	if (c->kind != GR_CASE_BALANCE || look->last || !d->first[0].to ||
	    look->nr_pins >= GR_BALANCE_SINGLES)
		return true;
	return rhythm(d) != RHYTHM_OPEN;
}

static const char *plural(int64_t nr)
{
	return nr == 1 ? "" : "s";
}

/* "-1 pgmap reference" */
static void say_count(char *buf, size_t len, int kind, int64_t nr)
{
	(void)snprintf(buf, len, "%c%" PRId64 " %s%s", kinds[kind].sign, nr,
		       kinds[kind].noun, plural(nr));
}

static void say_rhythm(char *buf, size_t len, const struct gr_drift *d,
		       const struct gr_case *c)
{
	bool held = c->pin->kind == GR_PIN_HELD;
	uint64_t gap = d->first[1].to - d->first[0].to;

	if (gap == 1)
		(void)snprintf(buf, len, "for every pin%s",
			       held ? " and unpin" : "");
	else
		(void)snprintf(buf, len, "for every 1 of %" PRIu64 " pins%s",
			       gap, held ? " and unpins" : "");
}

/* Where the losses lie: after the first pin of it, and before the last. */
static void say_window(char *buf, size_t len, const struct gr_drift *d,
		       const struct gr_case *c)
{
	bool held = c->pin->kind == GR_PIN_HELD;
	uint64_t from = d->first[0].from, to = d->last.to;

	if (!to)
		(void)snprintf(buf, len, "before the first pin");
	else if (from == to)
		(void)snprintf(buf, len, "after the last of %" PRIu64 " pins",
			       to);
	else if (from + 1 == to)
		(void)snprintf(buf, len, "at pin%s %" PRIu64,
			       held ? " and unpin" : "", to);
	else
		(void)snprintf(buf, len,
			       "between pin %" PRIu64 " and pin %" PRIu64,
			       from + 1, to);
}

/* "4 KiB": of the leaves that the page tables have for it */
static const char *leaf(const struct gr_case *c)
{
	return c->spec.align >> 30   ? "1 GiB"
	       : c->spec.align >> 21 ? "2 MiB"
				     : "4 KiB";
}

/* What a finding is made of. */
struct tale {
	int kind; /* enum gr_drift_kind */
	const struct gr_drift *d;
	const struct gr_case *c;
	uint32_t from, to; /* iterations behind the last look and this one */
	char text[256];
};

static void tell_balance(struct tale *t)
{
	const struct gr_case *c = t->c;
	bool regular = rhythm(t->d) == RHYTHM_PROVEN;
	bool page = c->shape == GR_SHAPE_PAGE;
	char count[64], when[80];

	say_count(count, sizeof(count), t->kind,
		  regular ? t->d->first[0].by : t->d->total);
	if (regular)
		say_rhythm(when, sizeof(when), t->d, c);
	else
		say_window(when, sizeof(when), t->d, c);
	(void)snprintf(t->text, sizeof(t->text), "%s, %s leaf%s%s: %s %s",
		       c->pin->name, leaf(c), page ? "" : ", ",
		       page ? "" : gr_shape_name(c->shape), count, when);
}

/* The looks of a race are an iteration apart, or more. */
static void tell_race(struct tale *t)
{
	char count[64], which[64];

	say_count(count, sizeof(count), t->kind, t->d->total);
	if (!t->to)
		(void)snprintf(which, sizeof(which), "before the first pin");
	else if (t->from + 1 < t->to)
		(void)snprintf(which, sizeof(which),
			       "iterations %" PRIu32 " to %" PRIu32,
			       t->from + 1, t->to);
	else
		(void)snprintf(which, sizeof(which), "iteration %" PRIu32,
			       t->to);
	(void)snprintf(t->text, sizeof(t->text),
		       "%s of %s against %s, %s leaf: %s", which,
		       t->c->pin->name, t->c->inv->name, leaf(t->c), count);
}

static void tell_other(struct tale *t)
{
	const struct gr_case *c = t->c;
	char count[64];

	say_count(count, sizeof(count), t->kind, t->d->total);
	(void)snprintf(t->text, sizeof(t->text), "after %s, %s leaf: %s",
		       c->check ? c->check->name : c->pin->name, leaf(c),
		       count);
}

static void tell(struct tale *t)
{
	if (t->c->kind == GR_CASE_BALANCE)
		tell_balance(t);
	else if (t->c->kind == GR_CASE_RACE)
		tell_race(t);
	else
		tell_other(t);
}

static void add_pages(struct gr_finding *f, const struct gr_page_scan *s)
{
	if (!s->nr_off)
		return;
	gr_finding_evidence(f, "pages off balance: %" PRIu64 "\n", s->nr_off);
	for (unsigned int i = 0; i < s->nr_shown; i++)
		gr_finding_evidence(f,
				    "pfn %#" PRIx64 ", offset %#" PRIx64
				    ": refs %+" PRId64 ", pins %+" PRId64 "\n",
				    s->off[i].pfn, s->off[i].offset,
				    s->off[i].refs, s->off[i].pins);
}

static void add_pgmap(struct gr_finding *f, const struct gr_look *look)
{
	if (look->pgmap)
		gr_finding_evidence(f,
				    "references of the pgmap: %+" PRId64
				    " of what it counts when idle\n",
				    look->pgmap);
}

static void add_finding(struct tale *t, const struct gr_look *look,
			struct gr_findings *out)
{
	struct gr_finding *f;

	tell(t);
	f = gr_finding_add(out, GR_LEDGER_NAME, kinds[t->kind].class,
			   kinds[t->kind].signature, "%s", t->text);
	f->spends_kernel = true;
	add_pgmap(f, look);
	add_pages(f, &look->pages);
}

/* Iterations that a look has behind it. */
static uint32_t iterations(const struct gr_look *look)
{
	return look->state == GR_QUIET_MAPPED && look->iteration
		       ? look->iteration - 1
		       : look->iteration;
}

void gr_ledger_take(struct gr_ledger_book *book, const struct gr_case *c,
		    const struct gr_look *look, struct gr_findings *out)
{
	int64_t counts[GR_NR_DRIFTS];

	gr_ledger_counts(look, counts);
	for (int i = 0; i < GR_NR_DRIFTS; i++) {
		struct gr_drift *d = &book->drift[i];
		struct tale t = {
			.kind = i,
			.d = d,
			.c = c,
			.from = book->iterations,
			.to = iterations(look),
		};

		if (look->anew)
			d->value = 0;
		enter(d, book->nr_pins, look->nr_pins, counts[i]);
		if (!d->nr_steps || d->told || !decided(d, c, look))
			continue;
		d->told = true;
		add_finding(&t, look, out);
	}
	book->nr_pins = look->nr_pins;
	book->iterations = iterations(look);
}
