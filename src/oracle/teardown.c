// SPDX-License-Identifier: GPL-2.0-only
/*
 * Oracle teardown: what takes device memory away, the pgmap or the blocks of a
 * file, must not return while a pin of it is held, must return by its deadline
 * after the last unpin, must leave every mapping of it SIGBUS, and must leave the
 * target usable when it is undone. What takes nothing away must not wait for pins,
 * and what denies a mapping must deny it to gup.
 * A case in which a witness pins another namespace adds: that one must not notice.
 *
 * Early, late and never are judged on HELD pins, or once all pins are over. It
 * cannot see an early free that is over before the pin is.
 * Source: docs/architecture.md; mm/memremap.c memunmap_pages().
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/size.h"
#include "base/util.h"
#include "core/invalidate.h"
#include "core/oracle.h"
#include "core/pair.h"
#include "core/pin.h"
#include "oracle/teardown_internal.h"
#include "sys/process.h"

#define NAME "teardown"

struct teardown_oracle {
	uint32_t early_in; /* iteration that was reported */
	bool hang;
	bool late;
	bool waited;
	bool mapping;
	bool denied;
};

static int begin(struct gr_oracle *o, const struct gr_scene *scene)
{
	(void)scene;
	memset(o->priv, 0, sizeof(struct teardown_oracle));
	return 0;
}

static bool is_held(const struct gr_pin_facts *p)
{
	return p->held_ns && !p->unpin_ns;
}

/* It returned, with success, while this pinner holds references. */
static void look_early(struct teardown_oracle *t, const struct gr_scene *s,
		       struct gr_findings *out)
{
	const struct gr_facts *f = s->facts;
	struct gr_finding *found;
	char took[24], place[GR_PIN_PLACE_MAX];

	if (!gr_pair_waits(s->target->ops, s->c->pin, s->c->inv) ||
	    t->early_in == f->iteration || !f->inv.end_ns || f->inv.ret ||
	    !(s->target->ops->flags & GR_TARGET_MAPS_DEVICE))
		return;
	for (uint32_t i = 0; i < f->nr_pinners; i++) {
		if (!is_held(&f->pin[i]))
			continue;
		t->early_in = f->iteration;
		found = gr_finding_add(
			out, NAME, GR_CLASS_EARLY_FREE, "returned-while-pinned",
			"%s of %s returned after %s while %s still held its "
			"pages%s",
			s->c->inv->name, s->target->ns,
			gr_duration_format(f->inv.end_ns - f->inv.begin_ns,
					   took, sizeof(took)),
			s->c->pin->name,
			gr_pin_place(&f->pin[i], s->target, place));
		/* of a file the struct pages are still there */
		found->spends_kernel = s->c->inv->flags & GR_INV_TEARDOWN;
		found->pin_in_flight = true;
		return;
	}
}

/* "[<0>] ext4_break_layouts+0x8f/0x120": the function in which a task waits. */
static void set_where(struct gr_finding *found, const char *stack)
{
	const char *at = strstr(stack, "] ");
	size_t len = at ? strcspn(at + 2, "+\n") : 0;

	if (len && len < sizeof(found->where))
		memcpy(found->where, at + 2, len);
}

static void add_stack(struct gr_finding *found, pid_t pid)
{
	char stack[1024];
	int state = gr_process_state(pid);

	gr_process_stack(pid, stack, sizeof(stack));
	if (!found->where[0])
		set_where(found, stack);
	gr_finding_evidence(found, "task %d is in state %c:\n%s", (int)pid,
			    state > 0 ? state : '?', stack);
}

/* What waits for a file can be killed; if not, the kernel is spent by that. */
static void add_pin_stacks(struct gr_finding *found, const struct gr_scene *s)
{
	const struct gr_facts *f = s->facts;

	found->hang = true;
	found->spends_kernel = !(s->c->inv->flags & GR_INV_FILE);
	for (uint32_t i = 0; i < f->nr_pinners; i++)
		if (f->pin[i].in_pin)
			add_stack(found, f->pin[i].pid);
}

static void add_stacks(struct gr_finding *found, const struct gr_scene *s)
{
	add_stack(found, s->facts->inv.pid);
	add_pin_stacks(found, s);
}

/* Neither the pin nor what takes its memory comes back. */
static void look_stuck(struct teardown_oracle *t, const struct gr_scene *s,
		       struct gr_findings *out)
{
	const struct gr_facts *f = s->facts;
	uint64_t now = gr_now_ns();

	if (t->hang || !f->inv.begin_ns || f->inv.end_ns || !f->quieted_ns ||
	    f->pins_over_ns || now < f->quieted_ns + GR_NEVER_NS)
		return;
	t->hang = true;
	add_stacks(gr_finding_add(out, NAME, GR_CLASS_LEAK, "stuck-with-pin",
				  "neither %s of %s nor a pin by %s that met "
				  "it has returned after %llu s",
				  s->c->inv->name, s->target->ns,
				  s->c->pin->name,
				  (unsigned long long)((now - f->quieted_ns) /
						       GR_NSEC_PER_SEC)),
		   s);
}

