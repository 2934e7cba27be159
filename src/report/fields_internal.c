// SPDX-License-Identifier: GPL-2.0-only
#include "report/internal.h"

/* clang-format off: a table */
#define EV(member) offsetof(struct gr_event, member)
#define FD(member) offsetof(struct gr_finding, member)
#define FD_SIZE(member) sizeof(((struct gr_finding *)0)->member)
#define END                                 \
	{                                   \
		NULL, GR_FIELD_STR, 0, 0, 0 \
	}

static const struct gr_field run_begin[] = {
	{"version", GR_FIELD_STR, EV(run_begin.version), 0, 0},
	{"scenarios", GR_FIELD_STR, EV(run_begin.scenarios), 0, 0},
	{"release", GR_FIELD_STR, EV(run_begin.release), 0, 0},
	{"machine", GR_FIELD_STR, EV(run_begin.machine), 0, 0},
	{"seed", GR_FIELD_SEED, EV(run_begin.seed), 0, 0},
	{"strict", GR_FIELD_BOOL, EV(run_begin.strict), 0, 0},
	{"table", GR_FIELD_BOOL, EV(run_begin.table), 0, 0},
	{"nr_cases", GR_FIELD_UINT, EV(run_begin.nr_cases), 0, 0},
	{"known", GR_FIELD_STRS, EV(run_begin.known), GR_KNOWN_HERE_MAX,
	 EV(run_begin.nr_known)},
	{"blind", GR_FIELD_STRS, EV(run_begin.blind), GR_BLIND_MAX,
	 EV(run_begin.nr_blind)},
	END,
};

static const struct gr_field plan[] = {
	{"case", GR_FIELD_STR, EV(plan.name), 0, 0},
	{"place", GR_FIELD_OPT_STR, EV(plan.cell.place), 0, 0},
	{"pin", GR_FIELD_OPT_STR, EV(plan.cell.pin), 0, 0},
	{"invalidator", GR_FIELD_OPT_STR, EV(plan.cell.inv), 0, 0},
	{"range", GR_FIELD_OPT_STR, EV(plan.cell.range), 0, 0},
	{"known", GR_FIELD_OPT_STR, EV(plan.known), 0, 0},
	{"budget_ns", GR_FIELD_U64, EV(plan.budget_ns), 0, 0},
	END,
};

static const struct gr_field case_begin[] = {
	{"case", GR_FIELD_STR, EV(case_begin.name), 0, 0},
	{"index", GR_FIELD_UINT, EV(case_begin.index), 0, 0},
	{"of", GR_FIELD_UINT, EV(case_begin.of), 0, 0},
	END,
};

static const struct gr_field op[] = {
	{"case", GR_FIELD_STR, EV(op.name), 0, 0},
	{"op", GR_FIELD_STR, EV(op.op), 0, 0},
	{"namespace", GR_FIELD_STR, EV(op.ns), 0, 0},
	{"pin", GR_FIELD_STR, EV(op.pin), 0, 0},
	{"pin_held", GR_FIELD_BOOL, EV(op.pin_held), 0, 0},
	END,
};

static const struct gr_field finding[] = {
	{"case", GR_FIELD_STR, EV(finding.name), 0, 0},
	{"namespace", GR_FIELD_STR, EV(finding.ns), 0, 0},
	{"pin", GR_FIELD_STR, EV(finding.pin), 0, 0},
	{"invalidator", GR_FIELD_STR, EV(finding.inv), 0, 0},
	{"op", GR_FIELD_STR, EV(finding.op), 0, 0},
	{"known", GR_FIELD_OPT_STR, EV(finding.known), 0, 0},
	{"cause", GR_FIELD_OPT_STR, EV(finding.cause), 0, 0},
	{"aimed", GR_FIELD_OPT_AIMED, EV(finding.aimed), 0, 0},
	END,
};

static const struct gr_field finding_itself[] = {
	{"class", GR_FIELD_CLASS, FD(class), 0, 0},
	{"signature", GR_FIELD_TEXT, FD(signature), FD_SIZE(signature), 0},
	{"oracle", GR_FIELD_TEXT, FD(oracle), FD_SIZE(oracle), 0},
	{"hang", GR_FIELD_BOOL, FD(hang), 0, 0},
	{"spends_kernel", GR_FIELD_BOOL, FD(spends_kernel), 0, 0},
	{"pin_in_flight", GR_FIELD_BOOL, FD(pin_in_flight), 0, 0},
	{"gone_page", GR_FIELD_BOOL, FD(gone_page), 0, 0},
	{"where", GR_FIELD_TEXT, FD(where), FD_SIZE(where), 0},
	{"summary", GR_FIELD_TEXT, FD(summary), FD_SIZE(summary), 0},
	{"evidence", GR_FIELD_TEXT, FD(evidence), FD_SIZE(evidence), 0},
	END,
};

