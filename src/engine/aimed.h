/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Aimed races: what the keeper, pinners and whoever invalidates do so that the
 * pin of an iteration begins where the aim (engine/aim.h) wants it. Pinners go
 * on pinning before and after that one, so that no part of the invalidation is
 * without a pin.
 *
 * The first iteration of a race is not aimed: it tells how long both sides take.
 */
#ifndef GR_ENGINE_AIMED_H
#define GR_ENGINE_AIMED_H

#include <stdbool.h>
#include <stdint.h>

#include "core/ctx.h"
#include "core/facts.h"
#include "core/invalidate.h"
#include "core/pin.h"
#include "engine/aim.h"
#include "engine/attempt.h"
#include "engine/grip.h"
#include "engine/start.h"

struct gr_stage;

/* Pins that a loop begins before it may be met by an invalidation. */
#define GR_BEGUN_MIN 8

/* Written by one pinner; ticks. */
struct gr_aimed_pin {
	uint32_t iteration; /* of begin, end and ret; written last */
	uint64_t begin;
	uint64_t end;
	int64_t ret;
	uint64_t slow; /* times that gup-fast left it to the slow path */
	uint64_t loop_ticks; /* what the first pins of a loop took, each */
};

/* On the stage. */
struct gr_aimed {
	struct gr_start start;
	double ticks_per_us;
	uint32_t armed; /* iteration that is aimed */
	uint64_t inv_delay; /* ticks after the start */
	uint64_t pin_delay[GR_PINNERS_MAX];
	uint64_t pin_ticks; /* a pin takes about this; 0 = not known */
	/* counts of fallbacks, by an oracle; NULL = nobody counts */
	const uint64_t *slow[GR_PINNERS_MAX];
	uint64_t inv_begin; /* of the current iteration; ticks */
	uint64_t inv_end;
	struct gr_aimed_pin pin[GR_PINNERS_MAX];
};

/* The keeper's: an aim for each pinner. */
struct gr_aimer {
	struct gr_stage *st;
	struct gr_aim aim[GR_PINNERS_MAX];
};

/** gr_aimer_init() - keeper, once: before the first iteration of a race. */
void gr_aimer_init(struct gr_aimer *aimer, struct gr_stage *st);

/**
 * gr_aimer_arm() - keeper: choose the offsets of the iteration that begins.
 *
 * Context: pinners wait for the next step.
 */
void gr_aimer_arm(struct gr_aimer *aimer);

/** gr_aimer_learn() - keeper: the iteration is over, and pinners are quiet. */
void gr_aimer_learn(struct gr_aimer *aimer);

/**
 * gr_aimed_wait_begun() - keeper: until each TRANSIENT loop has begun
 * GR_BEGUN_MIN pins.
 * @before: attempts of each pinner when the step began.
 *
 * Return: 0 or -ECANCELED.
 */
int gr_aimed_wait_begun(struct gr_stage *st, const uint64_t *before);

/**
 * gr_aimed_invalidate() - who invalidates: meet the pinners where the iteration
 * is aimed, and call gr_invalidate_timed() at its time.
 *
 * Context: race window.
 */
void gr_aimed_invalidate(struct gr_stage *st, struct gr_invalidate *inv);

/**
 * gr_aimed_loop() - pinner: pin again and again until the step is over, one of
 * them where it was aimed.
 * @index: of the pinner.
 *
 * Context: race window.
 */
void gr_aimed_loop(struct gr_stage *st, unsigned int index,
		   struct gr_grip *grip, const struct gr_attempt_facts *race);

#endif /* GR_ENGINE_AIMED_H */