/* What it met came back; a pin has not. One whose task is to die is no pin. */
static void look_pin_stuck(struct teardown_oracle *t, const struct gr_scene *s,
			   struct gr_findings *out)
{
	const struct gr_facts *f = s->facts;
	uint64_t since = __atomic_load_n(&f->settling_ns, __ATOMIC_ACQUIRE);
	uint64_t now = gr_now_ns();

	if (t->hang || !since || now < since + GR_NEVER_NS ||
	    s->c->inv->flags & GR_INV_VICTIM || !gr_facts_in_pin(f))
		return;
	t->hang = true;
	add_pin_stacks(
		gr_finding_add(
			out, NAME, GR_CLASS_LEAK, "pin-stuck",
			"a pin of %s by %s has not returned %llu s "
			"after %s of it had",
			s->target->ns, s->c->pin->name,
			(unsigned long long)((now - since) / GR_NSEC_PER_SEC),
			s->c->inv->name),
		s);
}

static void look_never(struct teardown_oracle *t, const struct gr_scene *s,
		       struct gr_findings *out)
{
	const struct gr_facts *f = s->facts;
	uint64_t now = gr_now_ns();
	char place[GR_PIN_PLACE_MAX];

	if (t->hang || !f->inv.begin_ns || f->inv.end_ns || !f->pins_over_ns ||
	    f->pins_over_ns < f->inv.begin_ns ||
	    now < f->pins_over_ns + GR_NEVER_NS)
		return;
	t->hang = true;
	add_stacks(gr_finding_add(out, NAME, GR_CLASS_LEAK, "never-returned",
				  "%s of %s has not returned %llu s after the "
				  "last unpin of %s%s",
				  s->c->inv->name, s->target->ns,
				  (unsigned long long)((now - f->pins_over_ns) /
						       GR_NSEC_PER_SEC),
				  s->c->pin->name,
				  gr_pin_place(&f->pin[0], s->target, place)),
		   s);
}

/* Nothing of it was to be taken away: there was nothing to wait for. */
static void look_waited(struct teardown_oracle *t, const struct gr_scene *s,
			struct gr_findings *out)
{
	unsigned int either = GR_INV_MAY_WAIT | GR_INV_VICTIM;

	if (t->waited || s->c->inv->flags & either ||
	    gr_pair_waits(s->target->ops, s->c->pin, s->c->inv) ||
	    !s->facts->waited_in)
		return;
	t->waited = true;
	(void)gr_finding_add(out, NAME, GR_CLASS_POLICY, "waited-for-pin",
			     "%s of %s had not returned when %s let its pages "
			     "go, for which it need not wait",
			     s->c->inv->name, s->target->ns, s->c->pin->name);
}

/*
 * What was told to hang is let go by the end of the case, which ends the tasks that
 * it waits for: that it returns then is nothing new.
 */
static void look_late(struct teardown_oracle *t, const struct gr_scene *s,
		      struct gr_findings *out)
{
	const struct gr_facts *f = s->facts;
	uint64_t from = f->inv.begin_ns;
	char took[24];

	if (t->late || t->hang || s->hang || !f->inv.begin_ns || !f->inv.end_ns)
		return;
	if (f->pins_over_ns > from)
		from = f->pins_over_ns;
	if (f->inv.end_ns < from + GR_LATE_NS)
		return;
	t->late = true;
	(void)gr_finding_add(
		out, NAME, GR_CLASS_LEAK, "returned-late",
		"%s of %s returned %s after the last unpin", s->c->inv->name,
		s->target->ns,
		gr_duration_format(f->inv.end_ns - from, took, sizeof(took)));
}

/* Looked at while the race goes on: a pinner may be stuck in such a mapping. */
static void look_mapping(struct teardown_oracle *t, const struct gr_scene *s,
			 struct gr_findings *out)
{
	char place[GR_PIN_PLACE_MAX] = "";
	uint64_t alive = 0;

	for (uint32_t i = 0; i < s->facts->nr_pinners; i++) {
		const struct gr_pin_facts *p = &s->facts->pin[i];

		if (p->touched[GR_ACCESS_OK] || p->survived)
			(void)gr_pin_place(p, s->target, place);
		alive += p->touched[GR_ACCESS_OK] + p->untouched[GR_ACCESS_OK] +
			 p->survived;
	}
	if (!alive || t->mapping)
		return;
	t->mapping = true;
	gr_finding_add(out, NAME, GR_CLASS_POLICY, "mapping-survived",
		       "the old mapping of %s%s still reached memory after %s "
		       "had returned",
		       s->target->ns, place, s->c->inv->name)
		->spends_kernel = true;
}

/* The first pinner's mapping is the one that was taken from it. */
static void look_denied(struct teardown_oracle *t, const struct gr_scene *s,
			struct gr_findings *out)
{
	uint64_t nr = s->facts->pin[0].nr_after_ok;

