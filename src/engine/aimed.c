// SPDX-License-Identifier: GPL-2.0-only
#include "engine/aimed.h"

#include <errno.h>

#include "base/clock.h"
#include "base/ticks.h"
#include "engine/stage.h"
#include "sys/process.h"

#define LOAD(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define STORE(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)

/* Nobody waits longer for a pinner that is in a pin; what that takes is known. */
#define MEET_MAX_US 20000.0

/* Loops leave so many times of what a pin takes before the one that is aimed. */
#define LEAVE_TIMES 2

/* So much slower than usual, and it is told as another outcome. */
#define LATE_TIMES 4
#define LATE_AFTER 8 /* durations that were seen */

/* Around an offset that was given: this part of the range. */
#define SPREAD_PART 64

static uint64_t to_ns(const struct gr_stage *st, uint64_t ticks)
{
	return (uint64_t)((double)ticks * 1000.0 / st->aimed.ticks_per_us);
}

static uint64_t to_ticks(const struct gr_stage *st, int64_t ns)
{
	return ns > 0 ? (uint64_t)((double)ns * st->aimed.ticks_per_us / 1000.0)
		      : 0;
}

/* ---- keeper ---- */

void gr_aimer_init(struct gr_aimer *aimer, struct gr_stage *st)
{
	aimer->st = st;
	for (uint32_t i = 0; i < st->facts.nr_pinners; i++)
		gr_aim_init(&aimer->aim[i], st->seed, 1 + i);
	st->aimed.ticks_per_us = gr_ticks_per_us();
}

static void fix(struct gr_aimer *aimer, uint32_t i)
{
	const struct gr_ctx *ctx = aimer->st->ctx;
	int64_t from, to;
	uint64_t spread = 0;

	if (i >= ctx->nr_offsets)
		return;
	if (gr_aim_range(&aimer->aim[i], &from, &to))
		spread = (uint64_t)(to - from) / SPREAD_PART;
	gr_aim_fix(&aimer->aim[i], ctx->offset_ns[i], spread);
}

static bool may_aim(const struct gr_aimer *aimer)
{
	const struct gr_stage *st = aimer->st;

	if (st->c.pin->kind != GR_PIN_TRANSIENT)
		return false;
	for (uint32_t i = 0; i < st->facts.nr_pinners; i++)
		if (!gr_aim_knows(&aimer->aim[i]))
			return false;
	return st->facts.iteration > 1;
}

void gr_aimer_arm(struct gr_aimer *aimer)
{
	struct gr_stage *st = aimer->st;
	struct gr_aimed *a = &st->aimed;
	int64_t offset[GR_PINNERS_MAX], first = 0;

	a->inv_begin = a->inv_end = 0;
	if (!may_aim(aimer))
		return;
	for (uint32_t i = 0; i < st->facts.nr_pinners; i++) {
		fix(aimer, i);
		offset[i] = gr_aim_next(&aimer->aim[i]);
		first = offset[i] < first ? offset[i] : first;
		STORE(&st->facts.pin[i].offset_ns, offset[i]);
	}
	a->inv_delay = to_ticks(st, -first);
	for (uint32_t i = 0; i < st->facts.nr_pinners; i++)
		a->pin_delay[i] = to_ticks(st, offset[i] - first);
	a->pin_ticks =
		to_ticks(st, (int64_t)gr_aim_typical(&aimer->aim[0].pin));
	/* where nobody spins, nobody shoots at a time */
	STORE(&st->facts.is_aimed, !a->start.sleeps);
	STORE(&a->armed, st->facts.iteration);
}

static bool is_late(const struct gr_aim_side *side, uint64_t ns)
{
	return side->nr >= LATE_AFTER && ns > LATE_TIMES * gr_aim_typical(side);
}

/*
 * On a busy machine anything may take long, anywhere. So that counts for the aim
 * only as long as nothing else changes.
 */
static unsigned int aim_outcome(struct gr_offsets *o, struct gr_outcome what)
{
	for (uint32_t i = 0; i < o->nr_outcomes; i++)
		if (o->outcome[i].err != what.err ||
		    o->outcome[i].slow != what.slow)
			what.late = 0;
	return gr_offsets_outcome(o, &what);
}

