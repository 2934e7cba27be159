// SPDX-License-Identifier: GPL-2.0-only
/*
 * Oracle reach: did the pins of a balance go by gup-fast at all, and from the
 * leaves that the case names? What gup-fast gets wrong shows only in requests
 * that it serves; where each of them falls back to the slow path, counts that
 * balance prove nothing about it.
 *
 * It counts requests, not references, and only those of the case's own worker
 * for the target's memory. Which of two huge levels a leaf has is told by the
 * faults that put it in: gup-fast pins from both in one function.
 *
 * Races are not judged: requests that meet an invalidation fall back by right. The
 * hooks slow each gup-fast down by 4 to 13 % under emulation, and take most of a
 * second to be put there and taken away. So only races that are given time are
 * watched, for their aim: a fallback is an outcome that shows where the two met.
 * Source: mm/gup.c; core/facts.h.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/size.h"
#include "core/invalidate.h"
#include "core/oracle.h"
#include "core/pin.h"
#include "core/target.h"
#include "sys/gup_trace.h"

#define NAME "reach"

_Static_assert(GR_PINNERS_MAX <= GR_GUP_TASKS_MAX, "all workers are watched");
_Static_assert(GR_NR_LEAVES == GR_ARRAY_SIZE(((struct gr_figures *)0)->faults),
	       "a figure a leaf");

/* One fallback, or a few, is legal: a page table may change beside a pin. */
#define MIN_ASKED 8

/* Races that take at least so long are watched. */
#define RACE_NS (5ull * 1000000000)

/* All that a process has mapped: what it maps changes with each iteration. */
#define ALL_MEMORY (1ull << 47)

/* All that is judged. */
struct evidence {
	struct gr_gup_counts n;
	bool tells_huge; /* n.nr_huge is counted here */
	bool mapped; /* the point came at which requests begin to count */
	uint64_t nr_pins; /* that succeeded, by the worker's own count */
};

struct reach_oracle {
	struct gr_gup_trace *trace;
	bool attached;
	bool on; /* in this case */
	bool helps; /* in this case: counts for the aim of a race */
	struct gr_reason blind; /* in this case; "" = it can see */
	struct evidence seen;
	bool judged;
	enum gr_sight sight; /* what it came to */
};

static const struct {
	const char *size;
	uint64_t bytes;
} leaves[GR_NR_LEAVES] = {
	[GR_LEAF_PTE] = {"4 KiB", 4 * GR_KIB},
	[GR_LEAF_PMD] = {"2 MiB", 2 * GR_MIB},
	[GR_LEAF_PUD] = {"1 GiB", GR_GIB},
};

static enum gr_leaf leaf_of(const struct gr_case *c)
{
	enum gr_leaf leaf = GR_LEAF_PTE;

	for (int i = 0; i < GR_NR_LEAVES; i++)
		if (leaves[i].bytes == c->spec.align)
			leaf = (enum gr_leaf)i;
	return leaf;
}

static bool wanted(const struct gr_case *c)
{
	return c->kind == GR_CASE_BALANCE &&
	       c->target->flags & GR_TARGET_MAPS_DEVICE &&
	       !(c->target->flags & GR_TARGET_MOVES);
}

static bool helps(const struct gr_case *c)
{
	return c->kind == GR_CASE_RACE && c->pin->kind == GR_PIN_TRANSIENT &&
	       c->pin->flags & GR_PIN_GUP_FAST &&
	       !(c->inv->flags & GR_INV_VICTIM) && c->slice_ns >= RACE_NS;
}

/*
 * Must it be gup-fast? Not where the mapping is zapped before each pin: who is
 * not mapped is faulted in by the slow path, and who cannot be reached is left
 * to it. Nor with FOLL_LONGTERM, which
 * gup-fast leaves to the slow path at leaves of device memory: before 6.17 at
 * all of them, later where it would write.
 */
