// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pinner: a worker process that maps the target and pins it.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/size.h"
#include "core/invalidate.h"
#include "core/pin.h"
#include "engine/aimed.h"
#include "engine/attempt.h"
#include "engine/grip.h"
#include "engine/observer.h"
#include "engine/stage.h"
#include "engine/victim.h"
#include "sys/access.h"
#include "sys/process.h"

#define PAGE (4 * GR_KIB)
#define LOAD(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define STORE(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)

/* No iteration: the side that invalidates shall end. */
#define NO_MORE UINT32_MAX

struct pinner {
	struct gr_stage *st;
	struct gr_worker *w;
	unsigned int index;
	struct gr_pin_facts *facts;
	struct gr_grip grip;
	struct gr_attempt_facts race;
	struct gr_observer observer;
	struct gr_invalidate inv; /* SAME_MM and VICTIM only */
	pthread_t thread; /* of inv */
	struct gr_victim_seat seat; /* VICTIM only */
};

/* Does a child of it pin in its stead? */
static bool has_victim(const struct pinner *p)
{
	return p->seat.words;
}

static void forget_iteration(struct gr_pin_facts *f)
{
	STORE(&f->in_pin, 0);
	STORE(&f->left, GR_PHASE_AHEAD);
	STORE(&f->entered, GR_PHASE_AHEAD);
	STORE(&f->held_ns, 0);
	STORE(&f->unpin_ns, 0);
	STORE(&f->unpinned_ns, 0);
}

/* The first byte of the mapping that must be gone after the invalidation. */
static char *first_taken(const struct pinner *p)
{
	const struct gr_stage *st = p->st;

	return (char *)p->grip.map.range.addr +
	       gr_inv_kept(st->c.inv, st->target.spec.align);
}

/* Hold until the supervisor lets go, also when the pin could not be taken. */
static void drop_held(struct pinner *p)
{
	struct gr_stage *st = p->st;
	uint32_t seen;

	if (!LOAD(&p->facts->held_ns))
		return;
	while ((seen = LOAD(&st->permit)) != st->facts.iteration &&
	       !gr_stage_aborted(st))
		(void)gr_futex_wait(&st->permit, seen, 100 * GR_NSEC_PER_MSEC);
	if (LOAD(&st->facts.inv.begin_ns))
		p->facts->nr_overlaps++; /* held while it ran */
	STORE(&p->facts->unpin_ns, gr_now_ns());
	(void)p->grip.pin.ops->unpin(
		&p->grip.pin); /* what it did shows in the oracles */
	STORE(&p->facts->unpinned_ns, gr_now_ns());
}

static enum gr_access look(char *addr)
{
	switch (gr_touch(addr, false)) {
	case 0:
		return GR_ACCESS_OK;
	case -ENXIO:
		return GR_ACCESS_SIGBUS;
	default:
		return GR_ACCESS_SIGSEGV;
	}
}

/* Each page by itself: a teardown may have reached the first one only. */
static void look_at_pinned(struct pinner *p)
{
	const struct gr_grip *g = &p->grip;
	const char *first = first_taken(p);

	for (int i = 0; i < g->nr_iov; i++) {
		char *page = g->iov[i].iov_base;
		char *end = page + g->iov[i].iov_len;

		if (page == g->ordinary)
			continue;
		for (; page < end; page += PAGE)
			if (page >= first)
				p->facts->touched[look(page)]++;
	}
}

/* Only what succeeded promises something about the old mapping. */
static void look_after(struct pinner *p)
{
	const struct gr_stage *st = p->st;
	struct gr_pin_facts *f = p->facts;

	if (!gr_inv_kills_mapping(st->c.inv) || st->facts.inv.ret ||
	    !(st->target.ops->flags & GR_TARGET_MAPS_DEVICE))
		return;
	look_at_pinned(p);
	if (p->grip.untouched)
		f->untouched[look(p->grip.untouched)]++;
}

static int step_after(struct pinner *p)
{
	int ret = 0;

	if (has_victim(p))
		return gr_victim_bury(&p->seat);
	if (p->inv.ops && !p->st->facts.inv.ret)
		ret = p->inv.ops->restore(&p->inv);
	if (ret)
		return gr_err(ret, "cannot undo '%s'", p->inv.ops->name);
	gr_observer_watch(&p->observer, NULL);
	look_after(p);
	return gr_grip_drop(&p->grip);
}

/* The side that invalidates: acts once for each iteration that it is told to. */
static void *invalidating_thread(void *arg)
{
	struct pinner *p = arg;
	struct gr_stage *st = p->st;
	struct gr_inv_facts *f = &st->facts.inv;
	uint32_t seen = 0;

	gr_run_on(GR_CPU_KEEPER); /* not where it pins */
	if (!has_victim(p))
		STORE(&f->pid, gr_thread_id());
	while (!gr_stage_aborted(st)) {
		uint32_t go = LOAD(&st->go_pinner);

		if (go == seen) {
			(void)gr_futex_wait(&st->go_pinner, go,
					    100 * GR_NSEC_PER_MSEC);
			continue;
		}
		seen = go;
		if (go == NO_MORE)
			break;
		if (has_victim(p))
			gr_victim_doomed(&p->seat);
		gr_aimed_invalidate(st, &p->inv);
		__atomic_add_fetch(&st->bell, 1, __ATOMIC_ACQ_REL);
		gr_futex_wake(&st->bell);
	}
	return NULL;
}

