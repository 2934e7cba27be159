// SPDX-License-Identifier: GPL-2.0-only
#include "engine/run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "config.h"
#include "core/invalidate.h"
#include "core/known.h"
#include "core/pin.h"
#include "core/stop.h"
#include "engine/leftovers.h"
#include "engine/oracles.h"
#include "sys/changes.h"

/* Beside its slice, a case may take so long before the host gives it up. */
#define BUDGET_NS (90 * GR_NSEC_PER_SEC)

void gr_run_emit(struct gr_run *run, struct gr_event *ev)
{
	ev->time_ns = gr_now_ns() - run->begin_ns;
	run->emit(run->emit_arg, ev);
}

bool gr_run_interrupted(const struct gr_run *run)
{
	return run->interrupted && run->interrupted(run->interrupted_arg);
}

static bool may_meet(const struct gr_run *run, const struct gr_known *k)
{
	for (size_t i = 0; i < run->plan->nr; i++)
		if (gr_known_fits(k, &run->plan->cases[i]))
			return true;
	return false;
}

/* Of those that the kernel has, the ones that cases of this plan may meet. */
static void list_known(const struct gr_run *run, struct gr_ev_run_begin *ev)
{
	const struct gr_known *table;
	size_t nr;

	table = gr_known_all(&nr);
	for (size_t i = 0; i < nr && ev->nr_known < GR_KNOWN_HERE_MAX; i++)
		if (run->known & (1ull << i) && may_meet(run, &table[i]))
			ev->known[ev->nr_known++] = table[i].id;
}

static void emit_begin(struct gr_run *run)
{
	char blind[GR_BLIND_MAX][GR_REASON_MAX + 32];
	struct gr_event ev = {
		.type = GR_EV_RUN_BEGIN,
		.run_begin =
			{
				.version = PACKAGE_VERSION,
				.scenarios = run->scenarios,
				.release = run->ctx->release,
				.machine = run->machine,
				.seed = run->ctx->seed,
				.strict = run->ctx->strict,
				.table = run->plan->table,
				.nr_cases = (unsigned int)run->plan->nr,
			},
	};
	struct gr_ev_run_begin *b = &ev.run_begin;

	list_known(run, b);
	for (unsigned int i = 0; i < run->nr_oracles; i++) {
		const struct gr_run_oracle *o = &run->oracle[i];

		if (!o->blind.text[0] || b->nr_blind == GR_BLIND_MAX)
			continue;
		(void)snprintf(blind[b->nr_blind], sizeof(blind[0]), "%s%s: %s",
			       o->o.ops->name, o->open ? ", in part" : "",
			       o->blind.text);
		b->blind[b->nr_blind] = blind[b->nr_blind];
		b->nr_blind++;
	}
	gr_run_emit(run, &ev);
}

/* @place: of the cell, 64 bytes that live as long as it. */
static struct gr_ev_cell cell_of(const struct gr_case *c, char *place)
{
	struct gr_ev_cell cell = {.place = place};

	gr_case_place(c, place, 64);
	if (c->pin) {
		cell.pin = c->pin->name;
		cell.range = gr_shape_name(c->shape);
	}
	if (c->kind == GR_CASE_REFUSAL)
		cell.inv = GR_CELL_REFUSED;
	else if (c->inv)
		cell.inv = c->inv->name;
	return cell;
}

static void emit_plan(struct gr_run *run)
{
	for (size_t i = 0; i < run->plan->nr; i++) {
		const struct gr_case *c = &run->plan->cases[i];
		char place[64];
		struct gr_event ev = {
			.type = GR_EV_PLAN,
			.plan =
				{
					.name = c->name,
					.cell = cell_of(c, place),
					.known = c->known,
					.budget_ns = c->slice_ns + BUDGET_NS,
				},
		};

		gr_run_emit(run, &ev);
	}
}

static void emit_case_begin(struct gr_run *run, size_t i)
{
	struct gr_event ev = {
		.type = GR_EV_CASE_BEGIN,
		.case_begin =
			{
				.name = run->plan->cases[i].name,
				.index = (unsigned int)i + 1,
				.of = (unsigned int)run->plan->nr,
			},
	};

	gr_run_emit(run, &ev);
}

static void sum_errnos(struct gr_errno_count *sum,
		       const struct gr_errno_count *rows)
{
	uint64_t lost = 0;

	for (int i = 0; i < GR_ERRNOS_MAX; i++) {
		if (!rows[i].nr)
			continue;
		gr_errno_count_add(sum, &lost, rows[i].err);
		for (int j = 0; j < GR_ERRNOS_MAX; j++)
			if (sum[j].nr && sum[j].err == rows[i].err)
				sum[j].nr += rows[i].nr - 1;
	}
}

