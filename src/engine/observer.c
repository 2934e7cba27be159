// SPDX-License-Identifier: GPL-2.0-only
#include "engine/observer.h"

#include "base/clock.h"
#include "core/invalidate.h"
#include "sys/call.h"
#include "sys/process.h"

#define LOAD(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define STORE(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)

/* So often it asks whether the teardown has returned. */
#define LOOK_NS (2 * GR_NSEC_PER_MSEC)

/*
 * Does the page still reach memory? write(2) copies from it, and where it is
 * gone gives EFAULT without a signal.
 */
static bool reaches_memory(struct gr_observer *ob, const char *page)
{
	char byte;

	if (gr_write(ob->pipe[1], page, 1) != 1)
		return false;
	(void)gr_read(ob->pipe[0], &byte, 1); /* what was just written */
	return true;
}

static bool torn_down(const struct gr_stage *st)
{
	return LOAD(&st->facts.inv.end_ns) && !st->facts.inv.ret;
}

static void *observe(void *arg)
{
	struct gr_observer *ob = arg;
	struct gr_stage *st = ob->st;

	while (!gr_stage_aborted(st)) {
		uint32_t iteration = LOAD(&st->facts.iteration);
		char *page = LOAD(&ob->page);
		uint32_t never = 0;

		if (page && ob->looked != iteration && torn_down(st)) {
			if (reaches_memory(ob, page))
				ob->facts->survived++;
			STORE(&ob->looked, iteration);
		}
		(void)gr_futex_wait(&never, 0, LOOK_NS);
	}
	return NULL;
}

int gr_observer_start(struct gr_observer *ob, struct gr_stage *st,
		      struct gr_pin_facts *facts)
{
	int ret;

	ob->st = st;
	ob->facts = facts;
	if (!gr_inv_kills_mapping(st->c.inv) ||
	    !(st->c.target->flags & GR_TARGET_MAPS_DEVICE))
		return 0;
	ret = gr_pipe(ob->pipe);
	return ret ? ret : -pthread_create(&ob->thread, NULL, observe, ob);
}

void gr_observer_watch(struct gr_observer *ob, char *page)
{
	struct gr_stage *st = ob->st;
	uint32_t iteration = LOAD(&st->facts.iteration), never = 0;

	if (!ob->thread)
		return;
	while (!page && torn_down(st) && LOAD(&ob->looked) != iteration &&
	       !gr_stage_aborted(st))
		(void)gr_futex_wait(&never, 0, LOOK_NS);
	STORE(&ob->page, page);
}
