/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A run: the plan of cases, one after the other, under the oracles, told as a
 * stream of events.
 */
#ifndef GR_ENGINE_RUN_H
#define GR_ENGINE_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/ctx.h"
#include "core/event.h"
#include "core/oracle.h"
#include "core/plan.h"
#include "sys/vmemmap.h"

#define GR_ORACLES_MAX 16

/** typedef gr_emit - takes each event; returns when it is written. */
typedef void (*gr_emit)(void *arg, const struct gr_event *ev);

struct gr_run_oracle {
	struct gr_oracle o;
	bool open;
	struct gr_reason blind; /* "" = it sees */
};

struct gr_run {
	const struct gr_ctx *ctx;
	const char *scenarios; /* names, for the report */
	const char *machine; /* "host" or how the guest runs */
	struct gr_plan *plan;
	uint64_t known; /* gr_known_probe() */
	struct gr_vmemmap vmemmap; /* zeroed: not known */
	gr_emit emit;
	void *emit_arg;
	/*
	 * called once all is set up and before the first event; may drop cases of
	 * @plan. NULL = go on. Return: 0, or -errno, reported: the run is BROKEN.
	 */
	int (*ready)(struct gr_run *run);
	/* asked between cases and some 50 times a second: end the run? */
	bool (*interrupted)(void *arg);
	void *interrupted_arg;

	/* the engine's own */
	uint64_t begin_ns;
	unsigned int nr_oracles;
	struct gr_run_oracle oracle[GR_ORACLES_MAX];
	struct gr_reason missing; /* a required oracle that was not chosen */
	struct gr_tally tally;
	bool spent; /* the kernel cannot be trusted any more */
};

/* What one case came to. */
struct gr_result {
	enum gr_verdict verdict;
	struct gr_reason reason;
	const char *known; /* id; NULL = none */
	struct gr_facts facts;
	struct gr_findings found;
	struct gr_figures figures;
	uint64_t duration_ns;
	bool spent;
};

/**
 * gr_run_all() - run the plan.
 * @run: the fields above "the engine's own" are set, the rest is zeroed.
 * @oracles: NULL-terminated; those that cannot open are BLIND for the run.
 *
 * Context: the supervisor; forks workers. Never touches a path that can block
 * on a device.
 * Return: exit status of the run, enum gr_exit.
 */
int gr_run_all(struct gr_run *run, const struct gr_oracle_ops *const *oracles);

/**
 * gr_supervise() - run one case in worker processes.
 * @res: caller's storage; large.
 *
 * Emits OP and FINDING events. Return: 0, or -errno: no case could be run.
 */
int gr_supervise(struct gr_run *run, const struct gr_case *c,
		 struct gr_result *res);

/** gr_run_interrupted() - shall the run end, and the case in flight with it? */
bool gr_run_interrupted(const struct gr_run *run);

/** gr_run_emit() - stamp the time and hand the event over. */
void gr_run_emit(struct gr_run *run, struct gr_event *ev);

#endif /* GR_ENGINE_RUN_H */
