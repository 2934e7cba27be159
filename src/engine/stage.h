/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The stage: memory that the supervisor and all workers of one case share.
 *
 * Life of a race, driven by the keeper, step by step; each pinner says when it
 * has done its part of a step:
 *
 *	MAP	pinners open, map, fault in and set their pin up
 *	PIN	TRANSIENT pinners pin in a loop; HELD ones pin once
 *		the keeper invalidates
 *	AFTER	pinners stop, drop, look at the old mapping and unmap it
 *		the keeper restores and attaches; MAP again, or
 *	EXIT	everybody leaves
 *
 * The supervisor is no part of it: it watches the clock, lets HELD pins go
 * (permit) and may end the case at any time (abort).
 */
#ifndef GR_ENGINE_STAGE_H
#define GR_ENGINE_STAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/case.h"
#include "core/ctx.h"
#include "core/facts.h"
#include "core/finding.h"
#include "core/reason.h"
#include "core/target.h"
#include "engine/aimed.h"

enum gr_step {
	GR_STEP_NONE,
	GR_STEP_MAP,
	GR_STEP_PIN,
	GR_STEP_AFTER,
	GR_STEP_EXIT,
};

enum gr_role {
	GR_ROLE_KEEPER, /* acquires, invalidates, restores; or runs a check */
	GR_ROLE_WITNESS,
	GR_ROLE_PINNER, /* and GR_ROLE_PINNER + 1, ... */
};

/* The processor of the keeper and of all that invalidates; of pinner 0 it is 0. */
#define GR_CPU_KEEPER 1

#define GR_WORKERS_MAX (GR_ROLE_PINNER + GR_PINNERS_MAX)
#define GR_OP_MAX 128

struct gr_worker {
	pid_t pid; /* 0 = not started, or reaped */
	uint32_t done; /* clock (see gr_stage) of the last step finished */
	uint32_t op_seq; /* raised with each new op */
	uint32_t op_ack; /* by the supervisor: its event is written */
	uint64_t op_since_ns;
	char op[GR_OP_MAX];
	int32_t ret; /* 0, or -errno: we could not test */
	struct gr_reason reason; /* why */
};

struct gr_stage {
	const struct gr_ctx *ctx;
	struct gr_case c;
	struct gr_target target;
	struct gr_target witness_target;
	uint64_t seed;
	uint64_t end_ns; /* when the slice is over */

	uint32_t clock; /* raised by the keeper with each step; futex */
	uint32_t step; /* enum gr_step at that clock */
	uint32_t bell; /* raised by workers when they have done a step; futex */
	uint32_t abort; /* by the supervisor: leave at once */
	uint32_t permit; /* iteration whose HELD pins may be dropped; futex */
	uint32_t quiet; /* iteration whose TRANSIENT loops shall end */
	uint32_t go_pinner; /* iteration whose pinner shall invalidate; futex */
	uint32_t quiet_seq; /* raised by a worker at a quiescent point */
	uint32_t
		quiet_ack; /* by the supervisor: the oracles have looked; futex */
	uint32_t finished; /* the keeper has done all it had to do */

	struct gr_aimed aimed;
	struct gr_facts facts;
	struct gr_worker worker[GR_WORKERS_MAX];

	/* of a check */
	uint32_t found_lock; /* a check may have children of its own */
	struct gr_findings found;
	uint32_t nr_found; /* of these, so many may be read by others */
	struct gr_reason skip; /* "" = not skipped */
};

/**
 * gr_stage_op() - a worker says what it does next, and waits until the event
 * of an operation that is new in this case has been written.
 */
void gr_stage_op(struct gr_stage *st, struct gr_worker *w, const char *fmt, ...)
	GR_PRINTF(3, 4);

/** gr_stage_advance() - keeper: the next step; wakes all. */
void gr_stage_advance(struct gr_stage *st, enum gr_step step);

/**
 * gr_stage_wait_step() - pinner: wait for the step after clock @seen.
 * @clock: filled with its clock.
 *
 * Return: the step; GR_STEP_EXIT also when the case is aborted.
 */
enum gr_step gr_stage_wait_step(struct gr_stage *st, uint32_t seen,
				uint32_t *clock);

/** gr_stage_done() - pinner: this step is done. */
void gr_stage_done(struct gr_stage *st, struct gr_worker *w, uint32_t clock);

/**
 * gr_stage_wait_pinners() - keeper: wait until all pinners did this step.
 *
 * Return: 0, -ECANCELED the case is aborted or a pinner has failed.
 */
int gr_stage_wait_pinners(struct gr_stage *st);

/**
 * gr_stage_quiescent() - a worker says that no pin is being taken or dropped,
 * and waits until the oracles have looked.
 * @state: what holds instead.
 *
 * Context: the keeper, while all pinners wait for its next step.
 * Return: 0, or -ECANCELED the case is aborted.
 */
int gr_stage_quiescent(struct gr_stage *st, enum gr_quiet state);

/** gr_stage_aborted() - has the supervisor ended the case? */
bool gr_stage_aborted(const struct gr_stage *st);

/** gr_stage_fail() - a worker gives up; @ret is kept, and its first message. */
void gr_stage_fail(struct gr_worker *w, int ret);

/** gr_stage_log_to() - this process's messages go to @w's reason. */
void gr_stage_log_to(struct gr_worker *w);

/* Bodies of the worker processes; they return when the worker shall exit. */
void gr_keeper_run(struct gr_stage *st);
void gr_pinner_run(struct gr_stage *st, unsigned int index);
void gr_witness_run(struct gr_stage *st);
void gr_checker_run(struct gr_stage *st);

/**
 * gr_balance() - keeper: the part of a GR_CASE_BALANCE between acquire and the
 * last teardown: many pins, and a quiescent point after each few.
 *
 * Return: 0 or -errno: we could not test, or -ECANCELED it was aborted.
 */
int gr_balance(struct gr_stage *st);

#endif /* GR_ENGINE_STAGE_H */
