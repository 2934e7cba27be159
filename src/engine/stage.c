// SPDX-License-Identifier: GPL-2.0-only
#include "engine/stage.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "sys/process.h"

/* Sleepers look at the abort word so often at the latest. */
#define WAKE_NS (100 * GR_NSEC_PER_MSEC)

/* How long a worker waits for its event to be written before it acts. */
#define ACK_NS (2 * GR_NSEC_PER_SEC)

#define LOAD(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define STORE(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)

bool gr_stage_aborted(const struct gr_stage *st)
{
	return LOAD(&st->abort) != 0;
}

void gr_stage_op(struct gr_stage *st, struct gr_worker *w, const char *fmt, ...)
{
	uint64_t until = gr_now_ns() + ACK_NS;
	char text[GR_OP_MAX];
	uint32_t ack, seq;
	bool again;
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	again = st->facts.iteration > 1;
	memcpy(w->op, text, sizeof(text));
	STORE(&w->op_since_ns, gr_now_ns());
	seq = w->op_seq + 1;
	STORE(&w->op_seq, seq);
	(void)__atomic_add_fetch(&st->bell, 1, __ATOMIC_ACQ_REL);
	gr_futex_wake(&st->bell);
	/* a check in two processes may be overtaken: a later one will do */
	while (!again && (int32_t)((ack = LOAD(&w->op_ack)) - seq) < 0 &&
	       !gr_stage_aborted(st) && gr_now_ns() < until)
		(void)gr_futex_wait(&w->op_ack, ack, WAKE_NS);
}

void gr_stage_advance(struct gr_stage *st, enum gr_step step)
{
	STORE(&st->step, step);
	STORE(&st->clock, st->clock + 1);
	gr_futex_wake(&st->clock);
}

enum gr_step gr_stage_wait_step(struct gr_stage *st, uint32_t seen,
				uint32_t *clock)
{
	while (LOAD(&st->clock) == seen && !gr_stage_aborted(st))
		(void)gr_futex_wait(&st->clock, seen, WAKE_NS);
	if (gr_stage_aborted(st))
		return GR_STEP_EXIT;
	*clock = LOAD(&st->clock);
	return (enum gr_step)LOAD(&st->step);
}

void gr_stage_done(struct gr_stage *st, struct gr_worker *w, uint32_t clock)
{
	STORE(&w->done, clock);
	__atomic_add_fetch(&st->bell, 1, __ATOMIC_ACQ_REL);
	gr_futex_wake(&st->bell);
}

static bool all_done(const struct gr_stage *st, bool *failed)
{
	bool all = true;

	for (unsigned int i = 0; i < st->facts.nr_pinners; i++) {
		const struct gr_worker *w = &st->worker[GR_ROLE_PINNER + i];

		if (LOAD(&w->ret))
			*failed = true;
		if (LOAD(&w->done) != st->clock)
			all = false;
	}
	return all;
}

int gr_stage_wait_pinners(struct gr_stage *st)
{
	bool failed = false;

	for (;;) {
		uint32_t bell = LOAD(&st->bell);

		if (all_done(st, &failed))
			return failed ? -ECANCELED : 0;
		if (failed || gr_stage_aborted(st))
			return -ECANCELED;
		(void)gr_futex_wait(&st->bell, bell, WAKE_NS);
	}
}

int gr_stage_quiescent(struct gr_stage *st, enum gr_quiet state)
{
	struct gr_quiet_facts *q = &st->facts.quiet;
	uint32_t seq = st->quiet_seq + 1, ack;

	STORE(&q->state, state);
	STORE(&q->nr_points, q->nr_points + 1);
	STORE(&st->quiet_seq, seq);
	(void)__atomic_add_fetch(&st->bell, 1, __ATOMIC_ACQ_REL);
	gr_futex_wake(&st->bell);
	while ((ack = LOAD(&st->quiet_ack)) != seq && !gr_stage_aborted(st))
		(void)gr_futex_wait(&st->quiet_ack, ack, WAKE_NS);
	return gr_stage_aborted(st) ? -ECANCELED : 0;
}

static void to_reason(enum gr_log_level level, const char *text, void *arg)
{
	struct gr_worker *w = arg;

	if (level == GR_LOG_ERROR && !w->reason.text[0])
		gr_reason_set(&w->reason, "%s", text);
}

void gr_stage_log_to(struct gr_worker *w)
{
	gr_log_set_sink(to_reason, w);
}

void gr_stage_fail(struct gr_worker *w, int ret)
{
	if (!w->reason.text[0])
		gr_reason_set(&w->reason, "%s: %s", w->op, strerror(-ret));
	STORE(&w->ret, ret);
}