static bool declares_fast(const struct gr_case *c)
{
	return wanted(c) && c->pin->flags & GR_PIN_GUP_FAST &&
	       !(c->pin->flags & (GR_PIN_LONGTERM | GR_PIN_BLOCKDEV)) &&
	       c->shape < GR_SHAPE_UNTOUCHED;
}

static void add_counts(struct gr_finding *f, const struct gr_gup_counts *n)
{
	gr_finding_evidence(f,
			    "requests to gup-fast: %" PRIu64
			    ", gone on in the slow path: %" PRIu64 "\n",
			    n->nr_asked, n->nr_fallback);
	for (int i = 0; i < GR_NR_LEAVES; i++)
		gr_finding_evidence(f, "faults at a %s leaf: %" PRIu64 "\n",
				    leaves[i].size, n->nr_faults[i]);
}

static enum gr_sight judge_fast(const struct gr_case *c,
				const struct evidence *e,
				struct gr_findings *out, struct gr_reason *why)
{
	const char *size = leaves[leaf_of(c)].size;

	if (!e->n.nr_asked) {
		gr_reason_set(why,
			      "gup-fast was never asked for the memory that "
			      "%s pinned %" PRIu64 " times",
			      c->pin->name, e->nr_pins);
		return GR_SIGHT_BLIND;
	}
	if (e->n.nr_fallback < e->n.nr_asked)
		return GR_SIGHT_CLEAN;
	if (e->n.nr_asked < MIN_ASKED || !e->nr_pins) {
		gr_reason_set(why,
			      "only %" PRIu64 " requests, of which %" PRIu64
			      " succeeded",
			      e->n.nr_asked, e->nr_pins);
		return GR_SIGHT_BLIND;
	}
	add_counts(gr_finding_add(out, NAME, GR_CLASS_POLICY, "gup-fast-never",
				  "all %" PRIu64
				  " requests of %s at a %s leaf fell back to "
				  "the slow path",
				  e->n.nr_asked, c->pin->name, size),
		   &e->n);
	return GR_SIGHT_VIOLATED;
}

static bool is_file(const struct gr_case *c)
{
	return c->target->flags & GR_TARGET_FILE;
}

/*
 * Of device-dax a leaf of another level is a finding, not a doubt: it puts in
 * leaves of its alignment or refuses the fault, with SIGBUS; no setting of huge
 * pages and no shortage makes it take smaller ones, and a split zaps the leaf.
 *
 * A file system may fall back to smaller leaves at any fault (VM_FAULT_FALLBACK in
 * fs/dax.c): where blocks lie, how a mapping is placed and what else is mapped
 * there decide. So it is a doubt: the case has not tried the leaf in its name.
 */
static enum gr_sight other_leaf(const struct gr_case *c,
				const struct evidence *e, enum gr_leaf other,
				struct gr_findings *out, struct gr_reason *why)
{
	enum gr_leaf want = leaf_of(c);

	if (is_file(c)) {
		gr_reason_set(why,
			      "%" PRIu64 " faults put in leaves of %s, where "
			      "the file is laid out for %s",
			      e->n.nr_faults[other], leaves[other].size,
			      leaves[want].size);
		return GR_SIGHT_BLIND;
	}
	add_counts(gr_finding_add(out, NAME, GR_CLASS_POLICY, "leaf-level",
				  "faults of memory aligned to %s put in "
				  "leaves of %s",
				  leaves[want].size, leaves[other].size),
		   &e->n);
	return GR_SIGHT_VIOLATED;
}

static enum gr_sight judge_faults(const struct gr_case *c,
				  const struct evidence *e,
				  struct gr_findings *out,
				  struct gr_reason *why)
{
	enum gr_leaf want = leaf_of(c);
	enum gr_sight sight = GR_SIGHT_CLEAN;

	for (int i = 0; i < GR_NR_LEAVES; i++)
		if (i != (int)want && e->n.nr_faults[i])
			sight = other_leaf(c, e, (enum gr_leaf)i, out, why);
	if (sight == GR_SIGHT_CLEAN && !e->n.nr_faults[want]) {
		gr_reason_set(why,
			      "no fault was seen that put in a %s leaf, so "
			      "what gup-fast pinned from is not known",
			      leaves[want].size);
		sight = GR_SIGHT_BLIND;
	}
	return sight;
}

