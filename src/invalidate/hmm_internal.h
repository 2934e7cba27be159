/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What invalidators share that move pages of a mapping: the requests to the device
 * that mirrors it, and whether the page that is pinned has moved.
 */
#ifndef GR_INVALIDATE_HMM_INTERNAL_H
#define GR_INVALIDATE_HMM_INTERNAL_H

#include <stdint.h>

#include "invalidate/internal.h"
#include "sys/dmirror.h"

/* One round is over too soon for a pin to meet it. */
#define GR_INV_ROUNDS 8

/**
 * gr_inv_ask() - a request to the device, for the page that is pinned and the next
 * one.
 *
 * Context: race window. Return: 0 or -errno, as gr_dmirror_do().
 */
int gr_inv_ask(const struct gr_invalidate *inv, enum gr_dmirror_op op);

/**
 * gr_inv_page() - the number of the page that is mapped where it is pinned; 0 = none,
 * or it is not told.
 *
 * Context: race window.
 */
uint64_t gr_inv_page(const struct gr_invalidate *inv);

/**
 * gr_inv_moved() - is it another one than @before? One that is pinned must not be.
 *
 * Return: 0 it is, -EBUSY it is not.
 */
int gr_inv_moved(const struct gr_invalidate *inv, uint64_t before);

/**
 * gr_inv_two_nodes() - probe(): pages move between nodes of memory.
 *
 * Errors: -ENODEV there is one node.
 */
int gr_inv_two_nodes(const struct gr_ctx *ctx, struct gr_reason *why);

#endif /* GR_INVALIDATE_HMM_INTERNAL_H */
