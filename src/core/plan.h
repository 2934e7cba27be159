/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The plan: all cases of a run in the order in which they are run. Cases that
 * are expected to meet a known bug go last, since they may spend the kernel,
 * and only one of each pair and alignment is kept.
 */
#ifndef GR_CORE_PLAN_H
#define GR_CORE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/case.h"
#include "core/scenario.h"

/* What the plan asks of the machine; the engine answers. */
struct gr_prober {
	void *arg;
	/* Return: 0 it can run, GR_PIN_REFUSED, or -errno with @why. */
	int (*target)(void *arg, const struct gr_target_ops *ops,
		      const struct gr_target_spec *spec, struct gr_reason *why);
	int (*pin)(void *arg, const struct gr_pin_ops *ops,
		   struct gr_reason *why);
	int (*inv)(void *arg, const struct gr_invalidate_ops *ops,
		   struct gr_reason *why);
	int (*check)(void *arg, const struct gr_check_ops *ops,
		     struct gr_reason *why);
	uint64_t known; /* entries that the kernel has, gr_known_probe() */
};

/* What the person picked; NULL-terminated lists, NULL = all. */
struct gr_filter {
	const struct gr_target_ops *const *targets;
	const struct gr_pin_ops *const *pins;
	const struct gr_invalidate_ops *const *invs;
	const char *const *cases; /* names or glob(7) patterns */
	uint64_t align; /* bytes; 0 = all */
	unsigned int file_systems; /* 1 << enum gr_fs; 0 = all */
	uint64_t slice_ns; /* of each case; 0 = as the scenario says */
};

struct gr_plan {
	struct gr_case *cases;
	size_t nr;
	bool table; /* a scenario asks for a table of pairs */
	/* what the scenarios take about: the times they name, else slices */
	uint64_t nominal_ns;
};

/**
 * gr_plan_add() - expand one scenario.
 * @plan: zeroed before the first call.
 *
 * Return: 0 or -ENOMEM (reported).
 */
int gr_plan_add(struct gr_plan *plan, const struct gr_scenario *scenario,
		const struct gr_filter *filter, const struct gr_prober *prober);

/**
 * gr_plan_finish() - order the cases and drop the repeated ones of pairs that
 * are known to spend the kernel.
 * @time_ns: scale all slices so that the run takes about this; 0 = as they are.
 */
void gr_plan_finish(struct gr_plan *plan, uint64_t time_ns);

/**
 * gr_plan_keep() - drop all cases but the named ones; the order stays.
 * @names: NULL at the end; names that the plan does not have are passed over.
 *
 * Context: after gr_plan_finish(): slices and the choice among the repeated ones
 * stay those of the whole plan.
 */
void gr_plan_keep(struct gr_plan *plan, const char *const *names);

/** gr_plan_fini() - free what it holds; the struct is the caller's. */
void gr_plan_fini(struct gr_plan *plan);

#endif /* GR_CORE_PLAN_H */
