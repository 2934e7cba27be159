// SPDX-License-Identifier: GPL-2.0-only
/*
 * The aim against a synthetic race: a pin whose window of known width lies at a
 * known place, an invalidation that acts once, and a machine that repeats itself
 * to some 100 ns only. All of it is computed, so that no clock decides; the same
 * race with threads and a clock is bench/window.c.
 */
#include "engine/aim.h"

#include <stdlib.h>

#include "base/util.h"
#include "test.h"

#define PIN_NS 12000
#define WINDOW_AT_NS 9000
#define INV_NS 40000
#define ACT_AT_NS 14000
#define NOISE_NS 300
#define CAP 2000u
#define RUNS 20u

enum way {
	AIM,
	TOGETHER,
	UNIFORM,
};

struct synthetic {
	struct gr_aim aim;
	struct gr_rng rng;
	int64_t width;
};

/* Many small disturbances: near enough to a normal distribution. */
static int64_t noise(struct gr_rng *rng)
{
	int64_t sum = 0;

	for (int i = 0; i < 4; i++)
		sum += (int64_t)gr_rng_below(rng, NOISE_NS) - NOISE_NS / 2;
	return sum;
}

static int64_t choose(struct synthetic *s, enum way way)
{
	switch (way) {
	case AIM:
		return gr_aim_next(&s->aim);
	case UNIFORM:
		return (int64_t)gr_rng_below(&s->rng, PIN_NS + INV_NS) - PIN_NS;
	default:
		return 0;
	}
}

static bool shoot(struct synthetic *s, enum way way)
{
	int64_t offset = choose(s, way) + noise(&s->rng);
	int64_t window = offset + WINDOW_AT_NS;
	const struct gr_aim_shot shot = {
		.offset = offset,
		.pin_ns = PIN_NS,
		.inv_ns = INV_NS,
		.outcome = ACT_AT_NS < window,
	};

	gr_aim_tell(&s->aim, &shot);
	return ACT_AT_NS >= window && ACT_AT_NS < window + s->width;
}

static unsigned int first_hit(enum way way, int64_t width, uint64_t seed)
{
	struct synthetic s = {.width = width};

	gr_aim_init(&s.aim, seed, 0);
	gr_rng_init(&s.rng, seed, 1);
	for (unsigned int i = 1; i < CAP; i++)
		if (shoot(&s, way))
			return i;
	return CAP;
}

static int by_size(const void *a, const void *b)
{
	unsigned int x = *(const unsigned int *)a, y = *(const unsigned int *)b;

	return (x > y) - (x < y);
}

static unsigned int median(enum way way, int64_t width)
{
	unsigned int nr[RUNS];

	for (unsigned int i = 0; i < RUNS; i++)
		nr[i] = first_hit(way, width, i);
	qsort(nr, RUNS, sizeof(nr[0]), by_size);
	return nr[RUNS / 2];
}

/* Off the centre, and narrower than what the machine can repeat. */
static void hits_windows_of_all_widths(void **state)
{
	static const int64_t widths[] = {10000, 1000, 200, 50};

	(void)state;
	for (size_t i = 0; i < GR_ARRAY_SIZE(widths); i++) {
		unsigned int aim = median(AIM, widths[i]);
		unsigned int together = median(TOGETHER, widths[i]);
		unsigned int uniform = median(UNIFORM, widths[i]);

		print_message("%5d ns: aim %u, together %u, uniform %u\n",
			      (int)widths[i], aim, together, uniform);
		assert_true(aim < CAP);
		if (widths[i] > 1000)
			continue; /* so wide that any way hits it */
		assert_true(10 * aim <= together);
		assert_true(10 * aim <= 11 * uniform);
	}
}

