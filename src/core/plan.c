// SPDX-License-Identifier: GPL-2.0-only
#include "core/plan.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/size.h"
#include "core/check.h"
#include "core/invalidate.h"
#include "core/known.h"
#include "core/pair.h"
#include "core/pin.h"
#include "core/registry.h"

struct expansion {
	struct gr_plan *plan;
	const struct gr_filter *filter;
	const struct gr_prober *prober;
	const struct gr_block *block;
};

static bool listed(const void *list, const void *ops)
{
	const void *const *l = list;

	if (!l)
		return true;
	for (; *l; l++)
		if (*l == ops)
			return true;
	return false;
}

/* Whoever names file systems wants no other targets. */
static bool fs_picked(const struct gr_filter *f,
		      const struct gr_target_ops *target, enum gr_fs fs)
{
	if (!f->file_systems)
		return true;
	return target->flags & GR_TARGET_FILE && f->file_systems & (1u << fs);
}

static bool name_picked(const struct gr_filter *f, const char *name)
{
	if (!f->cases)
		return true;
	for (const char *const *p = f->cases; *p; p++)
		if (!fnmatch(*p, name, 0))
			return true;
	return false;
}

static int append(struct expansion *x, const struct gr_case *c)
{
	struct gr_plan *plan = x->plan;
	struct gr_case *cases;

	if (!name_picked(x->filter, c->name))
		return 0;
	for (size_t i = 0; i < plan->nr; i++)
		if (!strcmp(plan->cases[i].name, c->name))
			return 0; /* two blocks may ask for the same */
	cases = reallocarray(plan->cases, plan->nr + 1, sizeof(*cases));
	if (!cases)
		return -ENOMEM;
	plan->cases = cases;
	cases[plan->nr++] = *c;
	return 0;
}

static void name_add(struct gr_case *c, const char *word)
{
	size_t used = strlen(c->name);

	(void)snprintf(c->name + used, sizeof(c->name) - used, "/%s", word);
}

/* Notes in c->skip the first need that is not met. */
static int ask(struct gr_case *c, int ret, const struct gr_reason *why)
{
	if (ret < 0 && !c->skip[0])
		(void)snprintf(c->skip, sizeof(c->skip), "%s", why->text);
	return ret;
}

static int add_check(struct expansion *x, struct gr_case c,
		     const struct gr_check_ops *check)
{
	const struct gr_prober *p = x->prober;
	struct gr_reason why = {""};

	c.kind = GR_CASE_CHECK;
	c.check = check;
	ask(&c, p->check(p->arg, check, &why), &why);
	name_add(&c, check->name);
	c.known = gr_known_predict(&c, p->known);
	return append(x, &c);
}

/* What a kernel refuses by policy is one case, not a row of the matrix. */
static int add_refusal(struct expansion *x, struct gr_case c)
{
	c.kind = GR_CASE_REFUSAL;
	name_add(&c, c.pin->name);
	name_add(&c, "refused");
	return append(x, &c);
}

/* A range that is far away needs room. */
static void take_shape(struct expansion *x, struct gr_case *c,
		       enum gr_range_shape shape)
{
	const struct gr_prober *p = x->prober;
	struct gr_reason why = {""};

	c->shape = shape;
	if (shape != GR_SHAPE_FAR)
		return;
	c->spec.min_size = GR_FAR_LEAVES * c->spec.align;
	ask(c, p->target(p->arg, c->target, &c->spec, &why), &why);
}

/* A real teardown, after which a target cannot be as it was. */
static const struct gr_invalidate_ops *
last_of(const struct gr_target_ops *target)
{
	return gr_invalidate_find(target->last ? target->last : "ns_disable");
}

static int add_race(struct expansion *x, struct gr_case c,
		    const struct gr_invalidate_ops *inv,
		    enum gr_range_shape shape)
{
	const struct gr_prober *p = x->prober;
	struct gr_reason why = {""};