static void learn_shot(struct gr_aimer *aimer, uint32_t i, uint64_t inv_ns)
{
	struct gr_stage *st = aimer->st;
	const struct gr_aimed_pin *p = &st->aimed.pin[i];
	struct gr_offsets *o = &st->facts.offsets;
	struct gr_aim *aim = &aimer->aim[i];
	struct gr_aim_shot shot = {
		.pin_ns = to_ns(st, p->end - p->begin),
		.inv_ns = inv_ns,
	};
	struct gr_outcome what = {
		.err = p->ret < 0 ? (int32_t)-p->ret : 0,
		.slow = p->slow != 0,
		.late = is_late(&aim->pin, shot.pin_ns) ||
			is_late(&aim->inv, inv_ns),
	};

	shot.offset =
		p->begin < st->aimed.inv_begin
			? -(int64_t)to_ns(st, st->aimed.inv_begin - p->begin)
			: (int64_t)to_ns(st, p->begin - st->aimed.inv_begin);
	shot.outcome = aim_outcome(o, what);
	gr_offsets_add(o, shot.offset, gr_offsets_outcome(o, &what));
	o->nr_met +=
		p->end > st->aimed.inv_begin && p->begin < st->aimed.inv_end;
	gr_aim_tell(aim, &shot);
}

void gr_aimer_learn(struct gr_aimer *aimer)
{
	struct gr_stage *st = aimer->st;
	const struct gr_aimed *a = &st->aimed;
	uint64_t inv_ns = to_ns(st, a->inv_end - a->inv_begin);

	if (st->c.pin->kind != GR_PIN_TRANSIENT)
		return;
	for (uint32_t i = 0; i < st->facts.nr_pinners; i++) {
		if (a->pin[i].iteration == st->facts.iteration)
			learn_shot(aimer, i, inv_ns);
		else
			gr_aim_durations(&aimer->aim[i],
					 to_ns(st, a->pin[i].loop_ticks),
					 inv_ns);
	}
	st->facts.offsets.pin_ns = gr_aim_typical(&aimer->aim[0].pin);
	st->facts.offsets.inv_ns = gr_aim_typical(&aimer->aim[0].inv);
	if (gr_aim_focus(&aimer->aim[0], &st->facts.offsets.focus_ns))
		st->facts.offsets.has_focus = 1;
}

static bool begun(const struct gr_stage *st, uint32_t i, uint64_t before)
{
	return LOAD(&st->facts.pin[i].nr_attempts) >= before + GR_BEGUN_MIN;
}

int gr_aimed_wait_begun(struct gr_stage *st, const uint64_t *before)
{
	for (uint32_t i = 0; i < st->facts.nr_pinners; i++)
		for (;;) {
			uint32_t bell = LOAD(&st->bell);

			if (begun(st, i, before[i]))
				break;
			if (gr_stage_aborted(st))
				return -ECANCELED;
			if (st->aimed.start.sleeps)
				(void)gr_futex_wait(&st->bell, bell,
						    20 * GR_NSEC_PER_MSEC);
			else
				__builtin_ia32_pause();
		}
	return 0;
}

/* ---- who invalidates ---- */

static void spin_until(uint64_t ticks)
{
	while (gr_ticks() < ticks)
		__builtin_ia32_pause();
}

/*
 * With fewer processors than parties nobody can be met by spinning: who
 * invalidates sleeps out its delay, and preempts a pin when it wakes.
 */
static void delay(struct gr_stage *st, uint64_t ticks)
{
	uint32_t never = 0;

	if (st->aimed.start.sleeps)
		(void)gr_futex_wait(&never, 0, to_ns(st, ticks));
	else
		spin_until(gr_ticks() + ticks);
}

static uint64_t most_delay(const struct gr_stage *st)
{
	uint64_t most = st->aimed.inv_delay;

	for (uint32_t i = 0; i < st->facts.nr_pinners; i++)
		if (st->aimed.pin_delay[i] > most)
			most = st->aimed.pin_delay[i];
	return most;
}

