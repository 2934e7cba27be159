/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A grip: a worker's mapping of the target, and a pin set up on a part of it.
 */
#ifndef GR_ENGINE_GRIP_H
#define GR_ENGINE_GRIP_H

#include <stdbool.h>
#include <sys/uio.h>

#include "core/case.h"
#include "core/ctx.h"
#include "core/facts.h"
#include "core/pin.h"
#include "core/target.h"

struct gr_grip {
	const struct gr_ctx *ctx;
	const struct gr_case *c;
	const struct gr_target *target; /* acquired */
	struct gr_pin_facts *facts; /* where the mapping is written down */
	struct gr_mapping map;
	struct gr_pin pin;
	char *ordinary; /* one page of ordinary memory */
	struct iovec iov[GR_PIN_IOV_MAX]; /* what to pin, by the case's shape */
	int nr_iov;
	char *untouched; /* never faulted in; NULL = there is none */
};

/**
 * gr_grip_init() - caller's storage; nothing is mapped yet.
 *
 * Return: 0 or -ENOMEM. Undone by gr_grip_fini().
 */
int gr_grip_init(struct gr_grip *grip, const struct gr_ctx *ctx,
		 const struct gr_case *c, const struct gr_target *target,
		 struct gr_pin_facts *facts);

/** gr_grip_fini() - free the memory; what is mapped stays mapped. */
void gr_grip_fini(struct gr_grip *grip);

/**
 * gr_grip_take() - map, fault in what will be pinned, set the pin up.
 *
 * Return: 0 or -errno, reported.
 */
int gr_grip_take(struct gr_grip *grip);

/**
 * gr_grip_forget() - zap the leaves that will be pinned: the next access, or
 * the next pin, has to fault them in again.
 *
 * Context: between pins; one system call for each piece.
 * Return: 0 or -errno, not reported.
 * Source: madvise(2), MADV_DONTNEED.
 */
int gr_grip_forget(const struct gr_grip *grip);

/**
 * gr_grip_place() - have what will be pinned taken by the target's device again; 0
 * of targets whose memory does not move.
 *
 * Context: between pins; one system call for each piece.
 * Return: 0 or -errno, not reported: -EBUSY not all of it could be had.
 */
int gr_grip_place(const struct gr_grip *grip);

/**
 * gr_grip_unmap() - unmap and close what was mapped, and keep what is pinned; 0
 * where it is so already.
 *
 * Return: 0 or -errno, reported.
 */
int gr_grip_unmap(struct gr_grip *grip);

/**
 * gr_grip_drop() - undo gr_grip_take(), unmapped or not.
 *
 * Return: 0 or -errno of the unmap, reported.
 */
int gr_grip_drop(struct gr_grip *grip);

#endif /* GR_ENGINE_GRIP_H */
