// SPDX-License-Identifier: GPL-2.0-only
/*
 * A synthetic race in user space, with a window of known width and place: how
 * many iterations does it take until two sides meet in it, when the engine aims,
 * when both start together, and when delays are drawn at random?
 *
 *     window [WIDTH-NS [RUNS [CAP]]]      all widths from 10 us to 50 ns without
 *
 * Side A is a "pin" that takes 12 us, and whose window begins 9 us after it did.
 * Side B is an "invalidation" of 40 us that acts once, 14 us after it began. It is
 * a hit when B acts inside A's window; else A sees only whether B had acted by
 * then, as a pin sees that its mapping is gone. All three ways meet by
 * engine/start.h and run in turn, so that what disturbs one disturbs all.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "base/ticks.h"
#include "base/util.h"
#include "engine/aim.h"
#include "engine/start.h"
#include "sys/process.h"

#define PIN_NS 12000
#define WINDOW_AT_NS 9000
#define INV_NS 40000
#define ACT_AT_NS 14000
#define SEED 1
#define MEET_US 20000

enum way {
	AIM,
	TOGETHER,
	UNIFORM,
	NR_WAYS,
};

static const char *const ways[NR_WAYS] = {"aim", "together", "random"};

struct race {
	struct gr_start start;
	uint32_t abort;
	uint32_t round; /* of the partner */
	double per_us;
	uint64_t width_ns;
	uint64_t pin_delay; /* ticks */
	uint64_t inv_delay;

	/* what the sides saw; ticks */
	uint64_t acted;
	uint64_t inv_begin, inv_end;
	uint64_t pin_begin, pin_end, window_from, window_to;
};

static uint64_t ticks_of(const struct race *r, int64_t ns)
{
	return ns > 0 ? (uint64_t)((double)ns * r->per_us / 1000) : 0;
}

static int64_t ns_of(const struct race *r, uint64_t ticks)
{
	return (int64_t)((double)(int64_t)ticks * 1000 / r->per_us);
}

static void spin_until(uint64_t ticks)
{
	while (gr_ticks() < ticks)
		__builtin_ia32_pause();
}

static void *invalidate(void *arg)
{
	struct race *r = arg;
	uint64_t begin;

	gr_run_on(GR_MIN(1, gr_nr_cpus() - 1));
	for (uint32_t round = 1; !__atomic_load_n(&r->abort, __ATOMIC_ACQUIRE);
	     round++) {
		while (!gr_start_called(&r->start, round))
			if (__atomic_load_n(&r->abort, __ATOMIC_ACQUIRE))
				return NULL;
		(void)gr_start_meet(&r->start, round); /* late is late */
		begin = gr_ticks() + r->inv_delay;
		spin_until(begin);
		r->inv_begin = gr_ticks();
		spin_until(begin + ticks_of(r, ACT_AT_NS));
		r->acted = gr_ticks();
		spin_until(begin + ticks_of(r, INV_NS));
		r->inv_end = gr_ticks();
		__atomic_store_n(&r->round, round, __ATOMIC_RELEASE);
	}
	return NULL;
}

static void pin(struct race *r)
{
	uint64_t begin = gr_ticks() + r->pin_delay;

	spin_until(begin);
	r->pin_begin = gr_ticks();
	spin_until(begin + ticks_of(r, WINDOW_AT_NS));
	r->window_from = gr_ticks();
	spin_until(r->window_from + ticks_of(r, (int64_t)r->width_ns));
	r->window_to = gr_ticks();
	spin_until(begin + ticks_of(r, PIN_NS));
	r->pin_end = gr_ticks();
}

static void race_once(struct race *r, uint32_t round, int64_t offset)
{
	r->pin_delay = ticks_of(r, offset);
	r->inv_delay = ticks_of(r, -offset);
	gr_start_call(&r->start, round);
	(void)gr_start_lead(
		&r->start, round,
		(uint64_t)(MEET_US * r->per_us)); /* both are there */
	pin(r);
	while (__atomic_load_n(&r->round, __ATOMIC_ACQUIRE) != round)
		__builtin_ia32_pause();
}