static const struct gr_field case_end[] = {
	{"case", GR_FIELD_STR, EV(case_end.name), 0, 0},
	{"verdict", GR_FIELD_VERDICT, EV(case_end.verdict), 0, 0},
	{"reason", GR_FIELD_STR, EV(case_end.reason), 0, 0},
	{"known", GR_FIELD_OPT_STR, EV(case_end.known), 0, 0},
	{"duration_ns", GR_FIELD_U64, EV(case_end.duration_ns), 0, 0},
	{"iterations", GR_FIELD_U64, EV(case_end.iterations), 0, 0},
	{"attempts", GR_FIELD_U64, EV(case_end.attempts), 0, 0},
	{"overlaps", GR_FIELD_U64, EV(case_end.overlaps), 0, 0},
	{"pins", GR_FIELD_COUNTS, EV(case_end.pins), 0, 0},
	{"invalidations", GR_FIELD_COUNTS, EV(case_end.invs), 0, 0},
	{"place", GR_FIELD_OPT_STR, EV(case_end.cell.place), 0, 0},
	{"pin", GR_FIELD_OPT_STR, EV(case_end.cell.pin), 0, 0},
	{"invalidator", GR_FIELD_OPT_STR, EV(case_end.cell.inv), 0, 0},
	{"range", GR_FIELD_OPT_STR, EV(case_end.cell.range), 0, 0},
	{"nr_samples", GR_FIELD_U64, EV(case_end.figures.nr_samples), 0, 0},
	{"sample_ns", GR_FIELD_U64, EV(case_end.figures.sample_ns), 0, 0},
	{"nr_fast", GR_FIELD_U64, EV(case_end.figures.nr_fast), 0, 0},
	{"nr_fallback", GR_FIELD_U64, EV(case_end.figures.nr_fallback), 0, 0},
	{"faults_pte", GR_FIELD_U64, EV(case_end.figures.faults[0]), 0, 0},
	{"faults_pmd", GR_FIELD_U64, EV(case_end.figures.faults[1]), 0, 0},
	{"faults_pud", GR_FIELD_U64, EV(case_end.figures.faults[2]), 0, 0},
	{"nr_freed", GR_FIELD_U64, EV(case_end.figures.nr_freed), 0, 0},
	{"nr_reused", GR_FIELD_U64, EV(case_end.figures.nr_reused), 0, 0},
	{"nr_verified", GR_FIELD_U64, EV(case_end.figures.nr_verified), 0, 0},
	{"offsets", GR_FIELD_OPT_OFFSETS, EV(case_end.offsets), 0, 0},
	END,
};

static const struct gr_field note[] = {
	{"text", GR_FIELD_STR, EV(note), 0, 0},
	END,
};

static const struct gr_field guest[] = {
	{"state", GR_FIELD_GUEST_STATE, EV(guest.state), 0, 0},
	{"nr", GR_FIELD_UINT, EV(guest.nr), 0, 0},
	{"text", GR_FIELD_STR, EV(guest.text), 0, 0},
	END,
};

static const struct gr_field run_end[] = {
	{"verdict", GR_FIELD_VERDICT, EV(run_end.verdict), 0, 0},
	{"exit_status", GR_FIELD_INT, EV(run_end.exit_status), 0, 0},
	{"duration_ns", GR_FIELD_U64, EV(run_end.duration_ns), 0, 0},
	{"stopped", GR_FIELD_STR, EV(run_end.stopped), 0, 0},
	{"tally", GR_FIELD_TALLY, EV(run_end.tally), 0, 0},
	END,
};
/* clang-format on */

static const struct gr_field *const fields[] = {
	[GR_EV_RUN_BEGIN] = run_begin,
	[GR_EV_PLAN] = plan,
	[GR_EV_CASE_BEGIN] = case_begin,
	[GR_EV_OP] = op,
	[GR_EV_FINDING] = finding,
	[GR_EV_CASE_END] = case_end,
	[GR_EV_NOTE] = note,
	[GR_EV_GUEST] = guest,
	[GR_EV_RUN_END] = run_end,
};

_Static_assert(sizeof(fields) / sizeof(fields[0]) == GR_NR_EVENTS,
	       "each event has its fields");

const struct gr_field *gr_event_fields(enum gr_event_type type)
{
	return fields[type];
}

const struct gr_field *gr_finding_fields(void)
{
	return finding_itself;
}
