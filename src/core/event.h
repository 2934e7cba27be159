/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Events: the one stream from which every report is made. In a guest they
 * travel to the host as lines of JSON (report/stream.h); each is written before
 * what it announces is done, so that a panic loses nothing already seen.
 */
#ifndef GR_CORE_EVENT_H
#define GR_CORE_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/facts.h"
#include "core/figures.h"
#include "core/finding.h"
#include "core/offsets.h"
#include "core/verdict.h"

/* Raised when a field changes its meaning or goes away; docs/json.md. */
#define GR_EVENT_SCHEMA 1

enum gr_event_type {
	GR_EV_RUN_BEGIN,
	GR_EV_PLAN, /* one for each case, in order, after RUN_BEGIN */
	GR_EV_CASE_BEGIN,
	GR_EV_OP, /* an operation is about to be started */
	GR_EV_FINDING,
	GR_EV_CASE_END,
	GR_EV_NOTE, /* a sentence for people */
	GR_EV_GUEST, /* a guest was started, or is spent */
	GR_EV_RUN_END,
	GR_NR_EVENTS,
};

#define GR_KNOWN_HERE_MAX 16
#define GR_KNOWN_ID_MAX 64
#define GR_BLIND_MAX 8

struct gr_ev_run_begin {
	const char *version; /* of guprace */
	const char *scenarios; /* names, separated by blanks */
	const char *release; /* of the kernel under test */
	const char *machine; /* "host", or how the guest runs */
	uint64_t seed;
	bool strict;
	bool table; /* for people: end in a table of pairs */
	unsigned int nr_cases;
	/* known bugs whose probe says that this kernel has them */
	unsigned int nr_known;
	const char *known[GR_KNOWN_HERE_MAX];
	/* oracles that cannot see here, each "name[, in part]: reason" */
	unsigned int nr_blind;
	const char *blind[GR_BLIND_MAX];
};

/* In place of an invalidator: what the kernel must refuse. */
#define GR_CELL_REFUSED "refused"

/* Where a case stands in tables; NULL = it has none of that. */
struct gr_ev_cell {
	const char *place; /* as its name begins: "fsdax-ext4/2M" */
	const char *pin; /* kind */
	const char *inv; /* or GR_CELL_REFUSED */
	const char *range; /* what the pin is given */
};

struct gr_ev_plan {
	const char *name; /* of the case */
	struct gr_ev_cell cell;
	const char
		*known; /* id of the known bug it is expected to meet; NULL */
	uint64_t budget_ns; /* after which the host gives the guest up */
};

struct gr_ev_case_begin {
	const char *name;
	unsigned int index; /* from 1 */
	unsigned int of; /* number of cases */
};

struct gr_ev_op {
	const char *name; /* of the case */
	const char *op; /* "ns_disable of namespace0.0" */
	const char *ns; /* "" = none yet */
	const char *pin; /* "" = none */
	bool pin_held; /* references are held while the operation runs */
};

/* Where the pins of a race were aimed when something was found. */
struct gr_ev_aimed {
	unsigned int nr_offsets; /* pinners; 0 = they were not aimed */
	int64_t offset_ns[GR_PINNERS_MAX]; /* see core/offsets.h */
	bool has_focus;
	int64_t focus_ns; /* where outcomes changed most */
};

struct gr_ev_finding {
	const char *name; /* of the case */
	const char *ns;
	const char *pin;
	const char *inv;
	const char *op; /* in flight when it was found */
	const char *known; /* id of the entry that it matches; NULL = new */
	const char *cause; /* one line of that entry; NULL = new */
	struct gr_ev_aimed aimed;
	const struct gr_finding *finding;
};

struct gr_ev_case_end {
	const char *name;
	enum gr_verdict verdict;
	const char *reason; /* one sentence; "" for a PASS */
	const char *known; /* id, for KNOWN; else NULL */
	struct gr_ev_cell cell;
	uint64_t duration_ns;
	uint64_t iterations;
	uint64_t attempts; /* of pins, all pinners */
	uint64_t overlaps;
	struct gr_errno_count pins[GR_ERRNOS_MAX];
	struct gr_errno_count invs[GR_ERRNOS_MAX];
	struct gr_figures figures;
	struct gr_offsets offsets; /* nr 0 = nothing was aimed */
};

enum gr_guest_state {
	GR_GUEST_STARTED,
	GR_GUEST_SPENT, /* by a finding; it is powered off */
	GR_GUEST_DIED, /* panic, triple fault, killed */
	GR_GUEST_SILENT,
};

struct gr_ev_guest {
	enum gr_guest_state state;
	unsigned int nr; /* from 1 */
	const char *text; /* how it runs, or why it ended */
};

struct gr_ev_run_end {
	struct gr_tally tally;
	enum gr_verdict verdict;
	int exit_status;
	uint64_t duration_ns;
	const char *stopped; /* why not all cases were run; "" = all were */
};

struct gr_event {
	enum gr_event_type type;
	uint64_t time_ns; /* since the begin of the run */
	union {
		struct gr_ev_run_begin run_begin;
		struct gr_ev_plan plan;
		struct gr_ev_case_begin case_begin;
		struct gr_ev_op op;
		struct gr_ev_finding finding;
		struct gr_ev_case_end case_end;
		const char *note;
		struct gr_ev_guest guest;
		struct gr_ev_run_end run_end;
	};
};

/** gr_event_name() - "run_begin", "plan", ...; never NULL. */
const char *gr_event_name(enum gr_event_type type);

/** gr_guest_state_name() - "started", "spent", "died", "silent". */
const char *gr_guest_state_name(enum gr_guest_state state);

#endif /* GR_CORE_EVENT_H */
