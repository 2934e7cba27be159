// SPDX-License-Identifier: GPL-2.0-only
/*
 * The supervisor of one case: starts the workers, watches the clock, lets held
 * pins go, asks the oracles, and ends the case. It never waits for a worker
 * without a deadline.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/log.h"
#include "core/check.h"
#include "core/invalidate.h"
#include "core/known.h"
#include "core/pin.h"
#include "engine/judge.h"
#include "engine/oracles.h"
#include "engine/run.h"
#include "engine/stage.h"
#include "engine/supervise_internal.h"
#include "sys/kernel.h"
#include "sys/process.h"

#define LOAD(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define STORE(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)

/* The supervisor looks at least so often. */
#define POLL_NS (20 * GR_NSEC_PER_MSEC)

/* Any other operation of a worker: far above what any takes under emulation. */
#define OP_DEADLINE_NS (40 * GR_NSEC_PER_SEC)

/* After a first finding: time for what follows from it, in the log too. */
#define AFTERMATH_NS (400 * GR_NSEC_PER_MSEC)
#define AFTERMATH_MAX_NS (3 * GR_NSEC_PER_SEC)

void gr_supervision_op(struct gr_supervision *s, const char *op, bool held)
{
	const struct gr_case *c = &s->st->c;
	struct gr_event ev = {
		.type = GR_EV_OP,
		.op =
			{
				.name = c->name,
				.op = op,
				.ns = s->st->target.ns,
				.pin = c->pin ? c->pin->name : "",
				.pin_held = held,
			},
	};

	(void)snprintf(s->op, sizeof(s->op), "%s", op);
	gr_run_emit(s->run, &ev);
}

static struct gr_ev_aimed aimed_at(const struct gr_facts *f)
{
	struct gr_ev_aimed aimed = {
		.has_focus = f->offsets.has_focus,
		.focus_ns = f->offsets.focus_ns,
	};

	if (!f->is_aimed)
		return aimed;
	aimed.nr_offsets = f->nr_pinners;
	for (uint32_t i = 0; i < f->nr_pinners; i++)
		aimed.offset_ns[i] = LOAD(&f->pin[i].offset_ns);
	return aimed;
}

static void emit_finding(struct gr_supervision *s, const struct gr_finding *f)
{
	const struct gr_case *c = &s->st->c;
	const char *id = gr_known_match(c, &s->res->found, f, s->run->known);
	const struct gr_known *known = id ? gr_known_find(id) : NULL;
	struct gr_event ev = {
		.type = GR_EV_FINDING,
		.finding =
			{
				.name = c->name,
				.ns = s->st->target.ns,
				.pin = c->pin ? c->pin->name : "",
				.inv = c->inv ? c->inv->name : "",
				.op = s->op,
				.known = id,
				.cause = known ? known->cause : NULL,
				.aimed = aimed_at(&s->st->facts),
				.finding = f,
			},
	};

	gr_run_emit(s->run, &ev);
}

static bool any_hang(const struct gr_supervision *s)
{
	for (unsigned int i = s->nr_emitted; i < s->res->found.nr; i++)
		if (s->res->found.of[i].hang)
			return true;
	return false;
}

/*
 * What a warning comes from may be told only by what follows it: that what it was
 * printed in returns, with a page still pinned. As long as there is nothing worse,
 * warnings of an invalidation that is under way wait for its end.
 */
static bool may_wait(const struct gr_supervision *s)
{
	const struct gr_inv_facts *inv = &s->st->facts.inv;

	if (s->closing_ns || !LOAD(&inv->begin_ns) || LOAD(&inv->end_ns))
		return false;
	for (unsigned int i = s->nr_emitted; i < s->res->found.nr; i++) {
		const struct gr_finding *f = &s->res->found.of[i];

		if (f->class != GR_CLASS_WARNING || f->spends_kernel || f->hang)
			return false;
	}
	return true;
}

/* What the stage shows of it may still change; what it means for the case does not. */
static void weigh_findings(struct gr_supervision *s)
{
	struct gr_findings *list = &s->res->found;

	for (unsigned int i = s->nr_emitted; i < list->nr; i++) {
		struct gr_finding *f = &list->of[i];

		gr_evidence_add(s, f);
		s->res->spent |= f->spends_kernel;
		s->hang |= f->hang;
		s->scene.hang = s->hang;
		s->crashed |= f->class == GR_CLASS_CRASH;
	}
}

