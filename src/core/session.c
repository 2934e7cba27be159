// SPDX-License-Identifier: GPL-2.0-only
#include "core/session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/session_internal.h"

int gr_session_new(const struct gr_session_ops *ops, void *arg, bool strict,
		   struct gr_session **s)
{
	*s = calloc(1, sizeof(**s));
	if (!*s)
		return -ENOMEM;
	(*s)->ops = ops;
	(*s)->arg = arg;
	(*s)->strict = strict;
	return 0;
}

void gr_session_free(struct gr_session *s)
{
	if (!s)
		return;
	gr_session_clear_flight(s);
	gr_book_fini(&s->book);
	free(s->last_name);
	free(s);
}

int gr_session_next(struct gr_session *s, struct gr_next *next)
{
	bool repeat;
	int ret;

	memset(next, 0, sizeof(*next));
	next->why = s->stopped;
	next->kind = GR_NEXT_DONE;
	if (s->gave_up)
		return 0;
	next->kind = GR_NEXT_STOPPED;
	if (s->stopped[0])
		return 0;
	next->kind = GR_NEXT_ALL;
	if (!s->has_plan)
		return 0;
	ret = gr_book_names(&s->book, &repeat, &next->nr);
	if (ret)
		return ret;
	next->names = s->book.names;
	next->kind = repeat ? GR_NEXT_ALONE : GR_NEXT_CASES;
	if (!next->nr)
		next->kind = GR_NEXT_DONE;
	return 0;
}

/* Note who is asked for what, as gr_session_next() said it. */
static void ask(struct gr_session *s)
{
	bool alone = false;
	struct gr_book_entry *e;

	for (unsigned int i = 0; i < s->book.nr && !alone; i++) {
		e = &s->book.of[i];
		alone = e->state == GR_BOOK_PENDING && e->nr_tries;
		if (alone)
			e->asked = s->guest.nr;
	}
	for (unsigned int i = 0; i < s->book.nr && !alone; i++)
		s->book.of[i].asked = s->guest.nr;
}

void gr_session_guest_started(struct gr_session *s, uint64_t time_ns)
{
	unsigned int nr = s->guest.nr;

	memset(&s->guest, 0, sizeof(s->guest));
	s->guest.nr = nr + 1;
	s->guest.start_ns = time_ns;
	s->last_spent = false;
	free(s->last_name);
	s->last_name = NULL;
	ask(s);
}

void gr_session_guest_began(struct gr_session *s, uint64_t time_ns)
{
	s->guest.start_ns = time_ns;
}

bool gr_session_in_flight(const struct gr_session *s, struct gr_flight *flight)
{
	const struct gr_session_flight *f = &s->flight;

	memset(flight, 0, sizeof(*flight));
	if (!f->is_on)
		return false;
	flight->name = s->book.of[f->entry].name;
	flight->begin_ns = f->begin_ns;
	flight->budget_ns = s->book.of[f->entry].budget_ns;
	flight->op = f->op ? f->op : "";
	flight->ns = f->ns ? f->ns : "";
	flight->pin = f->pin ? f->pin : "";
	flight->pin_held = f->pin_held;
	return true;
}

const char *gr_session_expected(const struct gr_session *s, const char *name)
{
	const struct gr_session_flight *f = &s->flight;
	const struct gr_book_entry *e = f->is_on ? &s->book.of[f->entry] : NULL;
	const char *inv = e ? e->cell.inv : NULL;

	if (!e || strcmp(e->name, name) || !f->op || !inv || !*inv)
		return "";
	/* "unbind of namespace0.0 against vmsplice"; then only the unpin comes */
	return !strncmp(f->op, inv, strlen(inv)) ||
			       !strncmp(f->op, "unpin of ", 9)
		       ? e->known
		       : "";
}

void gr_session_stop(struct gr_session *s, const char *why)
{
	s->outside = gr_verdict_fold(s->outside, GR_BROKEN);
	if (!s->stopped[0])
		(void)snprintf(s->stopped, sizeof(s->stopped), "%s", why);
}

bool gr_session_stopped(const struct gr_session *s)
{
	return s->stopped[0];
}

/* ---- the end of a guest ---- */