	if (t->denied || !nr || !(s->c->inv->flags & GR_INV_DENIES) ||
	    s->c->pin->flags & GR_PIN_FORCED)
		return;
	t->denied = true;
	(void)gr_finding_add(out, NAME, GR_CLASS_POLICY, "pinned-after",
			     "%s of %s had returned when %s began to pin it, "
			     "and got its pages, %llu times",
			     s->c->inv->name, s->target->ns, s->c->pin->name,
			     (unsigned long long)nr);
}

static void sample(struct gr_oracle *o, const struct gr_scene *s,
		   enum gr_point point, struct gr_findings *out)
{
	struct teardown_oracle *t = o->priv;

	(void)point;
	if (s->c->kind != GR_CASE_RACE)
		return;
	look_early(t, s, out);
	look_stuck(t, s, out);
	look_pin_stuck(t, s, out);
	look_never(t, s, out);
	look_waited(t, s, out);
	look_late(t, s, out);
	look_mapping(t, s, out);
	look_denied(t, s, out);
}

static bool errno_is_legal(const struct gr_invalidate_ops *ops, int err)
{
	for (const struct gr_expect *e = ops->expect; e->why; e++)
		if (e->err == err && e->class != GR_EXPECT_BUG)
			return true;
	return false;
}

static void judge_errnos(const struct gr_scene *s, struct gr_findings *out)
{
	const struct gr_inv_facts *inv = &s->facts->inv;

	for (int i = 0; i < GR_ERRNOS_MAX; i++) {
		int err = inv->by_errno[i].err;

		if (!inv->by_errno[i].nr || errno_is_legal(s->c->inv, err))
			continue;
		(void)gr_finding_add(out, NAME, GR_CLASS_POLICY,
				     "unexpected-errno",
				     "%s of %s failed with an error that it "
				     "must not give: %s",
				     s->c->inv->name, s->target->ns,
				     err ? strerror(err) : "success");
	}
}

static void judge_segv(const struct gr_scene *s, struct gr_findings *out)
{
	uint64_t segv = 0;

	for (uint32_t i = 0; i < s->facts->nr_pinners; i++)
		segv += s->facts->pin[i].touched[GR_ACCESS_SIGSEGV] +
			s->facts->pin[i].untouched[GR_ACCESS_SIGSEGV];
	if (segv)
		(void)gr_finding_add(out, NAME, GR_CLASS_POLICY, "mapping-segv",
				     "the old mapping of %s gave SIGSEGV where "
				     "it must give SIGBUS",
				     s->target->ns);
}

/*
 * A file system that is full says nothing of the kernel: who has its blocks
 * cannot be seen from here. The keeper has failed then, and said so.
 */
static void judge_restore(const struct gr_scene *s, struct gr_findings *out)
{
	int ret = s->facts->inv.restore_ret;
	bool is_full = ret == -ENOSPC && s->target->ops->flags & GR_TARGET_FILE;

	if (ret && !is_full)
		(void)gr_finding_add(
			out, NAME, GR_CLASS_LEAK, "not-usable-again",
			"%s cannot be used again after %s: %s", s->target->ns,
			s->c->inv->name, strerror(-ret));
}

static void judge_witness(const struct gr_scene *s, struct gr_findings *out)
{
	const struct gr_witness_facts *w = &s->facts->witness;

	if (w->nr_failed)
		(void)gr_finding_add(out, NAME, GR_CLASS_POLICY,
				     "witness-noticed",
				     "%s of %s was noticed by another "
				     "namespace: %llu of its pins failed, "
				     "first with %s",
				     s->c->inv->name, s->target->ns,
				     (unsigned long long)w->nr_failed,
				     strerror(w->first_err));
}

static enum gr_sight judge(struct gr_oracle *o, const struct gr_scene *s,
			   struct gr_findings *out, struct gr_reason *why)
{
	struct teardown_oracle *t = o->priv;
	unsigned int nr = out->nr;

	(void)why;
	if (s->c->kind != GR_CASE_RACE)
		return GR_SIGHT_CLEAN;
	judge_errnos(s, out);
	look_mapping(t, s, out);
	look_denied(t, s, out);
	judge_segv(s, out);
	judge_restore(s, out);
	judge_witness(s, out);
	return out->nr > nr || t->early_in || t->hang || t->late || t->waited ||
			       t->mapping || t->denied
		       ? GR_SIGHT_VIOLATED
		       : GR_SIGHT_CLEAN;
}

const struct gr_oracle_ops gr_oracle_teardown = {
	.name = "teardown",
	.summary = "early, late, never; SIGBUS after it; usable again",
	.required_for = GR_REQUIRED_FOR_ALL,
	.priv_size = sizeof(struct teardown_oracle),
	.begin = begin,
	.sample = sample,
	.judge = judge,
	.selftest = gr_teardown_selftest,
};