/*
 * In a race, what no entry explains may be explained by what is found in the case's
 * last moments: it is told at its end.
 */
static bool is_ripe(const struct gr_supervision *s, const struct gr_finding *f)
{
	const struct gr_case *c = &s->st->c;

	return s->is_over || c->kind != GR_CASE_RACE ||
	       gr_known_match(c, &s->res->found, f, s->run->known);
}

/* Return: false as long as all of them wait. */
static bool tell_findings(struct gr_supervision *s)
{
	struct gr_findings *list = &s->res->found;

	if (!s->is_over && may_wait(s))
		return false;
	if (!s->hang && any_hang(s))
		gr_oracles_sample(s->run, &s->scene, GR_POINT_HANG, list);
	weigh_findings(s);
	while (s->nr_emitted < list->nr && is_ripe(s, &list->of[s->nr_emitted]))
		emit_finding(s, &list->of[s->nr_emitted++]);
	return true;
}

/* The case ends some time after the first of them, if it does not wait. */
static void publish_findings(struct gr_supervision *s)
{
	if (tell_findings(s) && !s->closing_ns &&
	    s->res->found.nr > s->nr_taken)
		s->closing_ns = gr_now_ns();
}

void gr_supervision_sample(struct gr_supervision *s, enum gr_point point)
{
	gr_oracles_sample(s->run, &s->scene, point, &s->res->found);
	publish_findings(s);
}

/*
 * What a check finds is told before what it announces next, and before what the
 * log has of that: the kernel may not live to the end of it. The check goes on.
 */
static void take_found(struct gr_supervision *s)
{
	const struct gr_findings *from = &s->st->found;
	uint32_t nr = LOAD(&s->st->nr_found);

	if (s->nr_taken == nr)
		return;
	gr_findings_append(&s->res->found, &from->of[s->nr_taken],
			   nr - s->nr_taken);
	s->nr_taken = nr;
	(void)tell_findings(s); /* those of a check wait for nothing */
}

/* A worker stands still until it has been looked at. */
static void ack_quiet(struct gr_supervision *s)
{
	struct gr_stage *st = s->st;
	uint32_t seq = LOAD(&st->quiet_seq);

	if (seq == LOAD(&st->quiet_ack))
		return;
	gr_supervision_sample(s, GR_POINT_QUIESCENT);
	STORE(&st->quiet_ack, seq);
	gr_futex_wake(&st->quiet_ack);
}

static void ack_ops(struct gr_supervision *s)
{
	for (int i = 0; i < GR_WORKERS_MAX; i++) {
		struct gr_worker *w = &s->st->worker[i];
		uint32_t seq = LOAD(&w->op_seq);

		if (seq == LOAD(&w->op_ack))
			continue;
		take_found(s);
		if (s->st->facts.iteration <= 1)
			gr_supervision_op(s, w->op, gr_pins_any_held(s->st));
		STORE(&w->op_ack, seq);
		gr_futex_wake(&w->op_ack);
	}
}

static void add_stacks(const struct gr_supervision *s, struct gr_finding *f)
{
	char stack[512];

	for (int i = 0; i < GR_WORKERS_MAX; i++) {
		const struct gr_worker *w = &s->st->worker[i];
		int state;

		if (!w->pid)
			continue;
		state = gr_process_state(w->pid);
		gr_process_stack(w->pid, stack, sizeof(stack));
		gr_finding_evidence(f, "worker %d (%s) is in state %c:\n%s", i,
				    w->op, state > 0 ? state : '?', stack);
	}
}

/* An operation outside the window that does not come back is a hang, too. */
static void watch_ops(struct gr_supervision *s, uint64_t now)
{
	struct gr_worker *w = &s->st->worker[GR_ROLE_KEEPER];
	uint64_t since = LOAD(&w->op_since_ns);
	struct gr_finding *f;

	if (s->hang || !w->pid || !since || now < since + OP_DEADLINE_NS)
		return;
	f = gr_finding_add(
		&s->res->found, "watchdog", GR_CLASS_LEAK, "operation-stuck",
		"%s has not ended after %llu s", w->op,
		(unsigned long long)((now - since) / GR_NSEC_PER_SEC));
	f->hang = true;
	f->spends_kernel = true;
	add_stacks(s, f);
}

