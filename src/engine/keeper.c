// SPDX-License-Identifier: GPL-2.0-only
/*
 * The keeper: the worker process that acquires the target, takes it away and
 * makes it whole again, and thereby drives the steps of a race.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "core/invalidate.h"
#include "core/pin.h"
#include "engine/aimed.h"
#include "engine/stage.h"
#include "sys/process.h"

#define LOAD(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define STORE(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)

/* So much longer a race may take when no pin has met the invalidation yet. */
#define MORE_NS (5 * GR_NSEC_PER_SEC)

/* In a race the oracles look at quiescent points no more often than this. */
#define LOOK_NS (100 * GR_NSEC_PER_MSEC)

struct keeper {
	struct gr_stage *st;
	struct gr_worker *w;
	struct gr_invalidate inv;
	struct gr_aimer aimer;
	uint64_t looked_ns[GR_NR_QUIETS]; /* when the oracles last did */
	uint64_t gave_ns; /* when blocks were last given away */
	bool gave; /* in this iteration */
};

/* Is it a pinner that invalidates, and undoes it? */
static bool pinners(const struct keeper *k)
{
	return gr_inv_is_pinners(k->inv.ops);
}

static void count_inv(struct keeper *k)
{
	struct gr_inv_facts *f = &k->st->facts.inv;
	uint64_t took = f->end_ns - f->begin_ns;

	gr_errno_count_add(f->by_errno, &f->nr_other_errnos, -f->ret);
	f->nr++;
	f->nr_ok += !f->ret;
	f->sum_ns += took;
	f->min_ns = f->min_ns && f->min_ns < took ? f->min_ns : took;
	f->max_ns = f->max_ns > took ? f->max_ns : took;
}

static uint64_t failed_pins(const struct gr_facts *f)
{
	uint64_t nr = 0;

	for (uint32_t i = 0; i < f->nr_pinners; i++) {
		nr += f->pin[i].nr_other_errnos;
		for (int j = 0; j < GR_ERRNOS_MAX; j++)
			if (f->pin[i].by_errno[j].err)
				nr += f->pin[i].by_errno[j].nr;
	}
	return nr;
}

static int wait_pinner(struct keeper *k)
{
	struct gr_stage *st = k->st;

	STORE(&st->go_pinner, st->facts.iteration);
	gr_futex_wake(&st->go_pinner);
	for (;;) {
		uint32_t bell = LOAD(&st->bell);

		if (LOAD(&st->facts.inv.end_ns))
			return 0;
		if (gr_stage_aborted(st))
			return -ECANCELED;
		(void)gr_futex_wait(&st->bell, bell, 100 * GR_NSEC_PER_MSEC);
	}
}

static void count_pins(struct gr_facts *f)
{
	uint64_t tried = 0;

	for (uint32_t i = 0; i < f->nr_pinners; i++)
		tried += f->pin[i].nr_attempts;
	f->quiet.nr_tried = tried;
	f->quiet.nr_pins = tried - failed_pins(f);
}

/* Is it time for the oracles? They cost, and iterations may be short. */
static int look(struct keeper *k, enum gr_quiet state)
{
	struct gr_facts *f = &k->st->facts;
	uint64_t now = gr_now_ns();

	if (f->iteration > 1 && now < k->looked_ns[state] + LOOK_NS)
		return 0;
	count_pins(f);
	k->looked_ns[state] = now;
	return gr_stage_quiescent(k->st, state);
}

static int invalidate(struct keeper *k)
{
	int ret = 0;

	if (pinners(k)) {
		ret = wait_pinner(k);
	} else {
		STORE(&k->st->facts.attached, 0);
		gr_aimed_invalidate(k->st, &k->inv);
	}
	if (!ret)
		count_inv(k);
	return ret;
}

static void announce(struct keeper *k)
{
	struct gr_stage *st = k->st;

	gr_stage_op(st, k->w, "%s of %s against %s", k->inv.ops->name,
		    st->target.ns, st->c.pin->name);
}

