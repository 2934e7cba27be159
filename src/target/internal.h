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
 * gr_target_ns_bytes() - what a namespace must have at least to hold @spec.
 *
 * Of struct pages that lie in it nothing is counted: that depends on its size.
 */
uint64_t gr_target_ns_bytes(const struct gr_target_spec *spec);

/**
 * gr_target_acquire_ns() - pick a namespace for @spec and give it a mode.
 * @spec: t->spec, or what a namespace takes that holds it.
 *
 * Picks the smallest one handed over that is large enough; one that already is
 * as it should be is taken as it is. Fills t's names but not t->dev, t->size.
 * Return: 0, -ENODEV none fits (reported with the sizes), or what the kernel
 *         says to the new mode.
 */
int gr_target_acquire_ns(const struct gr_ctx *ctx, struct gr_target *t,
			 const struct gr_target_spec *spec,
			 enum gr_nd_mode mode);

/**
 * gr_target_attach_node() - attach() of a target with one node.
 * @mode: that it must have; GR_ND_DEVDAX has a character device, the others a
 *        block device.
 *
 * Fills t's names, t->dev, t->size and what is whole, and waits for the node.
 * Return: 0, -ENODEV it is gone, disabled, or has no such device; reported.
 */
int gr_target_attach_node(struct gr_target *t, enum gr_nd_mode mode);

/** Nodes come from devtmpfs; a slow guest needs some time. Nanoseconds. */
#define GR_TARGET_NODE_TIMEOUT_NS (5ull * 1000 * 1000 * 1000)

#endif /* GR_TARGET_INTERNAL_H */