static void note_end(struct gr_supervision *s, struct gr_worker *w, int status)
{
	w->pid = 0;
	if (WIFSIGNALED(status) || WEXITSTATUS(status))
		s->worker_died = true;
	if (LOAD(&w->ret))
		s->worker_failed = true;
}

static bool reap_workers(struct gr_supervision *s)
{
	bool alive = false;
	int status;

	for (int i = 0; i < GR_WORKERS_MAX; i++) {
		struct gr_worker *w = &s->st->worker[i];

		if (!w->pid)
			continue;
		if (gr_reap(w->pid, 0, &status))
			note_end(s, w, status);
		else
			alive = true;
	}
	return alive;
}

static bool over(struct gr_supervision *s, bool alive, uint64_t now)
{
	uint64_t since = s->closing_ns;

	if (!alive || s->hang)
		return true;
	if ((s->worker_died || s->worker_failed) && !since)
		s->closing_ns = since = now;
	if (!since)
		return false;
	if (now > since + AFTERMATH_MAX_NS)
		return true;
	return now > since + AFTERMATH_NS &&
	       (s->worker_died || s->crashed || !gr_pins_any_held(s->st));
}

static void watch(struct gr_supervision *s)
{
	uint64_t now;
	bool alive;

	do {
		uint32_t bell = LOAD(&s->st->bell);

		alive = reap_workers(s);
		ack_ops(s);
		ack_quiet(s);
		take_found(s);
		gr_supervision_sample(s, GR_POINT_POLL);
		now = gr_now_ns();
		gr_pins_watch(s, now);
		watch_ops(s, now);
		publish_findings(s);
		if (over(s, alive, now) || gr_run_interrupted(s->run))
			break;
		(void)gr_futex_wait(&s->st->bell, bell, POLL_NS);
	} while (true);
}

/* So long a file system may take to be unmounted when its keeper was killed. */
#define SWEEP_MS 10000

/*
 * A keeper that was killed has not given its target back: a file system is still
 * mounted. A process of its own tries, since that may block.
 */
static void sweep(struct gr_supervision *s)
{
	struct gr_stage *st = s->st;
	const struct gr_target_ops *ops = st->target.ops;
	int status = 0;
	pid_t pid;

	if (LOAD(&st->finished) || !ops->release || s->res->spent)
		return;
	pid = gr_fork(-1);
	if (!pid)
		gr_exit_now(ops->release(st->ctx, &st->target) ? 1 : 0);
	if (pid > 0 && gr_reap(pid, SWEEP_MS, &status) && !status)
		return;
	if (pid > 0)
		(void)gr_kill(pid, SIGKILL); /* may be gone */
	s->res->spent = true;
}

/* To the console: the tasks that are blocked, and what runs. It may be off. */
static void show_tasks(void)
{
	(void)gr_kernel_sysrq('w');
	(void)gr_kernel_sysrq('l');
}

/* Ends what is left; a worker that cannot be killed spends the kernel. */
static void stop_workers(struct gr_supervision *s)
{
	struct gr_stage *st = s->st;
	int status;

	if (s->hang)
		show_tasks();
	STORE(&st->abort, 1);
	gr_futex_wake(&st->clock);
	gr_futex_wake(&st->permit);
	gr_futex_wake(&st->go_pinner);
	gr_futex_wake(&st->quiet_ack);
	for (int i = 0; i < GR_WORKERS_MAX; i++) {
		struct gr_worker *w = &st->worker[i];

		if (!w->pid)
			continue;
		if (!gr_reap(w->pid, s->res->spent ? 20 : 1000, &status)) {
			(void)gr_kill(w->pid, SIGKILL); /* may be gone */
			if (!gr_reap(w->pid, s->res->spent ? 20 : 500,
				     &status)) {
				s->res->spent = true;
				continue;
			}
		}
		w->pid = 0;
	}
	sweep(s);
}