/*
 * Where gup-fast has a function of its own for huge leaves, it and the faults
 * must agree. If not, one of the two was not seen: a doubt.
 */
static enum gr_sight judge_huge(const struct gr_case *c,
				const struct evidence *e, struct gr_reason *why)
{
	bool want = leaf_of(c) != GR_LEAF_PTE;

	if (!e->tells_huge || want == !!e->n.nr_huge)
		return GR_SIGHT_CLEAN;
	gr_reason_set(why,
		      "gup-fast pinned %" PRIu64 " times from huge leaves, but "
		      "faults put in leaves of %s",
		      e->n.nr_huge, leaves[leaf_of(c)].size);
	return GR_SIGHT_BLIND;
}

static enum gr_sight judge_evidence(const struct gr_case *c,
				    const struct evidence *e,
				    struct gr_findings *out,
				    struct gr_reason *why)
{
	enum gr_sight sight;

	/* by which leaves a file is mapped is never taken for granted */
	if (!declares_fast(c) && !is_file(c))
		return GR_SIGHT_CLEAN;
	if (!e->mapped) {
		gr_reason_set(why, "the memory was never mapped");
		return GR_SIGHT_BLIND;
	}
	sight = judge_faults(c, e, out, why);
	if (!declares_fast(c))
		return sight;
	if (sight == GR_SIGHT_CLEAN)
		sight = judge_fast(c, e, out, why);
	if (sight == GR_SIGHT_CLEAN)
		sight = judge_huge(c, e, why);
	return sight;
}

static int open_trace(const struct gr_ctx *ctx, struct gr_oracle *o,
		      struct gr_reason *why)
{
	struct reach_oracle *r = o->priv;

	(void)ctx;
	return gr_gup_trace_open(&r->trace, why->text, sizeof(why->text));
}

/* The hooks stay from one balance to the next: to change them is slow. */
static int attach(struct reach_oracle *r)
{
	struct gr_reason *why = &r->blind;
	int ret;

	if (r->attached)
		return 0;
	ret = gr_gup_trace_attach(r->trace, why->text, sizeof(why->text));
	if (ret)
		return ret;
	ret = gr_gup_trace_trial(r->trace, why->text, sizeof(why->text));
	if (ret)
		gr_gup_trace_detach(r->trace);
	r->attached = !ret;
	return ret;
}

static int begin(struct gr_oracle *o, const struct gr_scene *scene)
{
	struct reach_oracle *r = o->priv;

	memset(&r->seen, 0, sizeof(r->seen));
	r->blind.text[0] = '\0';
	r->judged = false;
	r->sight = GR_SIGHT_CLEAN;
	r->on = wanted(scene->c);
	r->helps = helps(scene->c);
	if (r->attached) /* the case before may not have come to its end */
		gr_gup_trace_forget(r->trace);
	if (r->on || r->helps)
		return attach(r);
	if (r->attached)
		gr_gup_trace_detach(r->trace);
	r->attached = false;
	return 0;
}

/* Unmapped: its faults are next. Mapped: its pins. */
static void follow(struct reach_oracle *r, const struct gr_facts *facts)
{
	bool mapped = facts->quiet.state == GR_QUIET_MAPPED;

	if (!mapped && facts->quiet.state != GR_QUIET_UNMAPPED)
		return;
	r->seen.mapped |= mapped;
	for (uint32_t i = 0; i < facts->nr_pinners; i++) {
		const struct gr_pin_facts *p = &facts->pin[i];

		if (gr_gup_trace_watch(r->trace, p->pid,
				       mapped ? p->map_addr : 0,
				       mapped ? p->map_len : 0))
			gr_reason_set(&r->blind, "too many workers to watch");
	}
}