	if (!gr_pair_is_legal(c.target, &c.spec, c.pin, inv))
		return 0;
	c.kind = GR_CASE_RACE;
	c.inv = inv;
	if (!(inv->flags & GR_INV_TEARDOWN))
		c.last = last_of(c.target);
	take_shape(x, &c, shape);
	ask(&c, p->inv(p->arg, inv, &why), &why);
	name_add(&c, c.pin->name);
	name_add(&c, inv->name);
	name_add(&c, gr_shape_name(shape));
	if (c.nr_pinners > 1)
		name_add(&c, "two");
	if (c.witness)
		name_add(&c, "witness");
	c.known = gr_known_predict(&c, p->known);
	return append(x, &c);
}

/* Ends in a real teardown: what it says is the proof of the counts. */
static int add_balance(struct expansion *x, struct gr_case c,
		       enum gr_range_shape shape)
{
	c.kind = GR_CASE_BALANCE;
	take_shape(x, &c, shape);
	c.last = last_of(c.target);
	name_add(&c, c.pin->name);
	name_add(&c, "balance");
	name_add(&c, gr_shape_name(shape));
	return append(x, &c);
}

/* Blocks of a file must not be pinned for as long as somebody likes. */
static bool is_refused(const struct gr_target_ops *target,
		       const struct gr_pin_ops *pin)
{
	return target->flags & GR_TARGET_NO_LONGTERM &&
	       pin->flags & GR_PIN_LONGTERM;
}

static int expand_pin(struct expansion *x, struct gr_case c,
		      const struct gr_pin_ops *pin)
{
	const struct gr_block *b = x->block;
	struct gr_reason why = {""};
	int ret;

	if (!listed(x->filter->pins, pin) || !gr_pin_fits(c.target, pin))
		return 0;
	c.pin = pin;
	ret = ask(&c, x->prober->pin(x->prober->arg, pin, &why), &why);
	if (ret == GR_PIN_REFUSED && c.target->flags & GR_TARGET_MOVES)
		ret = 0; /* what is refused is memory that has a file */
	if (ret == GR_PIN_REFUSED || is_refused(c.target, pin))
		return add_refusal(x, c);
	ret = 0;
	for (unsigned int s = 0; s < b->nr_shapes && !ret; s++)
		if (b->kind == GR_BLOCK_BALANCE && !x->filter->invs)
			ret = add_balance(x, c, b->shape[s]);
	for (unsigned int i = 0; i < b->nr_invs && !ret; i++)
		for (unsigned int s = 0; s < b->nr_shapes && !ret; s++)
			if (listed(x->filter->invs, b->inv[i]))
				ret = add_race(x, c, b->inv[i], b->shape[s]);
	return ret;
}

static int expand_spec(struct expansion *x, const struct gr_target_spec *spec)
{
	const struct gr_block *b = x->block;
	const struct gr_prober *p = x->prober;
	struct gr_reason why = {""};
	struct gr_case c = {
		.target = b->target,
		.spec = *spec,
		.nr_pinners = b->nr_pinners,
		.witness = b->witness,
		.slice_ns =
			x->filter->slice_ns ? x->filter->slice_ns : b->slice_ns,
	};
	int ret = 0;

	gr_case_place(&c, c.name, sizeof(c.name));
	ask(&c, p->target(p->arg, b->target, spec, &why), &why);
	if (b->kind == GR_BLOCK_CHECK && (x->filter->pins || x->filter->invs))
		return 0; /* a person who picks a pair wants that pair */
	for (unsigned int i = 0; i < b->nr_checks && !ret; i++)
		ret = add_check(x, c, b->check[i]);
	for (unsigned int i = 0; i < b->nr_pins && !ret; i++)
		ret = expand_pin(x, c, b->pin[i]);
	return ret;
}

/* Each alignment and map of memory that else is so. */
static int expand_leaves(struct expansion *x, struct gr_target_spec spec)
{
	const struct gr_block *b = x->block;
	int ret = 0;

	for (unsigned int a = 0; a < b->nr_aligns && !ret; a++)
		for (unsigned int m = 0; m < b->nr_memmaps && !ret; m++) {
			spec.align = b->align[a];
			spec.memmap = b->memmap[m];
			if (x->filter->align && x->filter->align != spec.align)
				continue;
			ret = expand_spec(x, &spec);
		}
	return ret;
}

