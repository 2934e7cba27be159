/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a run, or one that was killed before it, has left on this machine:
 * sys/changes.h, seen from the supervisor.
 */
#ifndef GR_ENGINE_LEFTOVERS_H
#define GR_ENGINE_LEFTOVERS_H

#include "core/ctx.h"

/** gr_leftovers_tell() - say in one sentence what a killed run has left. */
void gr_leftovers_tell(void);

/**
 * gr_leftovers_undo() - take back what this run has not undone yet.
 * @kinds: 1 << enum gr_change_kind, or GR_UNDO_ALL.
 *
 * Done by a worker, since it may block on a device; waits 10 s for it, and says
 * what could not be done.
 */
void gr_leftovers_undo(const struct gr_ctx *ctx, unsigned int kinds);

#endif /* GR_ENGINE_LEFTOVERS_H */