/* From the first look on at which a pinner is there. */
static void help(struct reach_oracle *r, const struct gr_scene *scene)
{
	for (uint32_t i = 0; i < scene->facts->nr_pinners; i++) {
		pid_t pid = scene->facts->pin[i].pid;

		if (!pid || scene->slow[i] ||
		    gr_gup_trace_watch(r->trace, pid, 0, ALL_MEMORY))
			continue;
		__atomic_store_n(&scene->slow[i],
				 gr_gup_trace_slow(r->trace, pid),
				 __ATOMIC_RELEASE);
	}
}

/* Judged once all pins are over: so a finding names them as what was done. */
static void conclude(struct reach_oracle *r, const struct gr_scene *scene,
		     struct gr_findings *out)
{
	gr_gup_trace_counts(r->trace, &r->seen.n);
	r->seen.tells_huge = gr_gup_trace_tells_huge(r->trace);
	r->seen.nr_pins = scene->facts->quiet.nr_pins;
	r->sight = judge_evidence(scene->c, &r->seen, out, &r->blind);
	r->judged = true;
}

static void sample(struct gr_oracle *o, const struct gr_scene *scene,
		   enum gr_point point, struct gr_findings *out)
{
	struct reach_oracle *r = o->priv;
	bool quiescent = point == GR_POINT_QUIESCENT;
	bool over = quiescent && r->seen.mapped &&
		    scene->facts->quiet.state == GR_QUIET_UNMAPPED;

	if (r->helps && r->attached) {
		help(r, scene);
		if (point == GR_POINT_END)
			gr_gup_trace_counts(r->trace, &r->seen.n);
	}
	if (!r->on || !r->attached)
		return;
	if (!r->judged && (over || point == GR_POINT_END))
		conclude(r, scene, out);
	if (quiescent)
		follow(r, scene->facts);
	if (point == GR_POINT_END)
		gr_gup_trace_forget(r->trace);
}

static enum gr_sight judge(struct gr_oracle *o, const struct gr_scene *scene,
			   struct gr_findings *out, struct gr_reason *why)
{
	const struct reach_oracle *r = o->priv;

	(void)scene, (void)out;
	if (!r->on)
		return GR_SIGHT_CLEAN;
	if (r->sight == GR_SIGHT_VIOLATED)
		return r->sight;
	*why = r->blind;
	return r->blind.text[0] ? GR_SIGHT_BLIND : r->sight;
}

static void figures(const struct gr_oracle *o, struct gr_figures *out)
{
	const struct reach_oracle *r = o->priv;
	const struct gr_gup_counts *n = &r->seen.n;

	out->nr_fast += n->nr_asked - n->nr_fallback;
	out->nr_fallback += n->nr_fallback;
	for (int i = 0; i < GR_NR_LEAVES; i++)
		out->faults[i] += n->nr_faults[i];
}

static void close_trace(struct gr_oracle *o)
{
	struct reach_oracle *r = o->priv;

	gr_gup_trace_close(r->trace);
	r->trace = NULL;
}

static const struct gr_target_ops trial_target = {
	.flags = GR_TARGET_MAPS_DEVICE,
};

static const struct gr_target_ops trial_file = {
	.flags = GR_TARGET_MAPS_DEVICE | GR_TARGET_FILE,
};

static const struct gr_pin_ops trial_pin = {
	.name = "trial",
	.flags = GR_PIN_GUP_FAST,
};

