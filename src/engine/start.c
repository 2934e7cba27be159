// SPDX-License-Identifier: GPL-2.0-only
#include "engine/start.h"

#include "base/clock.h"
#include "base/ticks.h"
#include "sys/process.h"

#define LOAD(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define STORE(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)

/* Sleepers look at the abort word so often at the latest. */
#define LOOK_NS (20 * GR_NSEC_PER_MSEC)

void gr_start_init(struct gr_start *s, unsigned int nr, unsigned int nr_cpus,
		   const uint32_t *abort)
{
	*s = (struct gr_start){
		.nr = nr,
		.sleeps = nr_cpus < nr,
		.abort = abort,
	};
}

void gr_start_call(struct gr_start *s, uint32_t round)
{
	STORE(&s->here, 0);
	STORE(&s->called, round);
}

static void open_round(struct gr_start *s, uint32_t round)
{
	STORE(&s->open, round);
	if (s->sleeps)
		gr_futex_wake(&s->open);
}

/* The last one to come opens it. */
static void arrive(struct gr_start *s, uint32_t round)
{
	if (__atomic_add_fetch(&s->here, 1, __ATOMIC_ACQ_REL) == s->nr)
		open_round(s, round);
}

static void pause_for(struct gr_start *s, uint32_t seen)
{
	if (s->sleeps)
		(void)gr_futex_wait(&s->open, seen, LOOK_NS);
	else
		__builtin_ia32_pause();
}

bool gr_start_meet(struct gr_start *s, uint32_t round)
{
	uint32_t seen = LOAD(&s->open);

	if (seen == round)
		return false;
	arrive(s, round);
	while ((seen = LOAD(&s->open)) != round) {
		if (LOAD(s->abort) || LOAD(&s->called) != round)
			return false;
		pause_for(s, seen);
	}
	return true;
}

bool gr_start_lead(struct gr_start *s, uint32_t round, uint64_t limit)
{
	uint64_t until = gr_ticks() + limit;
	uint32_t seen;

	arrive(s, round);
	while ((seen = LOAD(&s->open)) != round) {
		if (LOAD(s->abort) || gr_ticks() > until) {
			open_round(s, round);
			return false;
		}
		pause_for(s, seen);
	}
	return true;
}