/* Once there is a first mapping, or a first victim. */
static int start_invalidating(struct pinner *p)
{
	struct gr_stage *st = p->st;
	int ret;

	p->inv.ops = st->c.inv;
	p->inv.ctx = st->ctx;
	p->inv.target = &st->target;
	if (has_victim(p))
		p->inv.victim = gr_victim_handle(&p->seat);
	else
		p->inv.mapping = &p->grip.map;
	p->inv.priv = calloc(1, st->c.inv->priv_size + 1);
	if (!p->inv.priv)
		return -ENOMEM;
	ret = st->c.inv->setup(st->ctx, &p->inv);
	if (ret)
		return ret;
	return -pthread_create(&p->thread, NULL, invalidating_thread, p);
}

/* Not where it may be stuck: then it ends with the process. */
static void stop_invalidating(struct pinner *p)
{
	struct gr_stage *st = p->st;

	if (!p->thread || gr_stage_aborted(st))
		return;
	STORE(&st->go_pinner, NO_MORE);
	gr_futex_wake(&st->go_pinner);
	(void)pthread_join(p->thread, NULL); /* ours, and joined once */
	p->inv.ops->teardown(&p->inv);
	free(p->inv.priv);
}

static int step_map(struct pinner *p)
{
	bool invalidates = gr_inv_is_pinners(p->st->c.inv) && !p->index;
	int ret;

	forget_iteration(p->facts);
	ret = has_victim(p) ? gr_victim_start(&p->seat)
			    : gr_grip_take(&p->grip);
	if (!ret && invalidates && !p->thread)
		ret = start_invalidating(p);
	if (ret || has_victim(p))
		return ret;
	p->inv.pinned = p->grip.iov[0].iov_base;
	gr_observer_watch(&p->observer, first_taken(p));
	return 0;
}

/* A HELD pin is taken before the invalidation; what it held it by may go. */
static int step_pin(struct pinner *p)
{
	if (has_victim(p))
		return gr_victim_pin(&p->seat);
	if (p->grip.pin.ops->kind != GR_PIN_HELD)
		return 0;
	(void)gr_attempt(&p->grip.pin, p->grip.iov, p->grip.nr_iov, &p->race);
	return p->st->c.inv->flags & GR_INV_UNMAPPED ? gr_grip_unmap(&p->grip)
						     : 0;
}

static int do_step(struct pinner *p, enum gr_step step)
{
	switch (step) {
	case GR_STEP_MAP:
		return step_map(p);
	case GR_STEP_PIN:
		return step_pin(p);
	default:
		return step_after(p);
	}
}

/* After the step PIN: until it is over, or the permit comes. */
static void go_on_pinning(struct pinner *p)
{
	if (has_victim(p))
		return;
	if (p->grip.pin.ops->kind == GR_PIN_HELD)
		drop_held(p);
	else
		gr_aimed_loop(p->st, p->index, &p->grip, &p->race);
}

static int do_steps(struct pinner *p)
{
	uint32_t clock = 0;
	int ret = 0;

	while (!ret) {
		enum gr_step step = gr_stage_wait_step(p->st, clock, &clock);

		if (step == GR_STEP_EXIT)
			break;
		ret = do_step(p, step);
		if (!ret)
			gr_stage_done(p->st, p->w, clock);
		if (!ret && step == GR_STEP_PIN)
			go_on_pinning(p);
	}
	return ret;
}

static int prepare(struct pinner *p)
{
	struct gr_stage *st = p->st;
	int ret = 0;

	if (st->c.inv->flags & GR_INV_VICTIM && !p->index) {
		p->seat = (struct gr_victim_seat){
			.st = st,
			.w = p->w,
			.grip = &p->grip,
			.race = p->race,
			.facts = p->facts,
		};
		ret = gr_victim_init(&p->seat);
	}
	return ret ? ret : gr_observer_start(&p->observer, st, p->facts);
}

void gr_pinner_run(struct gr_stage *st, unsigned int index)
{
	struct pinner p = {
		.st = st,
		.w = &st->worker[GR_ROLE_PINNER + index],
		.index = index,
		.facts = &st->facts.pin[index],
		.race = {&st->facts.pin[index], &st->facts.inv},
	};
	int ret = gr_grip_init(&p.grip, st->ctx, &st->c, &st->target, p.facts);

	if (ret)
		return gr_stage_fail(p.w, ret);
	ret = prepare(&p);
	if (!ret)
		ret = do_steps(&p);
	if (!ret)
		stop_invalidating(&p);
	if (ret && ret != -ECANCELED)
		gr_stage_fail(p.w, ret);
	if (has_victim(&p))
		gr_victim_fini(&p.seat);
	gr_grip_fini(&p.grip);
}
