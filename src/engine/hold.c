// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long pins are held and loops of them go on beside an invalidation: what it
 * waits for must end, and what does not wait must have been seen not to.
 */
#include <stdio.h>

#include "base/clock.h"
#include "core/invalidate.h"
#include "core/pair.h"
#include "core/pin.h"
#include "engine/supervise_internal.h"
#include "sys/process.h"

#define LOAD(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define STORE(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)

/*
 * A teardown that waits for pins, as it should, is made to wait so long, or so
 * many times as long as it takes without a pin.
 */
#define HOLD_NS (500 * GR_NSEC_PER_MSEC)
#define HOLD_TIMES 8

/* A loop of TRANSIENT pins ends when the invalidation takes longer. */
#define LOOP_NS (2 * GR_NSEC_PER_SEC)

bool gr_pins_any_held(const struct gr_stage *st)
{
	for (uint32_t i = 0; i < st->facts.nr_pinners; i++) {
		const struct gr_pin_facts *p = &st->facts.pin[i];

		if (LOAD(&p->held_ns) && !LOAD(&p->unpinned_ns))
			return true;
	}
	return false;
}

static void permit_unpin(struct gr_supervision *s, bool returned)
{
	struct gr_stage *st = s->st;
	char op[GR_OP_MAX];

	gr_supervision_sample(
		s, GR_POINT_POLL); /* what is seen only while pins are held */
	if (!returned)
		st->facts.waited_in = st->facts.iteration;
	if (returned && gr_pair_waits(st->c.target, st->c.pin, st->c.inv) &&
	    !st->facts.inv.ret) {
		(void)snprintf(op, sizeof(op),
			       "unpin of %s after %s of %s had returned",
			       st->c.pin->name, st->c.inv->name, st->target.ns);
		gr_supervision_op(s, op, true);
	}
	STORE(&st->permit, st->facts.iteration);
	gr_futex_wake(&st->permit);
}

/* What was freed belongs to others by now, where that is to be. */
static bool given_away(const struct gr_stage *st)
{
	return !st->target.spec.crowded ||
	       LOAD(&st->facts.data.given_in) == st->facts.iteration;
}

static void watch_held(struct gr_supervision *s, uint64_t now)
{
	struct gr_stage *st = s->st;
	uint64_t begin = LOAD(&st->facts.inv.begin_ns);
	uint64_t end = LOAD(&st->facts.inv.end_ns);
	uint64_t hold = HOLD_TIMES * st->facts.inv.alone_ns;
	uint64_t over = 0;

	if (hold < HOLD_NS)
		hold = HOLD_NS;
	if (begin && LOAD(&st->permit) != st->facts.iteration &&
	    (end ? given_away(st) : now > begin + hold))
		permit_unpin(s, end != 0);
	for (uint32_t i = 0; i < st->facts.nr_pinners; i++) {
		const struct gr_pin_facts *p = &st->facts.pin[i];
		uint64_t unpinned = LOAD(&p->unpinned_ns);

		if (LOAD(&p->held_ns) && !unpinned)
			return;
		over = unpinned > over ? unpinned : over;
	}
	st->facts.pins_over_ns = begin ? (over > begin ? over : begin) : 0;
}

/* The last pin is over when no loop is in one, not when they are told to end. */
static void watch_loops(struct gr_supervision *s, uint64_t now)
{
	struct gr_stage *st = s->st;
	struct gr_facts *f = &st->facts;
	uint64_t begin = LOAD(&f->inv.begin_ns);

	if (!begin || LOAD(&f->inv.end_ns)) {
		f->pins_over_ns = 0;
		f->quieted_ns = 0;
		return;
	}
	if (now > begin + LOOP_NS && LOAD(&st->quiet) != f->iteration) {
		STORE(&st->quiet, f->iteration);
		f->quieted_ns = now;
	}
	if (f->quieted_ns && !f->pins_over_ns && !gr_facts_in_pin(f))
		f->pins_over_ns = now;
}

void gr_pins_watch(struct gr_supervision *s, uint64_t now)
{
	if (s->st->c.kind != GR_CASE_RACE || !s->st->facts.iteration)
		return;
	if (s->st->c.pin->kind == GR_PIN_HELD)
		watch_held(s, now);
	else
		watch_loops(s, now);
}