/* Everything that chance decides follows from the seed. */
static void same_seed_same_shots(void **state)
{
	struct synthetic a = {.width = 200}, b = {.width = 200};

	(void)state;
	gr_aim_init(&a.aim, 7, 0);
	gr_aim_init(&b.aim, 7, 0);
	gr_rng_init(&a.rng, 7, 1);
	gr_rng_init(&b.rng, 7, 1);
	for (int i = 0; i < 500; i++) {
		assert_int_equal(shoot(&a, AIM), shoot(&b, AIM));
		assert_memory_equal(&a.aim, &b.aim, sizeof(a.aim));
	}
	gr_aim_init(&b.aim, 8, 0);
	gr_aim_durations(&b.aim, PIN_NS, INV_NS);
	assert_int_not_equal(gr_aim_next(&a.aim), gr_aim_next(&b.aim));
}

static void focus_is_where_outcomes_change(void **state)
{
	struct synthetic s = {.width = 0};
	int64_t focus = 0, edge = ACT_AT_NS - WINDOW_AT_NS;

	(void)state;
	gr_aim_init(&s.aim, 3, 0);
	gr_rng_init(&s.rng, 3, 1);
	assert_false(gr_aim_focus(&s.aim, &focus));
	for (int i = 0; i < 300; i++)
		(void)shoot(&s, AIM);
	assert_true(gr_aim_focus(&s.aim, &focus));
	assert_in_range(focus - edge + 1000, 0, 2000);
}

/* What never changes is tried everywhere, again and again. */
static void spreads_where_nothing_changes(void **state)
{
	unsigned int quarter[4] = {0};
	struct gr_aim aim;
	int64_t from, to;

	(void)state;
	gr_aim_init(&aim, 1, 0);
	gr_aim_durations(&aim, PIN_NS, INV_NS);
	assert_true(gr_aim_range(&aim, &from, &to));
	assert_true(from <= -PIN_NS && to >= INV_NS);
	for (int i = 0; i < 400; i++) {
		int64_t at = gr_aim_next(&aim);
		const struct gr_aim_shot shot = {
			.offset = at, .pin_ns = PIN_NS, .inv_ns = INV_NS};

		assert_true(at >= from && at <= to);
		quarter[GR_MIN((at - from) * 4 / (to - from), 3)]++;
		gr_aim_tell(&aim, &shot);
	}
	for (int i = 0; i < 4; i++)
		assert_in_range(quarter[i], 60, 140);
}

/* The first durations may be those of cold caches. */
static void range_follows_durations(void **state)
{
	struct gr_aim aim;
	int64_t from, to;

	(void)state;
	gr_aim_init(&aim, 1, 0);
	assert_false(gr_aim_knows(&aim));
	assert_int_equal(gr_aim_next(&aim), 0);
	gr_aim_durations(&aim, 100 * PIN_NS, 100 * INV_NS);
	for (int i = 0; i < GR_AIM_SAMPLES; i++)
		gr_aim_durations(&aim, PIN_NS, INV_NS);
	assert_true(gr_aim_range(&aim, &from, &to));
	assert_true(to - from < 3 * (PIN_NS + INV_NS));
	for (int i = 0; i < GR_AIM_SAMPLES; i++)
		gr_aim_durations(&aim, 10 * PIN_NS, 10 * INV_NS);
	assert_true(gr_aim_range(&aim, &from, &to));
	assert_true(to - from > 5 * (PIN_NS + INV_NS));
}

static void fixed_stays(void **state)
{
	struct gr_aim aim;
	int64_t least = INT64_MAX, most = INT64_MIN;

	(void)state;
	gr_aim_init(&aim, 1, 0);
	gr_aim_durations(&aim, PIN_NS, INV_NS);
	gr_aim_fix(&aim, -500, 0);
	for (int i = 0; i < 10; i++)
		assert_int_equal(gr_aim_next(&aim), -500);
	gr_aim_fix(&aim, -500, 20);
	for (int i = 0; i < 1000; i++) {
		int64_t at = gr_aim_next(&aim);

		least = at < least ? at : least;
		most = at > most ? at : most;
	}
	assert_int_equal(least, -520);
	assert_int_equal(most, -480);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hits_windows_of_all_widths),
		cmocka_unit_test(same_seed_same_shots),
		cmocka_unit_test(focus_is_where_outcomes_change),
		cmocka_unit_test(spreads_where_nothing_changes),
		cmocka_unit_test(range_follows_durations),
		cmocka_unit_test(fixed_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