static void emit_case_end(struct gr_run *run, const struct gr_case *c,
			  const struct gr_result *res)
{
	const struct gr_facts *f = &res->facts;
	char place[64];
	struct gr_event ev = {
		.type = GR_EV_CASE_END,
		.case_end =
			{
				.name = c->name,
				.verdict = res->verdict,
				.reason = res->reason.text,
				.known = res->verdict == GR_KNOWN ? res->known
								  : NULL,
				.duration_ns = res->duration_ns,
				.iterations = f->inv.nr,
				.cell = cell_of(c, place),
				.figures = res->figures,
				.offsets = res->facts.offsets,
			},
	};

	for (uint32_t i = 0; i < f->nr_pinners; i++) {
		ev.case_end.attempts += f->pin[i].nr_attempts;
		ev.case_end.overlaps += f->pin[i].nr_overlaps;
		sum_errnos(ev.case_end.pins, f->pin[i].by_errno);
	}
	sum_errnos(ev.case_end.invs, f->inv.by_errno);
	gr_run_emit(run, &ev);
}

static void emit_spent(struct gr_run *run)
{
	struct gr_event ev = {
		.type = GR_EV_GUEST,
		.guest =
			{
				.state = GR_GUEST_SPENT,
				.text = "the kernel cannot be trusted after "
					"this finding",
			},
	};

	gr_run_emit(run, &ev);
}

static int emit_end(struct gr_run *run, const char *stopped)
{
	int status = gr_tally_exit(&run->tally, run->ctx->strict);
	struct gr_event ev = {
		.type = GR_EV_RUN_END,
		.run_end =
			{
				.tally = run->tally,
				.verdict = gr_tally_fold(&run->tally),
				.exit_status = status,
				.duration_ns = gr_now_ns() - run->begin_ns,
				.stopped = stopped,
			},
	};

	gr_run_emit(run, &ev);
	return status;
}

/* A case that needs no worker: its skip was found by the plan. */
static bool skip_case(struct gr_run *run, const struct gr_case *c,
		      struct gr_result *res)
{
	memset(res, 0, sizeof(*res));
	res->verdict = GR_SKIP;
	if (c->skip[0]) {
		gr_reason_set(&res->reason, "%s", c->skip);
		return true;
	}
	if (c->known && !run->ctx->in_guest && !run->ctx->allow_crash) {
		gr_reason_set(&res->reason,
			      "left out: known to kill this kernel (%s); "
			      "--allow-crash runs it",
			      c->known);
		return true;
	}
	return false;
}

static bool count_new(const struct gr_run *run, const struct gr_case *c,
		      const struct gr_result *res, struct gr_stop *stop,
		      unsigned int nr)
{
	bool enough = false;

	for (unsigned int i = 0; i < res->found.nr; i++)
		if (!gr_known_match(c, &res->found, &res->found.of[i],
				    run->known))
			enough |= gr_stop_add(stop, nr, &res->found.of[i]);
	return enough;
}

/* A keeper that was ended, or failed, may have left its file system mounted. */
static void tidy(const struct gr_run *run, const struct gr_result *res)
{
	if (!res->spent)
		gr_leftovers_undo(run->ctx, 1u << GR_CHANGE_MOUNT);
}

static int run_case(struct gr_run *run, size_t i, struct gr_result *res)
{
	const struct gr_case *c = &run->plan->cases[i];
	int ret = 0;

	emit_case_begin(run, i);
	if (!skip_case(run, c, res)) {
		ret = gr_supervise(run, c, res);
		tidy(run, res);
	}
	if (ret) {
		res->verdict = GR_BROKEN;
		gr_reason_set(&res->reason, "cannot start the case: %s",
			      strerror(-ret));
	}
	gr_tally_add(&run->tally, res->verdict);
	emit_case_end(run, c, res);
	return ret;
}

static void run_cases(struct gr_run *run, struct gr_result *res, char *why,
		      size_t len)
{
	struct gr_stop stop = {.is_off = run->plan->table};
	size_t i;

	why[0] = '\0';
	for (i = 0; i < run->plan->nr && !run->spent && !why[0]; i++) {
		(void)run_case(run, i, res); /* it is BROKEN then */
		run->spent = res->spent;
		if (count_new(run, &run->plan->cases[i], res, &stop,
			      (unsigned int)i))
			(void)gr_stop_reason(&stop, why, len);
		if (gr_run_interrupted(run))
			(void)snprintf(why, len, "interrupted by a signal");
	}
	run->tally.not_run = (unsigned int)(run->plan->nr - i);
	if (!run->spent)
		return;
	emit_spent(run);
	if (run->tally.not_run && !why[0])
		(void)snprintf(why, len,
			       "the kernel cannot be trusted any more");
}

static int run_plan(struct gr_run *run, struct gr_result *res)
{
	char why[GR_REASON_MAX];

	run->begin_ns = gr_now_ns();
	emit_begin(run);
	emit_plan(run);
	run_cases(run, res, why, sizeof(why));
	return emit_end(run, why);
}

int gr_run_all(struct gr_run *run, const struct gr_oracle_ops *const *oracles)
{
	struct gr_result *res = malloc(sizeof(*res));
	int status;

	if (!res) {
		gr_err(-ENOMEM, "cannot start the run");
		return GR_EXIT_BROKEN;
	}
	gr_oracles_open(run, oracles);
	if (run->ready && run->ready(run))
		status = GR_EXIT_BROKEN;
	else
		status = run_plan(run, res);
	gr_oracles_close(run);
	free(res);
	return status;
}
