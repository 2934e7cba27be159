/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the targets on nvdimm namespaces share.
 */
#ifndef GR_TARGET_INTERNAL_H
#define GR_TARGET_INTERNAL_H

#include "core/ctx.h"
#include "core/target.h"
#include "sys/nd.h"

/** gr_target_probe_ns() - probe() of a target on a namespace. */
int gr_target_probe_ns(const struct gr_ctx *ctx,
		       const struct gr_target_spec *spec,
		       struct gr_reason *why);

/**
 * gr_target_acquire_ns() - pick a namespace for t->spec and give it a mode.
 *
 * Picks the smallest one handed over that is large enough; one that already is
 * as it should be is taken as it is. Fills t's names but not t->dev, t->size.
 * Return: 0, -ENODEV none fits (reported with the sizes), or what the kernel
 *         says to the new mode.
 */
int gr_target_acquire_ns(const struct gr_ctx *ctx, struct gr_target *t,
			 enum gr_nd_mode mode);

/**
 * gr_target_refresh() - read t's names again from libndctl.
 * @info: filled; the caller takes from it what its mode has.
 *
 * Return: 0, -ENODEV it is gone or disabled.
 */
int gr_target_refresh(struct gr_target *t, struct gr_nd_info *info);

/** Nodes come from devtmpfs; a slow guest needs some time. Nanoseconds. */
#define GR_TARGET_NODE_TIMEOUT_NS (5ull * 1000 * 1000 * 1000)

#endif /* GR_TARGET_INTERNAL_H */