struct end_words {
	const char *what; /* became of the guest */
	const char *signature; /* of the finding; NULL = is no evidence */
	bool hang;
};

static const struct end_words words[] = {
	[GR_END_FINISHED] = {"guprace ended in the guest", NULL, false},
	[GR_END_SPENT] = {"the guest was powered off as spent", NULL, false},
	[GR_END_DIED] = {"the guest died", "guest-died", false},
	[GR_END_SILENT] = {"the guest fell silent", "guest-silent", true},
	[GR_END_DEADLINE] = {"the guest passed its time", "case-deadline",
			     true},
	[GR_END_ABANDONED] = {"the guest was ended from outside", NULL, false},
};

/* The last lines of @text that fit. */
static const char *tail(const char *text)
{
	size_t len = strlen(text);
	const char *from;

	if (len < GR_FINDING_EVIDENCE_MAX)
		return text;
	text += len - GR_FINDING_EVIDENCE_MAX + 1;
	from = strchr(text, '\n');
	return from && from[1] ? from + 1 : text;
}

/* Hand on a finding that was made on the host, tied to what was going on. */
static void host_found(struct gr_session *s, uint64_t now_ns,
		       const struct gr_finding *finding)
{
	struct gr_event ev = {.type = GR_EV_FINDING, .time_ns = now_ns};
	struct gr_flight flight;
	const char *last = s->last_name ? s->last_name : "";
	bool is_on = gr_session_in_flight(s, &flight);

	ev.finding.name = is_on ? flight.name : last;
	ev.finding.ns = is_on ? flight.ns : "";
	ev.finding.pin = is_on ? flight.pin : "";
	ev.finding.op = is_on ? flight.op : "";
	ev.finding.inv = "";
	ev.finding.finding = finding;
	if (s->ops->match)
		s->ops->match(s->arg, &ev.finding);
	(void)gr_session_found(s, &ev); /* cannot fail */
}

/* When something happened, in words: during an operation, or when. */
static void when(const struct gr_session *s, char *buf, size_t len)
{
	struct gr_flight flight;

	if (gr_session_in_flight(s, &flight)) {
		(void)snprintf(buf, len, "%s%s",
			       flight.op[0] ? "during " : "before its first ",
			       flight.op[0] ? flight.op : "operation");
		return;
	}
	(void)snprintf(buf, len, "%s%s",
		       s->last_name ? "after the case " : "before any case",
		       s->last_name ? s->last_name : "");
}

/* The way the guest went is all the evidence there is. */
static void end_found(struct gr_session *s, const struct gr_guest_end *end)
{
	static const struct gr_finding none;
	const struct end_words *w = &words[end->kind];
	struct gr_finding f = none;
	char text[200];

	when(s, text, sizeof(text));
	f.class = GR_CLASS_CRASH;
	f.hang = w->hang;
	f.spends_kernel = true;
	(void)snprintf(f.oracle, sizeof(f.oracle), "session");
	(void)snprintf(f.signature, sizeof(f.signature), "%s", w->signature);
	(void)snprintf(f.summary, sizeof(f.summary), "%s %s", w->what, text);
	if (end->console)
		(void)snprintf(f.evidence, sizeof(f.evidence), "%s",
			       tail(end->console));
	host_found(s, end->time_ns, &f);
}

/* A failure that is new and took its guest along is not believed at once. */
static bool keep_for_repeat(struct gr_session *s)
{
	const struct gr_session_flight *f = &s->flight;
	struct gr_book_entry *e = gr_session_flying(s);

	if (!gr_session_is_failure(f->verdict) || e->nr_tries)
		return false;
	e->nr_tries++;
	e->first = f->verdict;
	memcpy(e->first_reason, f->reason, sizeof(e->first_reason));
	e->state = GR_BOOK_PENDING;
	s->guest.progress++;
	gr_session_clear_flight(s);
	if (!s->stopped[0])
		gr_session_note(s,
				"%s: it failed and took its guest along; "
				"it is run once more, alone",
				e->name);
	return true;
}

