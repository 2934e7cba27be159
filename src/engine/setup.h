/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a run sets up once, and puts back: the block devices at the other end of
 * O_DIRECT I/O, and the guards of the namespaces.
 */
#ifndef GR_ENGINE_SETUP_H
#define GR_ENGINE_SETUP_H

#include "core/ctx.h"
#include "core/plan.h"
#include "core/reason.h"

/**
 * gr_setup() - fill @ctx: run, release, in_guest, sink, store.
 *
 * Without null_blk the sink and the store stay "", and the pins that need them
 * SKIP. Nothing is made without root.
 */
void gr_setup(struct gr_ctx *ctx);

/**
 * gr_setup_guards() - may every namespace that was handed over be used?
 * @why: filled with the first refusal.
 *
 * Return: 0, or -EBUSY, -EPERM, -ENODEV, and -ENXIO when the machine has no
 * nvdimm bus at all, with @why.
 */
int gr_setup_guards(const struct gr_ctx *ctx, struct gr_reason *why);

/**
 * gr_setup_targets() - load the drivers of all targets of the plan.
 *
 * Context: a guest, which others will be copied from: none of them has to then.
 */
void gr_setup_targets(const struct gr_plan *plan);

/**
 * gr_setup_undo() - take back what gr_setup() made, and what workers that were
 * ended have left behind.
 */
void gr_setup_undo(struct gr_ctx *ctx);

#endif /* GR_ENGINE_SETUP_H */