static void meet_pinners(struct gr_stage *st)
{
	struct gr_aimed *a = &st->aimed;
	uint32_t round = st->facts.iteration;

	gr_start_call(&a->start, round);
	if (gr_start_lead(&a->start, round,
			  (uint64_t)(MEET_MAX_US * a->ticks_per_us)))
		delay(st, a->start.sleeps ? most_delay(st) : a->inv_delay);
}

void gr_aimed_invalidate(struct gr_stage *st, struct gr_invalidate *inv)
{
	struct gr_aimed *a = &st->aimed;

	if (a->armed == st->facts.iteration)
		meet_pinners(st);
	a->inv_begin = gr_ticks();
	gr_invalidate_timed(inv, &st->facts.inv);
	a->inv_end = gr_ticks();
}

/* ---- pinner ---- */

struct loop {
	struct gr_stage *st;
	unsigned int index;
	struct gr_grip *grip;
	bool again; /* memory that a pin moved away goes back to the device */
	const struct gr_attempt_facts *race;
	uint32_t iteration;
};

static bool is_over(const struct loop *l)
{
	return LOAD(&l->st->quiet) == l->iteration || gr_stage_aborted(l->st);
}

static ssize_t pin_once(const struct loop *l)
{
	const struct gr_grip *g = l->grip;

	return gr_attempt(&l->grip->pin, g->iov, g->nr_iov, l->race);
}

/* Where it can be had: it may be unmapped. */
static void place_again(const struct loop *l)
{
	if (l->again)
		(void)gr_grip_place(l->grip);
}

static void pin_and_place(const struct loop *l)
{
	(void)pin_once(l);
	place_again(l);
}

/* The one that is aimed; before it as many others as there is time for. */
static void shoot(const struct loop *l)
{
	struct gr_aimed *a = &l->st->aimed;
	struct gr_aimed_pin *p = &a->pin[l->index];
	const uint64_t *slow = LOAD(&a->slow[l->index]);
	uint64_t at = gr_ticks() + a->pin_delay[l->index], before;

	while (gr_ticks() + LEAVE_TIMES * a->pin_ticks < at && !is_over(l))
		pin_and_place(l);
	spin_until(at);
	if (is_over(l))
		return;
	before = slow ? LOAD(slow) : 0;
	p->begin = gr_ticks();
	p->ret = pin_once(l);
	p->end = gr_ticks();
	p->slow = slow ? LOAD(slow) - before : 0;
	STORE(&p->iteration, l->iteration);
	place_again(l);
}

static void go_to_start(const struct loop *l)
{
	struct gr_start *start = &l->st->aimed.start;

	if (gr_start_meet(start, l->iteration) && !start->sleeps)
		shoot(l);
}

/* What the first pins take is what the aim knows before it has shot. */
static void begin_loop(const struct loop *l)
{
	struct gr_aimed_pin *p = &l->st->aimed.pin[l->index];
	uint64_t begin = gr_ticks();

	for (int i = 0; i < GR_BEGUN_MIN && !is_over(l); i++)
		pin_and_place(l);
	p->loop_ticks = (gr_ticks() - begin) / GR_BEGUN_MIN;
	if (!l->st->aimed.start.sleeps)
		return;
	(void)__atomic_add_fetch(&l->st->bell, 1, __ATOMIC_ACQ_REL);
	gr_futex_wake(&l->st->bell);
}

void gr_aimed_loop(struct gr_stage *st, unsigned int index,
		   struct gr_grip *grip, const struct gr_attempt_facts *race)
{
	const struct loop l = {
		.st = st,
		.index = index,
		.grip = grip,
		/* what ends the device would have to do it again and again */
		.again = !gr_inv_ends_device(st->c.inv),
		.race = race,
		.iteration = st->facts.iteration,
	};
	bool was_called = false;

	begin_loop(&l);
	while (!is_over(&l)) {
		if (!was_called &&
		    gr_start_called(&st->aimed.start, l.iteration)) {
			was_called = true;
			go_to_start(&l);
		}
		pin_and_place(&l);
	}
}