/* Counts of a 2 MiB case, and what must be made of them. */
static const struct {
	const char *what;
	struct evidence e;
	enum gr_sight sight;
	const char *signature; /* of the finding; NULL = none */
	bool file;
} corpus[] = {
	{"good counts",
	 {{100, 3, 97, {0, 1, 0}}, true, true, 100},
	 GR_SIGHT_CLEAN,
	 NULL,
	 false},
	{"good counts without a leaf function",
	 {{100, 99, 0, {0, 1, 0}}, false, true, 100},
	 GR_SIGHT_CLEAN,
	 NULL,
	 false},
	{"only fallbacks",
	 {{100, 100, 0, {0, 1, 0}}, true, true, 100},
	 GR_SIGHT_VIOLATED,
	 "gup-fast-never",
	 false},
	{"no request",
	 {{0, 0, 0, {0, 1, 0}}, true, true, 100},
	 GR_SIGHT_BLIND,
	 NULL,
	 false},
	{"faults at another level",
	 {{100, 0, 100, {1, 1, 0}}, true, true, 100},
	 GR_SIGHT_VIOLATED,
	 "leaf-level",
	 false},
	{"no fault",
	 {{100, 0, 100, {0, 0, 0}}, true, true, 100},
	 GR_SIGHT_BLIND,
	 NULL,
	 false},
	{"no huge leaf pinned",
	 {{100, 0, 0, {0, 1, 0}}, true, true, 100},
	 GR_SIGHT_BLIND,
	 NULL,
	 false},
	{"too few requests",
	 {{2, 2, 0, {0, 1, 0}}, true, true, 2},
	 GR_SIGHT_BLIND,
	 NULL,
	 false},
	{"good counts of a file",
	 {{100, 3, 97, {0, 2, 0}}, true, true, 100},
	 GR_SIGHT_CLEAN,
	 NULL,
	 true},
	{"a file mapped by smaller leaves",
	 {{100, 0, 100, {1, 1, 0}}, true, true, 100},
	 GR_SIGHT_BLIND,
	 NULL,
	 true},
	{"only fallbacks of a file",
	 {{100, 100, 0, {0, 1, 0}}, true, true, 100},
	 GR_SIGHT_VIOLATED,
	 "gup-fast-never",
	 true},
	{"no mapping",
	 {{0, 0, 0, {0, 0, 0}}, true, false, 0},
	 GR_SIGHT_BLIND,
	 NULL,
	 false},
};

static int selftest_row(size_t i, struct gr_reason *why)
{
	static struct gr_findings found;
	const struct gr_case c = {
		.kind = GR_CASE_BALANCE,
		.target = corpus[i].file ? &trial_file : &trial_target,
		.pin = &trial_pin,
		.spec = {.align = leaves[GR_LEAF_PMD].bytes},
	};
	const char *signature = corpus[i].signature;
	struct gr_reason ignored;
	enum gr_sight sight;

	memset(&found, 0, sizeof(found));
	sight = judge_evidence(&c, &corpus[i].e, &found, &ignored);
	if (sight == corpus[i].sight && found.nr == !!signature &&
	    (!signature || !strcmp(found.of[0].signature, signature)))
		return 0;
	gr_reason_set(why, "%s: saw %s", corpus[i].what,
		      found.nr ? found.of[0].signature : "nothing");
	return -EINVAL;
}

static int selftest(const struct gr_ctx *ctx, struct gr_reason *why)
{
	struct gr_gup_trace *trace;
	int ret = 0;

	(void)ctx;
	for (size_t i = 0; i < GR_ARRAY_SIZE(corpus) && !ret; i++)
		ret = selftest_row(i, why);
	if (ret)
		return ret;
	if (gr_gup_trace_open(&trace, why->text, sizeof(why->text)))
		return -EOPNOTSUPP;
	if (gr_gup_trace_attach(trace, why->text, sizeof(why->text)))
		ret = -EOPNOTSUPP;
	else
		ret = gr_gup_trace_trial(trace, why->text, sizeof(why->text));
	gr_gup_trace_close(trace);
	return ret;
}

const struct gr_oracle_ops gr_oracle_reach = {
	.name = "reach",
	.summary = "which way pins went: gup-fast, at which leaf, or slow",
	.required_for = 1u << GR_CASE_BALANCE,
	.priv_size = sizeof(struct reach_oracle),
	.open = open_trace,
	.begin = begin,
	.sample = sample,
	.judge = judge,
	.figures = figures,
	.selftest = selftest,
	.close = close_trace,
};
