// SPDX-License-Identifier: GPL-2.0-only
#include "core/session_internal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"

void gr_session_clear_flight(struct gr_session *s)
{
	struct gr_session_flight *f = &s->flight;

	free(f->op);
	free(f->ns);
	free(f->pin);
	memset(f, 0, sizeof(*f));
}

void gr_session_emit(struct gr_session *s, struct gr_event *ev)
{
	ev->time_ns = GR_MAX(ev->time_ns, s->last_ns);
	s->last_ns = ev->time_ns;
	s->ops->event(s->arg, ev);
}

void gr_session_note(struct gr_session *s, const char *fmt, ...)
{
	struct gr_event ev = {.type = GR_EV_NOTE};
	char *text;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	ev.note = text ? text : fmt;
	gr_session_emit(s, &ev);
	free(text);
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

bool gr_session_is_failure(enum gr_verdict v)
{
	return v == GR_FAIL || v == GR_HANG;
}

struct gr_book_entry *gr_session_flying(struct gr_session *s)
{
	return s->flight.is_on ? &s->book.of[s->flight.entry] : NULL;
}

/* Of two tries, the one that failed counts; the reason says what both gave. */
static void merge_tries(const struct gr_book_entry *e,
			struct gr_ev_case_end *end, char *buf, size_t len)
{
	bool again = gr_session_is_failure(end->verdict);

	if (again)
		(void)snprintf(buf, len, "failed in 2 of 2 tries: %s",
			       end->reason);
	else
		(void)snprintf(
			buf, len,
			"failed once in 2 tries, the second was %s; first: %s",
			gr_verdict_name(end->verdict), e->first_reason);
	end->verdict =
		again ? gr_verdict_fold(e->first, end->verdict) : e->first;
	end->reason = buf;
	end->known = NULL;
}

/* The case has its verdict: tell it, and close its page. */
static void close_case(struct gr_session *s, struct gr_book_entry *e,
		       const struct gr_event *ev)
{
	struct gr_event out = *ev;
	char reason[2 * GR_REASON_MAX];

	if (e->nr_tries)
		merge_tries(e, &out.case_end, reason, sizeof(reason));
	out.case_end.cell = e->cell; /* a guest that died could not say it */
	e->state = GR_BOOK_DONE;
	gr_tally_add(&s->tally, out.case_end.verdict);
	s->guest.progress++;
	free(s->last_name);
	s->last_name = strdup(e->name);
	s->last_spent = s->flight.is_on && gr_session_flying(s) == e &&
			s->flight.spends_kernel;
	if (gr_session_flying(s) == e)
		gr_session_clear_flight(s);
	gr_session_emit(s, &out);
}

void gr_session_close_flight(struct gr_session *s, uint64_t now_ns,
			     enum gr_verdict verdict, const char *reason)
{
	struct gr_session_flight *f = &s->flight;
	struct gr_book_entry *e = gr_session_flying(s);
	struct gr_event ev = {.type = GR_EV_CASE_END, .time_ns = now_ns};
	char text[GR_REASON_MAX], known[sizeof(f->known)];

	(void)snprintf(text, sizeof(text), "%s", reason); /* may be f's own */
	(void)snprintf(known, sizeof(known), "%s", f->known);
	ev.case_end.name = e->name;
	ev.case_end.verdict = verdict;
	ev.case_end.reason = text;
	ev.case_end.known = verdict == GR_KNOWN ? known : NULL;
	if (now_ns > f->begin_ns)
		ev.case_end.duration_ns = now_ns - f->begin_ns;
	close_case(s, e, &ev);
}

void gr_session_close_unrun(struct gr_session *s, struct gr_book_entry *e,
			    const char *reason)
{
	struct gr_event ev = {.type = GR_EV_CASE_END, .time_ns = s->last_ns};

	ev.case_end.name = e->name;
	ev.case_end.verdict = GR_BROKEN;
	ev.case_end.reason = reason;
	close_case(s, e, &ev);
}

/* ---- events of the guest ---- */

/* The guest's plan is complete: what it was asked for and lacks is BROKEN. */
static void end_of_plan(struct gr_session *s)
{
	struct gr_book_entry *e;
	char reason[GR_REASON_MAX];

	if (s->guest.has_plan)
		return;
	s->guest.has_plan = true;
	s->has_plan = true;
	(void)snprintf(reason, sizeof(reason),
		       "the plan of guest %u does not name this case, an "
		       "earlier one did",
		       s->guest.nr);
	for (unsigned int i = 0; i < s->book.nr; i++) {
		e = &s->book.of[i];
		if (e->state == GR_BOOK_PENDING && e->asked == s->guest.nr &&
		    e->planned != s->guest.nr)
			gr_session_close_unrun(s, e, reason);
	}
}

static int on_run_begin(struct gr_session *s, struct gr_event *ev)
{
	if (s->guest.has_begun)
		return -EPROTO;
	s->guest.has_begun = true;
	if (s->has_begun)
		return 0;
	s->has_begun = true;
	s->nr_cases = ev->run_begin.nr_cases;
	s->stop.is_off = ev->run_begin.table;
	ev->run_begin.strict = s->strict;
	gr_session_emit(s, ev);
	return 0;
}

static int on_plan(struct gr_session *s, struct gr_event *ev)
{
	struct gr_book_entry *e = gr_book_find(&s->book, ev->plan.name);
	int ret;

	if (!s->guest.has_begun || s->guest.has_plan)
		return -EPROTO;
	if (!e && s->has_plan) {
		gr_session_note(
			s, "guest %u plans '%s', which the first plan lacks",
			s->guest.nr, ev->plan.name);
		return -EPROTO;
	}
	if (!e) {
		ret = gr_book_add(&s->book, &ev->plan);
		if (ret)
			return ret;
		e = &s->book.of[s->book.nr - 1];
		e->asked = s->guest.nr;
		gr_session_emit(s, ev);
	}
	if (e->planned != s->guest.nr)
		s->guest.nr_planned++;
	e->planned = s->guest.nr;
	if (!s->has_plan && s->guest.nr_planned == s->nr_cases)
		end_of_plan(s);
	return 0;
}

static const char lost_end[] = "the guest went on without a verdict";

/* The end of the case in flight was lost on the way here. */
static void settle_flight(struct gr_session *s, uint64_t now_ns)
{
	const struct gr_session_flight *f = &s->flight;

	if (!f->is_on)
		return;
	if (f->verdict == GR_SKIP)
		gr_session_close_flight(s, now_ns, GR_BROKEN, lost_end);
	else
		gr_session_close_flight(s, now_ns, f->verdict, f->reason);
}

static int on_case_begin(struct gr_session *s, struct gr_event *ev)
{
	struct gr_book_entry *e;

	end_of_plan(s);
	settle_flight(s, ev->time_ns);
	e = gr_book_find(&s->book, ev->case_begin.name);
	if (!e || e->state != GR_BOOK_PENDING)
		return -EPROTO;
	e->state = GR_BOOK_IN_FLIGHT;
	if (!e->index)
		e->index = ++s->book.nr_begun;
	s->flight.is_on = true;
	s->flight.entry = (unsigned int)(e - s->book.of);
	s->flight.begin_ns = ev->time_ns;
	ev->case_begin.index = e->index;
	ev->case_begin.of = s->book.nr;
	gr_session_emit(s, ev);
	return 0;
}

static int replace(char **text, const char *by)
{
	char *copy = strdup(or_empty(by));

	if (!copy)
		return -ENOMEM;
	free(*text);
	*text = copy;
	return 0;
}

static int on_op(struct gr_session *s, struct gr_event *ev)
{
	struct gr_session_flight *f = &s->flight;

	if (!f->is_on || strcmp(gr_session_flying(s)->name, ev->op.name))
		return -EPROTO;
	if (replace(&f->op, ev->op.op) || replace(&f->ns, ev->op.ns) ||
	    replace(&f->pin, ev->op.pin))
		return -ENOMEM;
	f->pin_held = ev->op.pin_held;
	gr_session_emit(s, ev);
	return 0;
}

static enum gr_verdict verdict_of(const struct gr_ev_finding *ev)
{
	if (ev->known)
		return GR_KNOWN;
	return ev->finding->hang ? GR_HANG : GR_FAIL;
}

/* The gravest finding of the case in flight gives its verdict and reason. */
static void weigh(struct gr_session_flight *f, const struct gr_ev_finding *ev)
{
	enum gr_verdict v = verdict_of(ev);

	f->spends_kernel |= ev->finding->spends_kernel;
	if (f->verdict != GR_SKIP && v <= f->verdict)
		return;
	f->verdict = v;
	(void)snprintf(f->known, sizeof(f->known), "%s", or_empty(ev->known));
	(void)snprintf(f->reason, sizeof(f->reason), "%s",
		       ev->finding->summary);
}

int gr_session_found(struct gr_session *s, struct gr_event *ev)
{
	struct gr_book_entry *e = gr_session_flying(s);

	if (e && !strcmp(e->name, ev->finding.name))
		weigh(&s->flight, &ev->finding);
	else
		s->outside =
			gr_verdict_fold(s->outside, verdict_of(&ev->finding));
	e = gr_book_find(&s->book, ev->finding.name);
	if (!ev->finding.known &&
	    gr_stop_add(&s->stop, e ? e->index : 0, ev->finding.finding) &&
	    !s->stopped[0])
		gr_stop_reason(&s->stop, s->stopped, sizeof(s->stopped));
	gr_session_emit(s, ev);
	return 0;
}

static int on_case_end(struct gr_session *s, struct gr_event *ev)
{
	struct gr_book_entry *e = gr_book_find(&s->book, ev->case_end.name);

	end_of_plan(s);
	if (!e || e->state == GR_BOOK_DONE)
		return -EPROTO;
	if (gr_session_flying(s) != e)
		settle_flight(s, ev->time_ns);
	close_case(s, e, ev);
	return 0;
}

static int on_note(struct gr_session *s, struct gr_event *ev)
{
	gr_session_emit(s, ev);
	return 0;
}

static int on_run_end(struct gr_session *s, struct gr_event *ev)
{
	end_of_plan(s);
	settle_flight(s, ev->time_ns);
	s->guest.has_finished = true;
	return 0;
}

static int (*const on[GR_NR_EVENTS])(struct gr_session *s,
				     struct gr_event *ev) = {
	[GR_EV_RUN_BEGIN] = on_run_begin,
	[GR_EV_PLAN] = on_plan,
	[GR_EV_CASE_BEGIN] = on_case_begin,
	[GR_EV_OP] = on_op,
	[GR_EV_FINDING] = gr_session_found,
	[GR_EV_CASE_END] = on_case_end,
	[GR_EV_NOTE] = on_note,
	[GR_EV_GUEST] = on_note,
	[GR_EV_RUN_END] = on_run_end,
};

int gr_session_event(struct gr_session *s, const struct gr_event *ev)
{
	struct gr_event own = *ev;

	own.time_ns += s->guest.start_ns;
	return on[ev->type](s, &own);
}
