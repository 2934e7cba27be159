/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What invalidators share: those that go through libndctl, those of files, and
 * those that a pinner carries out itself.
 */
#ifndef GR_INVALIDATE_INTERNAL_H
#define GR_INVALIDATE_INTERNAL_H

#include "core/invalidate.h"
#include "sys/nd.h"

/* Private state of an invalidator on a namespace. */
struct gr_inv_nd {
	struct gr_nd *nd;
	struct gr_nd_info before; /* the namespace as it was acquired */
};

/** gr_inv_nd_setup() - setup(): a context, and what the namespace is like. */
int gr_inv_nd_setup(const struct gr_ctx *ctx, struct gr_invalidate *inv);

/** gr_inv_nd_teardown() - teardown(). */
void gr_inv_nd_teardown(struct gr_invalidate *inv);

/** gr_inv_nd_recreate() - restore(): the same mode, map and alignment again. */
int gr_inv_nd_recreate(struct gr_invalidate *inv);

/**
 * gr_inv_file_setup() - setup() of one that changes the target's file by its path
 * and needs nothing of its own.
 *
 * Errors: -ENODEV the target has no file; reported.
 */
int gr_inv_file_setup(const struct gr_ctx *ctx, struct gr_invalidate *inv);

/** gr_inv_file_restore() - restore(): nothing, attach() makes the file anew. */
int gr_inv_file_restore(struct gr_invalidate *inv);

/** gr_inv_file_teardown() - teardown(): nothing was kept. */
void gr_inv_file_teardown(struct gr_invalidate *inv);

/** gr_inv_own_setup() - setup() of one that has nothing to prepare. */
int gr_inv_own_setup(const struct gr_ctx *ctx, struct gr_invalidate *inv);

/** gr_inv_own_restore() - restore(): there is nothing to undo. */
int gr_inv_own_restore(struct gr_invalidate *inv);

/** gr_inv_own_teardown() - teardown(): nothing was kept. */
void gr_inv_own_teardown(struct gr_invalidate *inv);

/**
 * gr_inv_await_end() - wait until the victim has ended, for as long as it takes,
 * and reap it.
 * @signal: by which it has to end; 0 = by exit, with status 0.
 *
 * Context: the victim's parent; race window.
 * Return: 0, -ECHILD it ended in another way, or there was none.
 */
int gr_inv_await_end(struct gr_victim *victim, int signal);

/* What any teardown of a pgmap may answer. */
#define GR_EXPECT_TEARDOWN                                   \
	{0, GR_EXPECT_LEGAL, "it is gone"},                  \
	{                                                    \
		EBUSY, GR_EXPECT_LEGAL_WHILE_PINNED,         \
			"somebody has the block device open" \
	}

#endif /* GR_INVALIDATE_INTERNAL_H */
