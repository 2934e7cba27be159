/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The victim: a child of a pinner that takes the grip and pins in its stead, one
 * for each iteration, so that an invalidator can end the process that pins. What
 * it sees goes into the pinner's facts, which are shared, so that nothing is lost
 * with it.
 */
#ifndef GR_ENGINE_VICTIM_H
#define GR_ENGINE_VICTIM_H

#include "core/invalidate.h"
#include "engine/attempt.h"
#include "engine/grip.h"
#include "engine/stage.h"

struct gr_victim_words; /* shared with the victim */

struct gr_victim_seat {
	struct gr_stage *st;
	struct gr_worker *w; /* the pinner's */
	struct gr_grip *grip; /* the victim takes a copy of it */
	struct gr_attempt_facts race;
	struct gr_pin_facts *facts;
	struct gr_victim_words *words;
};

/**
 * gr_victim_init() - no victim yet.
 * @seat: all but words is set.
 *
 * Return: 0 or -ENOMEM. Undone by gr_victim_fini().
 */
int gr_victim_init(struct gr_victim_seat *seat);

/** gr_victim_fini() - legal after a failed gr_victim_init(). */
void gr_victim_fini(struct gr_victim_seat *seat);

/** gr_victim_handle() - what an invalidator is given to end it by. */
struct gr_victim *gr_victim_handle(struct gr_victim_seat *seat);

/**
 * gr_victim_start() - make one, and wait until it has its grip.
 *
 * Return: 0, -ECANCELED the case is aborted, or -errno, reported.
 */
int gr_victim_start(struct gr_victim_seat *seat);

/**
 * gr_victim_pin() - let it pin: once, and hold, or again and again.
 *
 * Return: 0 it holds, or has begun; -ECANCELED; -ECHILD it ended by itself,
 *         reported.
 */
int gr_victim_pin(struct gr_victim_seat *seat);

/**
 * gr_victim_doomed() - its end is about to begin, which is the only unpin that a
 * held pin of it will get.
 */
void gr_victim_doomed(struct gr_victim_seat *seat);

/**
 * gr_victim_bury() - it is dead: make an end of it if it is not, and count what
 * it held or was about to pin when it died.
 *
 * Return: 0, or -ETIMEDOUT it cannot be ended, reported.
 */
int gr_victim_bury(struct gr_victim_seat *seat);

#endif /* GR_ENGINE_VICTIM_H */
