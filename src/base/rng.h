/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Seeded random numbers: one seed decides everything that is decided by
 * chance, so that a run can be repeated.
 */
#ifndef GR_BASE_RNG_H
#define GR_BASE_RNG_H

#include <stdint.h>

struct gr_rng {
	uint64_t state;
};

/**
 * gr_rng_init() - start a stream.
 * @rng:    caller's storage.
 * @seed:   the run's seed.
 * @stream: which of the independent streams of @seed (case id, worker, ...).
 */
void gr_rng_init(struct gr_rng *rng, uint64_t seed, uint64_t stream);

/**
 * gr_rng_next() - the next 64 random bits.
 *
 * Context: any, race windows included.
 * Source: splitmix64 (S. Vigna, public domain algorithm).
 */
uint64_t gr_rng_next(struct gr_rng *rng);

/**
 * gr_rng_below() - a number in [0, @limit).
 * @limit: 0 gives 0.
 */
uint64_t gr_rng_below(struct gr_rng *rng, uint64_t limit);

#endif /* GR_BASE_RNG_H */