static int start_one(struct gr_supervision *s, int role)
{
	struct gr_stage *st = s->st;
	struct gr_worker *w = &st->worker[role];
	pid_t pid = gr_fork(role == GR_ROLE_KEEPER ? GR_CPU_KEEPER : role);

	if (pid < 0)
		return gr_err(pid, "cannot start a worker");
	if (pid) {
		w->pid = pid;
		return 0;
	}
	gr_stage_log_to(w);
	if (st->c.kind == GR_CASE_CHECK || st->c.kind == GR_CASE_REFUSAL)
		gr_checker_run(st);
	else if (role == GR_ROLE_KEEPER)
		gr_keeper_run(st);
	else if (role == GR_ROLE_WITNESS)
		gr_witness_run(st);
	else
		gr_pinner_run(st, (unsigned int)(role - GR_ROLE_PINNER));
	gr_exit_now(0);
}

static int start_workers(struct gr_supervision *s)
{
	struct gr_stage *st = s->st;
	int ret = start_one(s, GR_ROLE_KEEPER);

	st->facts.inv.pid = st->worker[GR_ROLE_KEEPER].pid;
	if (st->c.kind == GR_CASE_BALANCE) {
		st->facts.pin[0].pid = st->worker[GR_ROLE_KEEPER].pid;
		return ret;
	}
	if (!ret && st->c.witness)
		ret = start_one(s, GR_ROLE_WITNESS);
	for (uint32_t i = 0; i < st->facts.nr_pinners && !ret; i++) {
		ret = start_one(s, GR_ROLE_PINNER + (int)i);
		st->facts.pin[i].pid = st->worker[GR_ROLE_PINNER + i].pid;
	}
	return ret;
}

static void finish(struct gr_supervision *s)
{
	const char *blind;

	s->is_over = true;
	s->res->facts = s->st->facts;
	take_found(s);
	s->res->found.nr_dropped += s->st->found.nr_dropped;
	gr_supervision_sample(s, GR_POINT_END);
	blind = gr_oracles_judge(s->run, &s->scene, &s->res->found);
	gr_oracles_figures(s->run, &s->res->figures);
	publish_findings(s);
	gr_judge(s->run, s->st,
		 &(struct gr_evidence){blind, s->worker_died, s->op,
				       gr_run_interrupted(s->run)},
		 s->res);
}

static void set_stage(struct gr_supervision *s, const struct gr_case *c)
{
	struct gr_stage *st = s->st;

	st->ctx = s->run->ctx;
	st->c = *c;
	st->target.ops = c->target;
	st->target.spec = c->spec;
	st->witness_target = st->target;
	st->target.spec.crowded = c->kind == GR_CASE_RACE &&
				  c->target->occupy &&
				  c->inv->flags & GR_INV_FREES;
	st->seed = s->run->ctx->seed;
	for (const char *p = c->name; *p; p++)
		st->seed = st->seed * 31 + (unsigned char)*p;
	if (c->kind == GR_CASE_RACE)
		st->facts.nr_pinners = c->nr_pinners;
	else if (c->kind == GR_CASE_BALANCE)
		st->facts.nr_pinners = 1; /* the keeper is it */
	gr_start_init(&st->aimed.start, st->facts.nr_pinners + 1, gr_nr_cpus(),
		      &st->abort);
	s->scene.c = &st->c;
	s->scene.target = &st->target;
	s->scene.facts = &st->facts;
	s->scene.op = s->op;
	s->scene.slow = st->aimed.slow;
}

int gr_supervise(struct gr_run *run, const struct gr_case *c,
		 struct gr_result *res)
{
	struct gr_supervision s = {.run = run, .res = res};
	uint64_t begin = gr_now_ns();
	void *mem;
	int ret;

	memset(res, 0, sizeof(*res));
	ret = gr_shared_new(sizeof(*s.st), &mem);
	if (ret)
		return gr_err(ret, "cannot share memory with workers");
	s.st = mem;
	set_stage(&s, c);
	gr_oracles_begin(run, &s.scene);
	ret = start_workers(&s);
	if (!ret)
		watch(&s);
	stop_workers(&s);
	if (!ret)
		finish(&s);
	gr_shared_free(mem, sizeof(*s.st));
	res->duration_ns = gr_now_ns() - begin;
	return ret;
}
