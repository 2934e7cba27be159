/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Internal to core/session*.c: the state of a session. session_events.c takes
 * what a guest says, session.c deals with guests that come and go.
 */
#ifndef GR_CORE_SESSION_INTERNAL_H
#define GR_CORE_SESSION_INTERNAL_H

#include "core/book.h"
#include "core/reason.h"
#include "core/session.h"
#include "core/stop.h"

/* What is known of the case in flight; entry is an index, the book may move. */
struct gr_session_flight {
	bool is_on;
	unsigned int entry;
	uint64_t begin_ns;
	char *op;
	char *ns;
	char *pin;
	bool pin_held;
	enum gr_verdict verdict; /* of its findings; SKIP = has none */
	bool spends_kernel; /* one of them does */
	/* id, when all findings match known bugs */
	char known[GR_KNOWN_ID_MAX];
	char reason[GR_REASON_MAX];
};

struct gr_session_guest {
	unsigned int nr; /* from 1; 0 = none was started */
	uint64_t start_ns;
	bool has_begun; /* RUN_BEGIN came */
	bool has_plan; /* it is complete */
	bool has_finished; /* RUN_END came */
	unsigned int progress; /* cases brought further */
	unsigned int nr_planned;
};

struct gr_session {
	const struct gr_session_ops *ops;
	void *arg;
	bool strict;
	bool has_begun;
	bool has_plan;
	bool gave_up;
	unsigned int nr_cases; /* as the first RUN_BEGIN says */
	unsigned int nr_idle; /* guests in a row without progress */
	uint64_t last_ns; /* time of the last event handed on */
	struct gr_session_guest guest;
	struct gr_session_flight flight;
	bool last_spent; /* the case ended last spent its kernel */
	char *last_name; /* of that case */
	struct gr_book book;
	struct gr_stop stop;
	char stopped[GR_REASON_MAX]; /* why; "" = it is not */
	struct gr_tally tally;
	enum gr_verdict outside; /* of what belongs to no case; SKIP = none */
};

/** gr_session_flying() - the entry in flight, or NULL. */
struct gr_book_entry *gr_session_flying(struct gr_session *s);

/** gr_session_emit() - hand on an event; its time never goes back. */
void gr_session_emit(struct gr_session *s, struct gr_event *ev);

/** gr_session_note() - hand on a sentence for people. */
void gr_session_note(struct gr_session *s, const char *fmt, ...)
	GR_PRINTF(2, 3);

/** gr_session_found() - weigh a finding and hand it on. */
int gr_session_found(struct gr_session *s, struct gr_event *ev);

/** gr_session_close_flight() - give the case in flight its verdict. */
void gr_session_close_flight(struct gr_session *s, uint64_t now_ns,
			     enum gr_verdict verdict, const char *reason);

/** gr_session_close_unrun() - BROKEN for a case that no guest could run. */
void gr_session_close_unrun(struct gr_session *s, struct gr_book_entry *e,
			    const char *reason);

/** gr_session_clear_flight() - nothing is in flight any more. */
void gr_session_clear_flight(struct gr_session *s);

/** gr_session_is_failure() - FAIL or HANG. */
bool gr_session_is_failure(enum gr_verdict v);

#endif /* GR_CORE_SESSION_INTERNAL_H */
