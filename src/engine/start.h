/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The start of a race: two or three parties meet at a word of shared memory and
 * leave together. Who has a processor of his own spins; where there are fewer
 * processors than parties they sleep on a futex. Nobody waits for a party that
 * does not come: the leader opens the round in the end, and late comers start
 * at once.
 */
#ifndef GR_ENGINE_START_H
#define GR_ENGINE_START_H

#include <stdbool.h>
#include <stdint.h>

struct gr_start {
	uint32_t called; /* the round to which parties are asked */
	uint32_t open; /* the last round that was left; futex */
	uint32_t here; /* parties that have come to the round called */
	uint32_t nr; /* parties, the leader included */
	uint32_t sleeps; /* fewer processors than parties */
	const uint32_t *abort; /* not 0: nobody waits any more */
};

/**
 * gr_start_init() - nobody is asked yet.
 * @start:    memory that all parties share, at the same address.
 * @nr:       parties, the leader included.
 * @nr_cpus:  processors that they run on.
 * @abort:    a word that ends all waiting.
 */
void gr_start_init(struct gr_start *start, unsigned int nr,
		   unsigned int nr_cpus, const uint32_t *abort);

/** gr_start_call() - leader: ask the others to round @round, which is new. */
void gr_start_call(struct gr_start *start, uint32_t round);

/**
 * gr_start_called() - a party: is it asked to @round?
 *
 * Context: race windows too.
 */
static inline bool gr_start_called(const struct gr_start *start, uint32_t round)
{
	return __atomic_load_n(&start->called, __ATOMIC_ACQUIRE) == round;
}

/**
 * gr_start_meet() - a party that was asked: wait until all are there.
 *
 * Context: race window.
 * Return: true they are; false the round was open already (it is late), or the
 *         race is over.
 */
bool gr_start_meet(struct gr_start *start, uint32_t round);

/**
 * gr_start_lead() - the same for the leader, who waits so long at the most.
 * @limit: ticks.
 *
 * Return: true all were there.
 */
bool gr_start_lead(struct gr_start *start, uint32_t round, uint64_t limit);

#endif /* GR_ENGINE_START_H */
