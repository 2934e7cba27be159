/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What can run here: the needs of plug-ins held against this machine.
 */
#ifndef GR_ENGINE_PROBE_H
#define GR_ENGINE_PROBE_H

#include <stdbool.h>

#include "core/check.h"
#include "core/ctx.h"
#include "core/invalidate.h"
#include "core/oracle.h"
#include "core/pin.h"
#include "core/plan.h"
#include "core/target.h"

/**
 * gr_probe_needs() - is every need met?
 * @why: filled when one is not; names it.
 *
 * Return: 0, -ENODEV one is not met, -EPERM it needs root or a guest.
 */
int gr_probe_needs(const struct gr_ctx *ctx, const struct gr_needs *needs,
		   struct gr_reason *why);

/*
 * gr_probe_KIND() - can this plug-in run here?
 * Return: 0, GR_PIN_REFUSED (pins), or -errno with @why.
 */
int gr_probe_target(const struct gr_ctx *ctx, const struct gr_target_ops *ops,
		    const struct gr_target_spec *spec, struct gr_reason *why);
int gr_probe_pin(const struct gr_ctx *ctx, const struct gr_pin_ops *ops,
		 struct gr_reason *why);
int gr_probe_invalidate(const struct gr_ctx *ctx,
			const struct gr_invalidate_ops *ops,
			struct gr_reason *why);
int gr_probe_check(const struct gr_ctx *ctx, const struct gr_check_ops *ops,
		   struct gr_reason *why);

struct gr_answer;

/* What was asked before: a plan asks the same for hundreds of its cases. */
struct gr_answers {
	const struct gr_ctx *ctx;
	struct gr_answer *list;
	size_t nr;
};

/**
 * gr_prober_init() - the plan's questions answered by the calls above, each of
 * them asked once.
 * @answers: kept there; to be freed by gr_answers_fini(), @prober is of no use
 *           then.
 * @ctx:     stays the caller's.
 */
void gr_prober_init(struct gr_prober *prober, struct gr_answers *answers,
		    const struct gr_ctx *ctx);

/** gr_answers_fini() - free what it holds; the struct is the caller's. */
void gr_answers_fini(struct gr_answers *answers);

#endif /* GR_ENGINE_PROBE_H */