/* On one file system; of other targets it says nothing. */
static int expand_file(struct expansion *x, enum gr_fs fs, bool plain)
{
	const struct gr_block *b = x->block;
	int ret = 0;

	if (!fs_picked(x->filter, b->target, fs))
		return 0;
	for (unsigned int s = 0; s < b->nr_sources && !ret; s++)
		ret = expand_leaves(x, (struct gr_target_spec){
					       .fs = fs,
					       .plain = plain,
					       .source = b->source[s],
				       });
	return ret;
}

static int expand_block(struct expansion *x)
{
	const struct gr_block *b = x->block;
	int ret = 0;

	if (!listed(x->filter->targets, b->target))
		return 0;
	for (unsigned int f = 0; f < b->nr_fs && !ret; f++)
		for (unsigned int p = 0; p < b->nr_plain && !ret; p++)
			ret = expand_file(x, b->fs[f], b->plain[p]);
	return ret;
}

int gr_plan_add(struct gr_plan *plan, const struct gr_scenario *scenario,
		const struct gr_filter *filter, const struct gr_prober *prober)
{
	struct expansion x = {
		.plan = plan,
		.filter = filter,
		.prober = prober,
	};
	size_t from = plan->nr;
	int ret = 0;

	for (unsigned int i = 0; i < scenario->nr_blocks && !ret; i++) {
		x.block = &scenario->block[i];
		ret = expand_block(&x);
	}
	if (ret)
		return gr_err(ret, "cannot plan scenario '%s'", scenario->name);
	plan->table |= scenario->table;
	plan->nominal_ns += scenario->time_ns;
	for (size_t i = from; i < plan->nr && !scenario->time_ns; i++)
		plan->nominal_ns += plan->cases[i].slice_ns;
	return 0;
}

static bool same_pair(const struct gr_case *a, const struct gr_case *b)
{
	return a->kind == b->kind && a->target == b->target &&
	       a->spec.align == b->spec.align && a->spec.fs == b->spec.fs &&
	       a->spec.source == b->spec.source && a->pin == b->pin &&
	       a->inv == b->inv && a->check == b->check;
}

/* Of a pair that spends its kernel, one case an alignment is enough. */
static bool repeats_known(const struct gr_plan *plan, size_t i)
{
	const struct gr_case *c = &plan->cases[i];

	if (!c->known || c->kind != GR_CASE_RACE)
		return false;
	for (size_t j = 0; j < i; j++)
		if (plan->cases[j].known && same_pair(&plan->cases[j], c))
			return true;
	return false;
}

static void scale_slices(struct gr_plan *plan, uint64_t time_ns)
{
	for (size_t i = 0; i < plan->nr && plan->nominal_ns; i++)
		plan->cases[i].slice_ns =
			(uint64_t)((double)plan->cases[i].slice_ns *
				   (double)time_ns / (double)plan->nominal_ns);
}

/* Stable: first the cases that are expected to pass, then the known ones. */
void gr_plan_finish(struct gr_plan *plan, uint64_t time_ns)
{
	struct gr_case *sorted = calloc(plan->nr + 1, sizeof(*sorted));
	size_t nr = 0;

	if (!sorted)
		return; /* the order is a courtesy */
	for (int known = 0; known < 2; known++)
		for (size_t i = 0; i < plan->nr; i++)
			if (!plan->cases[i].known == !known &&
			    !repeats_known(plan, i))
				sorted[nr++] = plan->cases[i];
	free(plan->cases);
	plan->cases = sorted;
	plan->nr = nr;
	if (time_ns)
		scale_slices(plan, time_ns);
}

static bool is_named(const struct gr_case *c, const char *const *names)
{
	while (*names && strcmp(*names, c->name))
		names++;
	return *names;
}

void gr_plan_keep(struct gr_plan *plan, const char *const *names)
{
	size_t nr = 0;

	for (size_t i = 0; i < plan->nr; i++)
		if (is_named(&plan->cases[i], names))
			plan->cases[nr++] = plan->cases[i];
	plan->nr = nr;
}

void gr_plan_fini(struct gr_plan *plan)
{
	free(plan->cases);
	memset(plan, 0, sizeof(*plan));
}
