// SPDX-License-Identifier: GPL-2.0-only
#include "engine/victim.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>

#include "base/clock.h"
#include "base/log.h"
#include "engine/aimed.h"
#include "sys/process.h"

#define LOAD(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define STORE(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)

/* Sleepers look so often whether the other one is still there. */
#define LOOK_NS (20 * GR_NSEC_PER_MSEC)

/* One that was killed; far above what any takes. */
#define END_MS 20000

enum progress {
	MADE,
	GRIPS, /* mapped, faulted in, set up */
	PINS, /* holds, or has begun to pin again and again */
};

struct gr_victim_words {
	struct gr_victim handle;
	uint32_t progress; /* futex */
	uint32_t go; /* it may pin; futex */
	int32_t ret; /* 0, or -errno of what it could not do */
};

int gr_victim_init(struct gr_victim_seat *seat)
{
	void *mem;
	int ret = gr_shared_new(sizeof(*seat->words), &mem);

	if (!ret)
		seat->words = mem;
	return ret;
}

void gr_victim_fini(struct gr_victim_seat *seat)
{
	gr_shared_free(seat->words, sizeof(*seat->words));
	seat->words = NULL;
}

struct gr_victim *gr_victim_handle(struct gr_victim_seat *seat)
{
	return &seat->words->handle;
}

static void get_on(struct gr_victim_words *words, enum progress progress)
{
	STORE(&words->progress, progress);
	gr_futex_wake(&words->progress);
}

/* Its main thread may be deep in a pin when it is told to leave. */
static void *leave_when_told(void *arg)
{
	struct gr_victim_words *words = arg;

	gr_run_on(GR_CPU_KEEPER); /* which waits by then */
	while (!LOAD(&words->handle.leave))
		(void)gr_futex_wait(&words->handle.leave, 0, LOOK_NS);
	gr_exit_now(0);
}

static void wait_for_go(struct gr_victim_seat *seat)
{
	while (!LOAD(&seat->words->go) && !gr_stage_aborted(seat->st))
		(void)gr_futex_wait(&seat->words->go, 0, LOOK_NS);
}

static void pin_until_dead(struct gr_victim_seat *seat)
{
	struct gr_stage *st = seat->st;
	struct gr_grip *g = seat->grip;
	bool held = g->pin.ops->kind == GR_PIN_HELD;
	uint32_t never = 0;

	if (held)
		(void)gr_attempt(&g->pin, g->iov, g->nr_iov, &seat->race);
	get_on(seat->words, PINS);
	if (!held)
		gr_aimed_loop(st, 0, g, &seat->race);
	while (!gr_stage_aborted(st))
		(void)gr_futex_wait(&never, 0, GR_NSEC_PER_SEC);
}

static void live(struct gr_victim_seat *seat)
{
	pthread_t leaver;
	int ret = gr_grip_take(seat->grip);

	if (!ret)
		ret = -pthread_create(&leaver, NULL, leave_when_told,
				      seat->words);
	if (ret) {
		STORE(&seat->words->ret, ret);
		gr_exit_now(1);
	}
	get_on(seat->words, GRIPS);
	wait_for_go(seat);
	pin_until_dead(seat);
	gr_exit_now(0);
}

/* Whether it ended before it was told to shows at its pid. */
static int reap(struct gr_victim_seat *seat, unsigned int wait_ms)
{
	struct gr_victim *v = &seat->words->handle;
	int status, ret = v->pid ? gr_reap(v->pid, wait_ms, &status) : 1;

	if (ret)
		v->pid = 0;
	return ret;
}

static int wait_until(struct gr_victim_seat *seat, enum progress progress)
{
	struct gr_victim_words *words = seat->words;
	uint32_t now;

	while ((now = LOAD(&words->progress)) < progress) {
		if (gr_stage_aborted(seat->st))
			return -ECANCELED;
		if (reap(seat, 0))
			return words->ret ? words->ret
					  : gr_err(-ECHILD,
						   "the process that was to "
						   "pin ended by itself");
		(void)gr_futex_wait(&words->progress, now, LOOK_NS);
	}
	return 0;
}

int gr_victim_start(struct gr_victim_seat *seat)
{
	struct gr_victim_words *words = seat->words;
	pid_t pid;

	*words = (struct gr_victim_words){.progress = MADE};
	pid = gr_fork(-1); /* where the pinner is */
	if (pid < 0)
		return gr_err(pid, "cannot make a process that pins");
	if (!pid)
		live(seat);
	words->handle.pid = pid;
	STORE(&seat->facts->pid, pid);
	STORE(&seat->st->facts.inv.pid, pid); /* whose stack a hang shows */
	return wait_until(seat, GRIPS);
}

int gr_victim_pin(struct gr_victim_seat *seat)
{
	STORE(&seat->words->go, 1);
	gr_futex_wake(&seat->words->go);
	return wait_until(seat, PINS);
}

void gr_victim_doomed(struct gr_victim_seat *seat)
{
	struct gr_pin_facts *f = seat->facts;
	uint64_t now = gr_now_ns();

	if (!LOAD(&f->held_ns))
		return;
	STORE(&f->unpin_ns, now);
	STORE(&f->unpinned_ns, now);
}

/* What it would have counted itself, had it lived on. */
static void count_last(struct gr_victim_seat *seat)
{
	struct gr_pin_facts *f = seat->facts;

	STORE(&f->map_addr, 0);
	STORE(&f->pid, seat->w->pid);
	if (LOAD(&seat->st->facts.inv.begin_ns) && f->held_ns)
		f->nr_overlaps++; /* held when its end began */
	if (!LOAD(&f->in_pin))
		return;
	STORE(&f->in_pin, 0);
	f->nr_attempts++;
	if (f->entered != GR_PHASE_RETURNED)
		f->nr_overlaps++;
}

int gr_victim_bury(struct gr_victim_seat *seat)
{
	if (!reap(seat, 0)) {
		(void)gr_kill(seat->words->handle.pid,
			      SIGKILL); /* reaped next */
		if (!reap(seat, END_MS))
			return gr_err(-ETIMEDOUT,
				      "the process that pins cannot be ended");
	}
	count_last(seat);
	return 0;
}