static int race_once(struct keeper *k)
{
	struct gr_stage *st = k->st;
	struct gr_facts *f = &st->facts;
	uint64_t before[GR_PINNERS_MAX];
	int ret;

	STORE(&f->inv.phase, GR_PHASE_AHEAD);
	STORE(&f->inv.begin_ns, 0);
	STORE(&f->inv.end_ns, 0);
	f->inv.ret = 0;
	STORE(&f->iteration, f->iteration + 1);
	gr_stage_advance(st, GR_STEP_MAP);
	ret = gr_stage_wait_pinners(st);
	if (!ret)
		ret = look(k, GR_QUIET_MAPPED);
	if (ret)
		return ret;
	announce(k);
	gr_aimer_arm(&k->aimer);
	for (unsigned int i = 0; i < f->nr_pinners; i++)
		before[i] = LOAD(&f->pin[i].nr_attempts);
	gr_stage_advance(st, GR_STEP_PIN);
	ret = gr_stage_wait_pinners(st);
	if (!ret && st->c.pin->kind == GR_PIN_TRANSIENT)
		ret = gr_aimed_wait_begun(st, before);
	return ret ? ret : invalidate(k);
}

static int settle(struct keeper *k)
{
	struct gr_stage *st = k->st;
	int ret;

	STORE(&st->quiet, st->facts.iteration);
	STORE(&st->facts.settling_ns, gr_now_ns());
	gr_stage_advance(st, GR_STEP_AFTER);
	ret = gr_stage_wait_pinners(st);
	STORE(&st->facts.settling_ns, 0);
	if (!ret)
		gr_aimer_learn(&k->aimer);
	return ret;
}

/*
 * To give blocks away takes longer than the race itself, and a transient pin is over
 * before it is done: of those few are looked at so, and what the file has kept is read
 * in these only.
 */
static bool gives_away(const struct keeper *k)
{
	const struct gr_stage *st = k->st;

	if (!st->target.spec.crowded || st->facts.inv.ret)
		return false;
	/* of a short slice the first that is aimed as well */
	return st->c.pin->kind == GR_PIN_HELD || st->facts.iteration <= 2 ||
	       gr_now_ns() >= k->gave_ns + LOOK_NS;
}

/*
 * What an invalidation has freed goes to others before any pin is dropped that is
 * still held: who writes late, writes into their data.
 */
static int give_away(struct keeper *k)
{
	struct gr_stage *st = k->st;
	struct gr_data_facts *d = &st->facts.data;
	int ret = 0;

	k->gave = gives_away(k);
	if (k->gave) {
		gr_stage_op(st, k->w, "blocks of %s to a canary, after %s",
			    st->target.ns, k->inv.ops->name);
		d->nr_asked++;
		ret = st->target.ops->occupy(&st->target, st->facts.iteration,
					     d);
		k->gave_ns = gr_now_ns();
	}
	STORE(&d->given_in, st->facts.iteration);
	return ret;
}

static int look_at_data(struct keeper *k)
{
	struct gr_stage *st = k->st;
	struct gr_facts *f = &st->facts;

	if (!k->gave)
		return 0;
	gr_stage_op(st, k->w, "verify of %s, after %s", st->target.ns,
		    k->inv.ops->name);
	return st->target.ops->verify(&st->target, f, &f->data);
}

static int restore(struct keeper *k)
{
	struct gr_stage *st = k->st;
	int ret;

	if (pinners(k) && !(k->inv.ops->flags & GR_INV_FILE))
		return 0; /* undone where it was done */
	gr_stage_op(st, k->w, "restore after %s of %s", k->inv.ops->name,
		    st->target.ns);
	ret = pinners(k) ? 0 : k->inv.ops->restore(&k->inv);
	if (!ret)
		ret = st->target.ops->attach(st->ctx, &st->target);
	STORE(&st->facts.attached, !ret);
	STORE(&st->facts.inv.restore_ret, ret);
	return ret;
}

/* A mapping or a mount may be enough for it to be refused: that takes time, too. */
static bool may_fail(const struct gr_invalidate_ops *ops, int ret)
{
	for (const struct gr_expect *e = ops->expect; e->why; e++)
		if (e->err == -ret && e->class != GR_EXPECT_BUG)
			return true;
	return false;
}

/*
 * How long does it take when nobody is in its way? What a held pin is measured
 * against: on a slow machine a teardown that does not wait must not look as if
 * it did.
 */
static int measure_alone(struct keeper *k)
{
	struct gr_stage *st = k->st;
	uint64_t begin;
	int ret;

	if (st->c.pin->kind != GR_PIN_HELD || pinners(k))
		return 0;
	gr_stage_op(st, k->w, "%s of %s without a pin", k->inv.ops->name,
		    st->target.ns);
	STORE(&st->facts.attached, 0);
	begin = gr_now_ns();
	ret = k->inv.ops->invalidate(&k->inv);
	STORE(&st->facts.inv.alone_ns, gr_now_ns() - begin);
	if (ret && !may_fail(k->inv.ops, ret))
		return gr_err(ret, "%s of '%s' failed without a pin",
			      k->inv.ops->name, st->target.ns);
	return restore(k);
}