static void end_flight(struct gr_session *s, const struct gr_guest_end *end)
{
	struct gr_session_flight *f = &s->flight;
	const struct end_words *w = &words[end->kind];
	char text[GR_REASON_MAX];

	if (end->kind == GR_END_ABANDONED && f->verdict == GR_SKIP) {
		gr_session_flying(s)->state = GR_BOOK_PENDING;
		gr_session_clear_flight(s);
		return;
	}
	if (w->signature && !gr_session_is_failure(f->verdict) &&
	    !f->spends_kernel)
		end_found(s, end);
	if (f->verdict == GR_SKIP) {
		(void)snprintf(text, sizeof(text), "%s without a verdict",
			       w->what);
		gr_session_close_flight(s, end->time_ns, GR_BROKEN, text);
		return;
	}
	if (w->signature && keep_for_repeat(s))
		return;
	gr_session_close_flight(s, end->time_ns, f->verdict, f->reason);
}

/* The guest went between two cases, or before the first one. */
static void end_between(struct gr_session *s, const struct gr_guest_end *end)
{
	bool is_told = end->findings && end->findings->nr;

	if (!words[end->kind].signature || is_told || s->last_spent)
		return;
	if (s->guest.has_begun && !s->guest.has_finished)
		end_found(s, end);
}

/* A case whose second try never came has the verdict of the first. */
static void close_by_first(struct gr_session *s, struct gr_book_entry *e,
			   uint64_t now_ns)
{
	char reason[GR_REASON_MAX];

	(void)snprintf(reason, sizeof(reason), "%.200s (could not be repeated)",
		       e->first_reason);
	e->nr_tries = 0;
	e->state = GR_BOOK_IN_FLIGHT;
	s->flight.is_on = true;
	s->flight.entry = (unsigned int)(e - s->book.of);
	s->flight.begin_ns = now_ns;
	gr_session_close_flight(s, now_ns, e->first, reason);
}

static void give_up(struct gr_session *s, const struct gr_guest_end *end)
{
	struct gr_book_entry *e;
	char reason[GR_REASON_MAX];

	(void)snprintf(reason, sizeof(reason),
		       "%u guests in a row brought no case further; the last "
		       "time %s",
		       s->nr_idle, words[end->kind].what);
	s->gave_up = true;
	if (!s->has_plan)
		gr_session_stop(s, reason);
	for (unsigned int i = 0; i < s->book.nr; i++) {
		e = &s->book.of[i];
		if (e->state == GR_BOOK_PENDING && e->nr_tries)
			close_by_first(s, e, end->time_ns);
		else if (e->state == GR_BOOK_PENDING)
			gr_session_close_unrun(s, e, reason);
	}
}

void gr_session_guest_ended(struct gr_session *s,
			    const struct gr_guest_end *end)
{
	for (unsigned int i = 0; end->findings && i < end->findings->nr; i++)
		host_found(s, end->time_ns, &end->findings->of[i]);
	if (s->flight.is_on)
		end_flight(s, end);
	else
		end_between(s, end);
	s->nr_idle = s->guest.progress ? 0 : s->nr_idle + 1;
	if (s->nr_idle >= GR_SESSION_IDLE_MAX && !s->gave_up && !s->stopped[0])
		give_up(s, end);
}

int gr_session_finish(struct gr_session *s, uint64_t time_ns)
{
	struct gr_event ev = {.type = GR_EV_RUN_END, .time_ns = time_ns};
	struct gr_tally all;

	for (unsigned int i = 0; i < s->book.nr; i++)
		if (s->book.of[i].state == GR_BOOK_PENDING &&
		    s->book.of[i].nr_tries)
			close_by_first(s, &s->book.of[i], time_ns);
	s->tally.not_run = gr_book_nr(&s->book, GR_BOOK_PENDING);
	if (s->tally.not_run && !s->stopped[0])
		gr_session_stop(s, "the run was ended early");
	all = s->tally;
	if (s->outside != GR_SKIP)
		gr_tally_add(&all, s->outside);
	ev.run_end.tally = s->tally;
	ev.run_end.verdict = gr_tally_fold(&all);
	ev.run_end.exit_status = gr_tally_exit(&all, s->strict);
	ev.run_end.duration_ns = time_ns;
	ev.run_end.stopped = s->stopped;
	gr_session_emit(s, &ev);
	return ev.run_end.exit_status;
}
