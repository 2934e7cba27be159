/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guards: may guprace take this namespace? Asked before each act that
 * disables a namespace or changes what it holds.
 */
#ifndef GR_ENGINE_GUARD_H
#define GR_ENGINE_GUARD_H

#include <stdbool.h>

#include "core/ctx.h"
#include "core/reason.h"
#include "sys/block.h"
#include "sys/nd.h"

/* "host": the guards of a host are asked in a guest as well. */
#define GR_GUARDS_ENV "GUPRACE_GUARDS"

/* All that a decision is made of. */
struct gr_guard_facts {
	const char *ns; /* "namespaceX.Y" */
	bool is_named; /* by the person, not by "all" or by default */
	bool is_forced; /* --force */
	bool is_sysram; /* a devdax that the kernel uses as memory */
	bool is_hidden; /* disabled: what it holds cannot be looked at */
	bool is_ours; /* in the journal */
	struct gr_block_use use;
	char signature[64]; /* "" = none */
};

/**
 * gr_guard_decide() - the decision alone, without looking at the machine.
 * @why: the sentence of a refusal; may be NULL.
 *
 * Every refusal is overridden by a namespace that is named together with
 * --force, by nothing else.
 *
 * Context: any; pure.
 * Return: 0; -EBUSY in use; -EPERM it holds something or is not ours.
 */
int gr_guard_decide(const struct gr_guard_facts *facts, struct gr_reason *why);

/**
 * gr_guard_check() - look at a namespace and decide.
 * @ctx: in_guest: everything there is ours (unless GUPRACE_GUARDS=host);
 *       ns[]: the names that were given; force.
 * @ns:  "namespaceX.Y".
 * @why: the sentence of a refusal; may be NULL.
 *
 * Only reads. Between the answer and the act another program may mount it:
 * ask just before the act.
 *
 * Context: ordinary processes.
 * Return: 0, or as gr_guard_decide(); -ENODEV no such namespace; -EIO it could
 *         not be looked at, which is a refusal, too. Not reported: @why is.
 */
int gr_guard_check(const struct gr_ctx *ctx, struct gr_nd *nd, const char *ns,
		   struct gr_reason *why);

#endif /* GR_ENGINE_GUARD_H */
