/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Start offsets of a race and what came of them: a histogram that grows with
 * what it is given, in place, so that it can be written from a race and lie in
 * shared memory. Plain data.
 *
 * The offset is the begin of the pin minus the begin of the invalidation: below
 * 0 the pin began first.
 */
#ifndef GR_CORE_OFFSETS_H
#define GR_CORE_OFFSETS_H

#include <stddef.h>
#include <stdint.h>

#define GR_OFFSET_BINS 32 /* half of them below 0 */
#define GR_OUTCOMES_MAX 8
#define GR_OUTCOME_TEXT 32

/* What can come of one pin, as far as one that was aimed can see it. */
struct gr_outcome {
	int32_t err; /* positive errno; 0 = it got pages */
	uint32_t slow; /* gup-fast left it to the slow path */
	uint32_t late; /* it, or the invalidation, took unusually long */
};

struct gr_offset_bin {
	uint64_t by_outcome[GR_OUTCOMES_MAX];
};

struct gr_offsets {
	uint64_t nr; /* pins that were aimed */
	uint64_t nr_met; /* of these, in flight while the invalidation was */
	uint64_t pin_ns; /* what a pin took, the median of the last ones */
	uint64_t inv_ns; /* the same of the invalidation */
	uint64_t bin_ns; /* width of a bin; a power of 2; 0 = none yet */
	uint32_t nr_outcomes; /* rows of outcome[] that are in use */
	struct gr_outcome outcome[GR_OUTCOMES_MAX]; /* last row: all others */
	struct gr_offset_bin bin[GR_OFFSET_BINS];
	uint32_t has_focus;
	int64_t focus_ns; /* where outcomes change most */
};

/**
 * gr_offsets_outcome() - the row of @what; a new one where there is room.
 *
 * Return: below GR_OUTCOMES_MAX.
 */
unsigned int gr_offsets_outcome(struct gr_offsets *offsets,
				const struct gr_outcome *what);

/**
 * gr_offsets_add() - count one pin.
 * @outcome: of gr_offsets_outcome().
 *
 * Bins become twice as wide until @offset_ns has one. Context: one writer, no
 * allocation.
 */
void gr_offsets_add(struct gr_offsets *offsets, int64_t offset_ns,
		    unsigned int outcome);

/** gr_offsets_bin_begin() - the first offset of bin @i; ns. */
int64_t gr_offsets_bin_begin(const struct gr_offsets *offsets, unsigned int i);

/** gr_offsets_bin_nr() - pins in bin @i. */
uint64_t gr_offsets_bin_nr(const struct gr_offsets *offsets, unsigned int i);

/**
 * gr_outcome_text() - "success", "EFAULT", "EFAULT slow-path late".
 * @buf: GR_OUTCOME_TEXT bytes.
 *
 * Return: @buf.
 */
const char *gr_outcome_text(const struct gr_outcome *what, char *buf);

#endif /* GR_CORE_OFFSETS_H */
