// SPDX-License-Identifier: GPL-2.0-only
/*
 * A balance: pins of one kind on memory that nobody takes away. After each few
 * of them nothing may be left over, so the oracles look: after each of the
 * first, so that a loss that is regular shows its rhythm; then after blocks
 * that grow, so that one in thousands is met.
 */
#include <errno.h>

#include "base/clock.h"
#include "base/log.h"
#include "core/pin.h"
#include "engine/attempt.h"
#include "engine/grip.h"
#include "engine/stage.h"

#define STORE(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)

/* A block grows until it takes so long; then the oracles cost next to nothing. */
#define BLOCK_NS (40 * GR_NSEC_PER_MSEC)

/* Even slow pins get so many blocks. */
#define MIN_BLOCKS 3

struct balance {
	struct gr_stage *st;
	struct gr_grip grip;
	struct gr_attempt_facts facts;
	bool shown; /* the oracles have seen a held pin */
};

/* The oracles shall see one pin that is held, to prove that they can. */
static int drop(struct balance *b)
{
	struct gr_pin *pin = &b->grip.pin;
	int ret = 0;

	if (!b->shown) {
		b->shown = true;
		ret = gr_stage_quiescent(b->st, GR_QUIET_HELD);
	}
	(void)pin->ops->unpin(pin); /* what it did shows in the oracles */
	STORE(&b->facts.pin->held_ns, 0);
	return ret;
}

static int one_pin(struct balance *b)
{
	struct gr_quiet_facts *q = &b->st->facts.quiet;
	struct gr_grip *grip = &b->grip;
	int ret = 0;

	if (b->st->c.shape == GR_SHAPE_UNTOUCHED)
		ret = gr_grip_forget(grip);
	if (ret)
		return gr_err(ret, "cannot zap the mapping of '%s'",
			      b->st->target.dev);
	ret = gr_grip_place(grip);
	if (ret && ret != -EBUSY)
		return gr_err(ret, "cannot move the memory of '%s'",
			      b->st->target.dev);
	ret = 0;
	q->nr_tried++;
	if (gr_attempt(&grip->pin, grip->iov, grip->nr_iov, &b->facts) < 0)
		return 0;
	q->nr_pins++;
	return grip->pin.ops->kind == GR_PIN_HELD ? drop(b) : 0;
}

static int block(struct balance *b, uint64_t nr)
{
	int ret = 0;

	/* each block is an operation of its own for the watchdog */
	STORE(&b->st->worker[GR_ROLE_KEEPER].op_since_ns, gr_now_ns());
	for (uint64_t i = 0; i < nr && !ret; i++) {
		if (gr_stage_aborted(b->st))
			return -ECANCELED;
		ret = one_pin(b);
	}
	return ret ? ret : gr_stage_quiescent(b->st, GR_QUIET_DROPPED);
}

static int pins(struct balance *b)
{
	unsigned int blocks = 0;
	uint64_t nr = 2, end;
	int ret = 0;

	for (int i = 0; i < GR_BALANCE_SINGLES && !ret; i++)
		ret = block(b, 1);
	/* single pins are as slow as the oracles: the slice is for the others */
	end = gr_now_ns() + b->st->c.slice_ns;
	while (!ret && (gr_now_ns() < end || blocks++ < MIN_BLOCKS)) {
		uint64_t begin = gr_now_ns();

		ret = block(b, nr);
		if (gr_now_ns() < begin + BLOCK_NS)
			nr *= 2;
	}
	return ret;
}

static int all_failed(const struct gr_facts *f)
{
	if (f->quiet.nr_pins)
		return 0;
	return gr_err(-f->pin[0].by_errno[0].err, "none of %llu pins succeeded",
		      (unsigned long long)f->quiet.nr_tried);
}

int gr_balance(struct gr_stage *st)
{
	struct gr_pin_facts *f = &st->facts.pin[0];
	struct balance b = {
		.st = st,
		.facts = {f, &st->facts.inv},
	};
	int ret = gr_grip_init(&b.grip, st->ctx, &st->c, &st->target, f);

	if (ret)
		return ret;
	STORE(&st->facts.iteration, 1);
	gr_stage_op(st, &st->worker[GR_ROLE_KEEPER],
		    "%s of %s, again and again", st->c.pin->name,
		    st->target.ns);
	ret = gr_stage_quiescent(st, GR_QUIET_UNMAPPED);
	if (!ret)
		ret = gr_grip_take(&b.grip);
	if (!ret)
		ret = gr_stage_quiescent(st, GR_QUIET_MAPPED);
	if (!ret)
		ret = pins(&b);
	if (!ret)
		ret = all_failed(&st->facts);
	if (!ret)
		ret = gr_grip_drop(&b.grip);
	if (!ret)
		ret = gr_stage_quiescent(st, GR_QUIET_UNMAPPED);
	gr_grip_fini(&b.grip);
	return ret;
}
