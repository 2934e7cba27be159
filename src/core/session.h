/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The host's book of a run that may need several guests. It is fed with the
 * events of each guest in turn, and hands on one stream that looks like a
 * single run. It keeps what became of each case, gives a verdict to the case
 * that a dying guest left behind, and says what the next guest has to do. It
 * does no I/O of its own and reads no clock.
 *
 *   while (gr_session_next(s, &next) == 0 && next.kind < GR_NEXT_DONE) {
 *           gr_session_guest_started(s, now);
 *           gr_session_event(s, ev);                  for each event it sends
 *           gr_session_guest_ended(s, &end);
 *   }
 *   gr_session_finish(s, now);
 *
 * All times are nanoseconds since the begin of the run, on the host's clock.
 */
#ifndef GR_CORE_SESSION_H
#define GR_CORE_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "core/event.h"

struct gr_session;

/* So many guests in a row may end without bringing a case further. */
#define GR_SESSION_IDLE_MAX 3

struct gr_session_ops {
	/**
	 * @event: takes the events of the run, in order; they and their
	 * strings are valid during the call.
	 */
	void (*event)(void *arg, const struct gr_event *ev);

	/**
	 * @match: sets known and cause of a finding that was made on the
	 * host, where it matches a known bug; may be NULL.
	 */
	void (*match)(void *arg, struct gr_ev_finding *ev);
};

enum gr_next_kind {
	GR_NEXT_ALL, /* no plan yet: everything that the scenarios give */
	GR_NEXT_CASES, /* the named cases, in that order */
	GR_NEXT_ALONE, /* the one named case, again, and nothing else */
	GR_NEXT_DONE, /* no guest is needed any more */
	GR_NEXT_STOPPED, /* cases are left, and shall not be run */
};

struct gr_next {
	enum gr_next_kind kind;
	unsigned int nr;
	const char *const *names; /* valid until the next call */
	const char *why; /* GR_NEXT_STOPPED: one sentence; else "" */
};

enum gr_guest_end_kind {
	GR_END_FINISHED, /* guprace exited there */
	GR_END_SPENT, /* powered off after a finding that spends the kernel */
	GR_END_DIED, /* panic, triple fault, reset */
	GR_END_SILENT, /* no sign of life */
	GR_END_DEADLINE, /* alive, but the case passed its budget */
	GR_END_ABANDONED, /* ended by the host, or QEMU failed: no evidence */
};

struct gr_guest_end {
	enum gr_guest_end_kind kind;
	uint64_t time_ns;
	const char *console; /* its last lines; NULL = none */
	const struct gr_findings *findings; /* made from it; NULL = none */
};

/* The case that is being run now. */
struct gr_flight {
	const char *name;
	uint64_t begin_ns; /* of the case */
	uint64_t budget_ns; /* from the plan; 0 = none was given */
	const char *op; /* announced last; "" = none yet */
	const char *ns;
	const char *pin;
	bool pin_held;
};

/**
 * gr_session_new() - an empty book.
 * @ops:    stays the caller's.
 * @arg:    handed to @ops.
 * @strict: KNOWN counts as failed in the exit status.
 *
 * Return: 0, or -ENOMEM; *@s is NULL on failure.
 */
int gr_session_new(const struct gr_session_ops *ops, void *arg, bool strict,
		   struct gr_session **s);

/** gr_session_free() - NULL is legal. */
void gr_session_free(struct gr_session *s);

/**
 * gr_session_next() - what the next guest has to do.
 * @next: filled on success. Cases expected to meet a known bug come last; a new
 *        failure that killed its guest is repeated alone and at once.
 *
 * Context: no guest is running.
 * Return: 0, or -ENOMEM.
 */
int gr_session_next(struct gr_session *s, struct gr_next *next);

/**
 * gr_session_guest_started() - the next guest was started.
 * @time_ns: the guest's own times are counted from here.
 */
void gr_session_guest_started(struct gr_session *s, uint64_t time_ns);

/**
 * gr_session_guest_began() - it has said its first word: what it has told by then, and
 * what it will, is counted from here instead. A boot and a copy take their time.
 * @time_ns: when its own time was 0.
 */
void gr_session_guest_began(struct gr_session *s, uint64_t time_ns);

/**
 * gr_session_event() - one event of the running guest.
 *
 * RUN_BEGIN and PLAN are handed on once, RUN_END never; times and case numbers
 * are made those of the whole run.
 *
 * Return: 0; -EPROTO it does not fit what came before, and was dropped;
 *         -ENOMEM.
 */
int gr_session_event(struct gr_session *s, const struct gr_event *ev);

/**
 * gr_session_in_flight() - the case that the guest is at.
 * @flight: filled; its strings are valid until the next event.
 *
 * Return: false when there is none.
 */
bool gr_session_in_flight(const struct gr_session *s, struct gr_flight *flight);

/**
 * gr_session_expected() - the known bug that the plan says the case @name will meet,
 * once its invalidation has been announced: before that nothing can be met.
 *
 * Return: its id; "" for none, or when that case is not in flight.
 */
const char *gr_session_expected(const struct gr_session *s, const char *name);

/**
 * gr_session_stop() - start no other case, without evidence against the kernel
 * (interrupted, disk full): the run is BROKEN, or worse.
 * @why: one sentence; the first call wins.
 */
void gr_session_stop(struct gr_session *s, const char *why);

/**
 * gr_session_stopped() - whether no other case shall be started: ask after each
 * CASE_END, then abandon the guest.
 */
bool gr_session_stopped(const struct gr_session *s);

/**
 * gr_session_guest_ended() - the running guest is gone.
 *
 * A case in flight gets its verdict from the findings, or else from the way the
 * guest went: died is FAIL, silent and past its budget are HANG, abandoned
 * sends it back to the pending ones. A failure that is not known and took the
 * guest with it is repeated once.
 */
void gr_session_guest_ended(struct gr_session *s,
			    const struct gr_guest_end *end);

/**
 * gr_session_finish() - hand on RUN_END; pending cases count as not run.
 *
 * Return: exit status of the run, see gr_tally_exit().
 */
int gr_session_finish(struct gr_session *s, uint64_t time_ns);

#endif /* GR_CORE_SESSION_H */