/* Past its slice a race gets some more time if the windows never met. */
static bool goes_on(const struct keeper *k)
{
	uint64_t now = gr_now_ns();

	if (now < k->st->end_ns)
		return true;
	return !gr_facts_overlaps(&k->st->facts) &&
	       now < k->st->end_ns + MORE_NS;
}

static int inv_start(struct keeper *k, const struct gr_invalidate_ops *ops)
{
	memset(&k->inv, 0, sizeof(k->inv));
	k->inv.ops = ops;
	k->inv.ctx = k->st->ctx;
	k->inv.target = &k->st->target;
	k->inv.priv = calloc(1, ops->priv_size + 1);
	if (!k->inv.priv)
		return -ENOMEM;
	return pinners(k) ? 0 : ops->setup(k->st->ctx, &k->inv);
}

static void inv_stop(struct keeper *k)
{
	if (k->inv.priv && !pinners(k))
		k->inv.ops->teardown(&k->inv);
	free(k->inv.priv);
	k->inv.priv = NULL;
}

static int iterate(struct keeper *k)
{
	int ret = measure_alone(k);

	if (ret)
		return ret;
	do {
		ret = race_once(k);
		if (!ret)
			ret = give_away(k);
		if (!ret)
			ret = settle(k);
		if (!ret)
			ret = look_at_data(k);
		if (!ret)
			ret = restore(k);
		if (!ret)
			ret = look(k, GR_QUIET_UNMAPPED);
	} while (!ret && goes_on(k) && !gr_stage_aborted(k->st));
	return ret;
}

static int race(struct keeper *k)
{
	struct gr_stage *st = k->st;
	int ret = inv_start(k, st->c.inv);

	if (!ret) {
		gr_aimer_init(&k->aimer, st);
		st->end_ns = gr_now_ns() + st->c.slice_ns;
		ret = iterate(k);
	}
	inv_stop(k);
	return ret;
}

static bool is_file(const struct keeper *k)
{
	return k->st->target.ops->flags & GR_TARGET_FILE;
}

/* A target that was made to be given back: unmounted, after each case. */
static int release(struct keeper *k)
{
	struct gr_stage *st = k->st;

	if (!st->target.ops->release)
		return 0;
	gr_stage_op(st, k->w, "release of %s", st->target.ns);
	return st->target.ops->release(st->ctx, &st->target);
}

/* After races without a teardown: a real one, where lost references show. */
static int last_teardown(struct keeper *k)
{
	struct gr_stage *st = k->st;
	int ret = release(k);

	if (ret)
		return ret;
	/* it makes all struct pages anew: what they count now is lost then */
	count_pins(&st->facts);
	ret = gr_stage_quiescent(st, GR_QUIET_LAST);
	if (ret)
		return ret;
	ret = inv_start(k, st->c.last);
	if (!ret) {
		gr_stage_op(st, k->w, "%s of %s at the end", st->c.last->name,
			    st->target.ns);
		STORE(&st->facts.attached, 0);
		ret = k->inv.ops->invalidate(&k->inv);
	}
	if (!ret)
		ret = is_file(k) ? k->inv.ops->restore(&k->inv) : restore(k);
	inv_stop(k);
	return ret ? gr_err(ret, "the last teardown of '%s' failed",
			    st->target.ns)
		   : 0;
}

static int acquire(struct keeper *k)
{
	struct gr_stage *st = k->st;
	int ret;

	gr_stage_op(st, k->w, "acquire a namespace for %s", st->c.target->name);
	ret = st->c.target->acquire(st->ctx, &st->target);
	STORE(&st->facts.attached, !ret);
	if (ret || !st->c.witness)
		return ret;
	memcpy(st->witness_target.spec.not_ns, st->target.ns,
	       sizeof(st->witness_target.spec.not_ns));
	return st->c.target->acquire(st->ctx, &st->witness_target);
}

void gr_keeper_run(struct gr_stage *st)
{
	struct keeper k = {
		.st = st,
		.w = &st->worker[GR_ROLE_KEEPER],
	};
	int ret;

	ret = acquire(&k);
	if (!ret)
		ret = st->c.inv ? race(&k) : gr_balance(st);
	gr_stage_advance(st, GR_STEP_EXIT);
	if (!ret && st->c.last)
		ret = last_teardown(&k);
	else if (release(&k) && !ret)
		ret = -EBUSY;
	if (ret && ret != -ECANCELED)
		gr_stage_fail(k.w, ret);
	STORE(&st->finished, 1);
}
