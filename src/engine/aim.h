/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The aim: where in a race the next pin shall begin. It learns how long both
 * sides take, keeps the range of offsets in which they can overlap, and shoots
 * at all of it first, then more often where what comes of a pin changes with
 * the offset. It reads no clock and knows nothing of the kernel: numbers go in,
 * numbers come out, and a seed decides what chance decides.
 *
 * An offset is the begin of the pin minus the begin of the invalidation; ns.
 * The range is cut into pieces, sorted, without gaps. A piece in which, or at
 * whose border, outcomes change is cut in two.
 */
#ifndef GR_ENGINE_AIM_H
#define GR_ENGINE_AIM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/rng.h"
#include "core/offsets.h"

#define GR_AIM_PIECES_MAX 64
#define GR_AIM_SAMPLES 31

struct gr_aim_piece {
	int64_t from; /* ns; it ends where the next one begins */
	uint32_t nr;
	uint32_t by_outcome[GR_OUTCOMES_MAX];
};

/* The last durations of one side; ns. */
struct gr_aim_side {
	uint64_t sample[GR_AIM_SAMPLES];
	uint32_t nr; /* all that were told */
};

struct gr_aim {
	struct gr_rng rng;
	bool is_fixed;
	int64_t fixed; /* ns */
	uint64_t spread; /* ns: so far around fixed */
	struct gr_aim_side pin;
	struct gr_aim_side inv;
	uint32_t nr_pieces; /* 0 = nothing is known yet */
	int64_t end; /* of the last piece */
	struct gr_aim_piece piece[GR_AIM_PIECES_MAX];
	uint32_t nr; /* shots */
};

/* One shot, as it was. */
struct gr_aim_shot {
	int64_t offset; /* ns */
	uint64_t pin_ns; /* how long the pin took */
	uint64_t inv_ns; /* the invalidation; 0 = not known */
	unsigned int outcome; /* below GR_OUTCOMES_MAX */
};

/** gr_aim_init() - nothing is known; @seed decides what chance decides. */
void gr_aim_init(struct gr_aim *aim, uint64_t seed, uint64_t stream);

/**
 * gr_aim_fix() - shoot at one place from now on.
 * @offset: ns.
 * @spread: ns; uniformly so far around it, since no machine repeats itself to
 *          the nanosecond.
 */
void gr_aim_fix(struct gr_aim *aim, int64_t offset, uint64_t spread);

/** gr_aim_knows() - has it seen enough to aim? */
bool gr_aim_knows(const struct gr_aim *aim);

/**
 * gr_aim_next() - the offset of the next shot; 0 as long as nothing is known.
 */
int64_t gr_aim_next(struct gr_aim *aim);

/** gr_aim_tell() - what came of a shot. */
void gr_aim_tell(struct gr_aim *aim, const struct gr_aim_shot *shot);

/** gr_aim_durations() - what both sides take, without a shot; 0 = not known. */
void gr_aim_durations(struct gr_aim *aim, uint64_t pin_ns, uint64_t inv_ns);

/** gr_aim_typical() - the median of the last durations; 0 = none. */
uint64_t gr_aim_typical(const struct gr_aim_side *side);

/** gr_aim_range() - the offsets at which the two can overlap; false: unknown. */
bool gr_aim_range(const struct gr_aim *aim, int64_t *from, int64_t *to);

/**
 * gr_aim_focus() - the middle of the piece in which outcomes change most.
 *
 * Return: true there is one.
 */
bool gr_aim_focus(const struct gr_aim *aim, int64_t *offset);

#endif /* GR_ENGINE_AIM_H */