static bool is_hit(const struct race *r)
{
	return r->acted >= r->window_from && r->acted < r->window_to;
}

static int64_t choose(enum way way, struct gr_aim *aim, struct gr_rng *rng)
{
	switch (way) {
	case AIM:
		return gr_aim_next(aim);
	case UNIFORM:
		return (int64_t)gr_rng_below(rng, PIN_NS + INV_NS) - PIN_NS;
	default:
		return 0;
	}
}

static void tell(struct gr_aim *aim, const struct race *r)
{
	const struct gr_aim_shot shot = {
		.offset = ns_of(r, r->pin_begin - r->inv_begin),
		.pin_ns = (uint64_t)ns_of(r, r->pin_end - r->pin_begin),
		.inv_ns = (uint64_t)ns_of(r, r->inv_end - r->inv_begin),
		.outcome = r->acted < r->window_from,
	};

	gr_aim_tell(aim, &shot);
}

/* Return: iterations to the first hit, @cap: there was none. */
static unsigned int run(struct race *r, enum way way, uint64_t seed,
			uint32_t *round, unsigned int cap)
{
	struct gr_aim aim;
	struct gr_rng rng;

	gr_aim_init(&aim, seed, 0);
	gr_rng_init(&rng, seed, 1);
	for (unsigned int i = 1; i < cap; i++) {
		race_once(r, ++*round, choose(way, &aim, &rng));
		if (is_hit(r))
			return i;
		tell(&aim, r);
	}
	return cap;
}

static int by_size(const void *a, const void *b)
{
	unsigned int x = *(const unsigned int *)a, y = *(const unsigned int *)b;

	return (x > y) - (x < y);
}

static void measure(struct race *r, uint64_t width_ns, unsigned int runs,
		    unsigned int cap, uint32_t *round)
{
	unsigned int *nr = calloc((size_t)NR_WAYS * runs, sizeof(*nr));

	if (!nr)
		exit(1);
	r->width_ns = width_ns;
	for (unsigned int i = 0; i < runs; i++)
		for (int way = 0; way < NR_WAYS; way++)
			nr[(unsigned int)way * runs + i] =
				run(r, (enum way)way, SEED + i, round, cap);
	printf("%5llu ns:", (unsigned long long)width_ns);
	for (unsigned int way = 0; way < NR_WAYS; way++) {
		unsigned int *of = &nr[way * runs];

		qsort(of, runs, sizeof(*of), by_size);
		printf("  %s %u (%u..%u)", ways[way], of[runs / 2], of[0],
		       of[runs - 1]);
	}
	putchar('\n');
	free(nr);
}

int main(int argc, char **argv)
{
	static const uint64_t widths[] = {10000, 1000, 200, 50};
	unsigned int runs = argc > 2 ? (unsigned int)atoi(argv[2]) : 20;
	unsigned int cap = argc > 3 ? (unsigned int)atoi(argv[3]) : 2000;
	struct race r = {.per_us = gr_ticks_per_us()};
	uint32_t round = 0;
	pthread_t partner;

	gr_start_init(&r.start, 2, gr_nr_cpus(), &r.abort);
	if (pthread_create(&partner, NULL, invalidate, &r))
		return 1;
	gr_run_on(0);
	printf("iterations to the first hit, medians of %u runs (least..most), "
	       "seed %d, given up at %u\n",
	       runs, SEED, cap);
	if (argc > 1)
		measure(&r, strtoull(argv[1], NULL, 0), runs, cap, &round);
	else
		for (size_t i = 0; i < GR_ARRAY_SIZE(widths); i++)
			measure(&r, widths[i], runs, cap, &round);
	__atomic_store_n(&r.abort, 1, __ATOMIC_RELEASE);
	(void)pthread_join(partner, NULL); /* ours, and joined once */
	return 0;
}
