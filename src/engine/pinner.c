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
#include "engine/attempt.h"
#include "engine/grip.h"
#include "engine/observer.h"
#include "engine/stage.h"
#include "sys/access.h"
#include "sys/process.h"

#define PAGE (4 * GR_KIB)
#define LOAD(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define STORE(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)

struct pinner {
	struct gr_stage *st;
	struct gr_worker *w;
	struct gr_pin_facts *facts;
	struct gr_grip grip;
	struct gr_attempt_facts race;
	struct gr_observer observer;
	struct gr_invalidate inv; /* SAME_MM only */
	pthread_t thread; /* of inv */
};

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

static int step_map(struct pinner *p)
{
	int ret;

	forget_iteration(p->facts);
	ret = gr_grip_take(&p->grip);
	if (!ret)
		gr_observer_watch(&p->observer, first_taken(p));
	return ret;
}

static void pin_loop(struct pinner *p)
{
	uint32_t iteration = p->st->facts.iteration;

	while (LOAD(&p->st->quiet) != iteration && !gr_stage_aborted(p->st))
		(void)gr_attempt(&p->grip.pin, p->grip.iov, p->grip.nr_iov,
				 &p->race);
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

	if (p->inv.ops && !p->st->facts.inv.ret)
		ret = p->inv.ops->restore(&p->inv);
	if (ret)
		return gr_err(ret, "cannot undo '%s'", p->inv.ops->name);
	gr_observer_watch(&p->observer, NULL);
	look_after(p);
	return gr_grip_drop(&p->grip);
}

/* The SAME_MM side: acts once for each iteration that it is told to. */
static void *same_mm_thread(void *arg)
{
	struct pinner *p = arg;
	struct gr_stage *st = p->st;
	struct gr_inv_facts *f = &st->facts.inv;
	uint32_t seen = 0;

	while (!gr_stage_aborted(st)) {
		uint32_t go = LOAD(&st->go_same_mm);

		if (go == seen) {
			(void)gr_futex_wait(&st->go_same_mm, go,
					    100 * GR_NSEC_PER_MSEC);
			continue;
		}
		seen = go;
		if (go == UINT32_MAX)
			break;
		gr_invalidate_timed(&p->inv, f);
		__atomic_add_fetch(&st->bell, 1, __ATOMIC_ACQ_REL);
		gr_futex_wake(&st->bell);
	}
	return NULL;
}

static int start_same_mm(struct pinner *p)
{
	struct gr_stage *st = p->st;
	int ret;

	p->inv.ops = st->c.inv;
	p->inv.ctx = st->ctx;
	p->inv.target = &st->target;
	p->inv.mapping = &p->grip.map;
	p->inv.priv = calloc(1, st->c.inv->priv_size + 1);
	if (!p->inv.priv)
		return -ENOMEM;
	ret = st->c.inv->setup(st->ctx, &p->inv);
	if (ret)
		return ret;
	return -pthread_create(&p->thread, NULL, same_mm_thread, p);
}

/* A HELD pin is taken before the invalidation; what it held it by may go. */
static int step_pin(struct pinner *p)
{
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

void gr_pinner_run(struct gr_stage *st, unsigned int index)
{
	struct pinner p = {
		.st = st,
		.w = &st->worker[GR_ROLE_PINNER + index],
		.facts = &st->facts.pin[index],
		.race = {&st->facts.pin[index], &st->facts.inv},
	};
	uint32_t clock = 0;
	int ret = 0;

	ret = gr_grip_init(&p.grip, st->ctx, &st->c, &st->target, p.facts);
	if (ret)
		return gr_stage_fail(p.w, ret);
	if ((st->c.inv->flags & GR_INV_SAME_MM) && !index)
		ret = start_same_mm(&p);
	if (!ret)
		ret = gr_observer_start(&p.observer, st, p.facts);
	while (!ret) {
		enum gr_step step = gr_stage_wait_step(st, clock, &clock);

		if (step == GR_STEP_EXIT)
			break;
		ret = do_step(&p, step);
		if (!ret)
			gr_stage_done(st, p.w, clock);
		if (!ret && step == GR_STEP_PIN) {
			if (p.grip.pin.ops->kind == GR_PIN_HELD)
				drop_held(&p);
			else
				pin_loop(&p);
		}
	}
	if (ret)
		gr_stage_fail(p.w, ret);
	gr_grip_fini(&p.grip);
}
