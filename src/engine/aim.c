// SPDX-License-Identifier: GPL-2.0-only
#include "engine/aim.h"

#include <stdlib.h>
#include <string.h>

/* The range is cut so often before anything is known of it. */
#define COARSE 16

/* A piece is not cut below this: what two processors cannot repeat. */
#define PIECE_MIN_NS 32

/* Shots at a piece before it may be cut. */
#define CUT_AFTER 4

/* One shot in so many goes anywhere in the range. */
#define ANYWHERE 5

/* A piece whose outcomes change less than this (of 1) is as any other. */
#define CHANGE_MIN 0.15

/* Durations are told so often before the first range is made of them. */
#define SAMPLES_MIN 1

void gr_aim_init(struct gr_aim *aim, uint64_t seed, uint64_t stream)
{
	memset(aim, 0, sizeof(*aim));
	gr_rng_init(&aim->rng, seed, stream);
}

void gr_aim_fix(struct gr_aim *aim, int64_t offset, uint64_t spread)
{
	aim->is_fixed = true;
	aim->fixed = offset;
	aim->spread = spread;
}

/* ---- durations ---- */

static void side_add(struct gr_aim_side *side, uint64_t ns)
{
	if (ns)
		side->sample[side->nr++ % GR_AIM_SAMPLES] = ns;
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* The value below which @percent of the last samples lie. */
static uint64_t quantile(const struct gr_aim_side *side, unsigned int percent)
{
	uint32_t nr = side->nr < GR_AIM_SAMPLES ? side->nr : GR_AIM_SAMPLES;
	uint64_t sorted[GR_AIM_SAMPLES];

	if (!nr)
		return 0;
	memcpy(sorted, side->sample, nr * sizeof(sorted[0]));
	qsort(sorted, nr, sizeof(sorted[0]), by_size);
	return sorted[(nr - 1) * percent / 100];
}

uint64_t gr_aim_typical(const struct gr_aim_side *side)
{
	return quantile(side, 50);
}

/* ---- the range ---- */

static int64_t piece_end(const struct gr_aim *aim, uint32_t i)
{
	return i + 1 < aim->nr_pieces ? aim->piece[i + 1].from : aim->end;
}

static int64_t piece_len(const struct gr_aim *aim, uint32_t i)
{
	return piece_end(aim, i) - aim->piece[i].from;
}

/* Nothing of what was seen before is kept: it was of another range. */
static void cut_anew(struct gr_aim *aim, int64_t from, int64_t to)
{
	memset(aim->piece, 0, sizeof(aim->piece));
	for (int i = 0; i < COARSE; i++)
		aim->piece[i].from = from + (to - from) * i / COARSE;
	aim->end = to;
	aim->nr_pieces = COARSE;
}

/* Durations settle after the first few: caches, and what is done once. */
static void fit_range(struct gr_aim *aim)
{
	uint64_t pin = quantile(&aim->pin, 75), inv = quantile(&aim->inv, 75);
	int64_t from, to, len, had;

	if (aim->pin.nr < SAMPLES_MIN || aim->inv.nr < SAMPLES_MIN)
		return;
	from = -(int64_t)(pin + pin / 8);
	to = (int64_t)(inv + inv / 8);
	len = to - from;
	had = aim->nr_pieces ? aim->end - aim->piece[0].from : 0;
	if (!had || len > 2 * had || 2 * len < had)
		cut_anew(aim, from, to);
}

void gr_aim_durations(struct gr_aim *aim, uint64_t pin_ns, uint64_t inv_ns)
{
	side_add(&aim->pin, pin_ns);
	side_add(&aim->inv, inv_ns);
	fit_range(aim);
}

bool gr_aim_knows(const struct gr_aim *aim)
{
	return aim->is_fixed || aim->nr_pieces;
}

bool gr_aim_range(const struct gr_aim *aim, int64_t *from, int64_t *to)
{
	if (!aim->nr_pieces)
		return false;
	*from = aim->piece[0].from;
	*to = aim->end;
	return true;
}

/* ---- where outcomes change ---- */

static double share(const struct gr_aim_piece *p, int outcome)
{
	return p->nr ? (double)p->by_outcome[outcome] / p->nr : 0;
}

/* How much two pieces differ: 0 alike, 1 nothing in common. */
static double difference(const struct gr_aim_piece *a,
			 const struct gr_aim_piece *b)
{
	double sum = 0;

	if (!a->nr || !b->nr)
		return 0;
	for (int i = 0; i < GR_OUTCOMES_MAX; i++) {
		double d = share(a, i) - share(b, i);

		sum += d < 0 ? -d : d;
	}
	return sum / 2;
}

/* How mixed a piece is: 0 all alike, near 1 many outcomes. */
static double mixture(const struct gr_aim_piece *p)
{
	double most = 0;

	for (int i = 0; i < GR_OUTCOMES_MAX; i++)
		most = share(p, i) > most ? share(p, i) : most;
	return p->nr ? 2 * (1 - most) : 0;
}

static double change(const struct gr_aim *aim, uint32_t i)
{
	double most = mixture(&aim->piece[i]), d;

	if (i) {
		d = difference(&aim->piece[i - 1], &aim->piece[i]);
		most = d > most ? d : most;
	}
	if (i + 1 < aim->nr_pieces) {
		d = difference(&aim->piece[i], &aim->piece[i + 1]);
		most = d > most ? d : most;
	}
	if (most < CHANGE_MIN)
		return 0;
	return most > 1 ? 1 : most;
}

bool gr_aim_focus(const struct gr_aim *aim, int64_t *offset)
{
	double best = 0;

	for (uint32_t i = 0; i < aim->nr_pieces; i++) {
		/* of two that change as much, the one that was cut finer */
		double c = change(aim, i) / (double)(piece_len(aim, i) + 1);

		if (c <= best)
			continue;
		best = c;
		*offset = aim->piece[i].from + piece_len(aim, i) / 2;
	}
	return best > 0;
}

/* ---- shots ---- */

static int64_t within(struct gr_aim *aim, int64_t from, int64_t to)
{
	return from +
	       (int64_t)gr_rng_below(&aim->rng, (uint64_t)(to - from) + 1);
}

/* All pieces are tried before any is tried again, in an order of chance. */
static int32_t untried(struct gr_aim *aim)
{
	uint32_t nr = 0, pick;

	for (uint32_t i = 0; i < aim->nr_pieces; i++)
		nr += !aim->piece[i].nr;
	if (!nr)
		return -1;
	pick = (uint32_t)gr_rng_below(&aim->rng, nr);
	for (uint32_t i = 0; i < aim->nr_pieces; i++)
		if (!aim->piece[i].nr && !pick--)
			return (int32_t)i;
	return -1;
}

/* By how much they change; where none does, -1. */
static int32_t changing(struct gr_aim *aim)
{
	double weight[GR_AIM_PIECES_MAX], sum = 0, at;

	for (uint32_t i = 0; i < aim->nr_pieces; i++)
		sum += weight[i] = change(aim, i);
	if (sum <= 0)
		return -1;
	at = sum * (double)gr_rng_below(&aim->rng, 1u << 20) / (1u << 20);
	for (uint32_t i = 0; i < aim->nr_pieces; i++) {
		at -= weight[i];
		if (at < 0)
			return (int32_t)i;
	}
	return (int32_t)aim->nr_pieces - 1;
}

int64_t gr_aim_next(struct gr_aim *aim)
{
	int32_t i;

	if (aim->is_fixed)
		return within(aim, aim->fixed - (int64_t)aim->spread,
			      aim->fixed + (int64_t)aim->spread);
	if (!aim->nr_pieces)
		return 0;
	i = untried(aim);
	if (i < 0 && gr_rng_below(&aim->rng, ANYWHERE))
		i = changing(aim);
	if (i < 0)
		return within(aim, aim->piece[0].from, aim->end);
	return within(aim, aim->piece[i].from, piece_end(aim, (uint32_t)i));
}

/* Each half keeps half of what is known of the whole. */
static void cut(struct gr_aim *aim, uint32_t i)
{
	struct gr_aim_piece *p = &aim->piece[i];
	int64_t middle = p->from + piece_len(aim, i) / 2;

	memmove(p + 1, p, (aim->nr_pieces - i) * sizeof(*p));
	aim->nr_pieces++;
	for (int half = 0; half < 2; half++) {
		p[half].nr = 0;
		for (int j = 0; j < GR_OUTCOMES_MAX; j++) {
			p[half].by_outcome[j] /= 2;
			p[half].nr += p[half].by_outcome[j];
		}
	}
	p[1].from = middle;
}

static void count(struct gr_aim *aim, const struct gr_aim_shot *shot)
{
	uint32_t i = 0;

	if (shot->offset < aim->piece[0].from || shot->offset >= aim->end)
		return; /* they were disturbed */
	while (i + 1 < aim->nr_pieces && aim->piece[i + 1].from <= shot->offset)
		i++;
	aim->piece[i].nr++;
	aim->piece[i].by_outcome[shot->outcome]++;
	if (aim->piece[i].nr >= CUT_AFTER && change(aim, i) > 0 &&
	    piece_len(aim, i) >= 2 * PIECE_MIN_NS &&
	    aim->nr_pieces < GR_AIM_PIECES_MAX)
		cut(aim, i);
}

void gr_aim_tell(struct gr_aim *aim, const struct gr_aim_shot *shot)
{
	aim->nr++;
	if (aim->nr_pieces)
		count(aim, shot);
	gr_aim_durations(aim, shot->pin_ns, shot->inv_ns);
}
