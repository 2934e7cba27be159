// SPDX-License-Identifier: GPL-2.0-only
#include "core/known.h"

#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "core/check.h"
#include "core/invalidate.h"
#include "core/pin.h"

const struct gr_known *gr_known_find(const char *id)
{
	size_t nr;
	const struct gr_known *table = gr_known_all(&nr);

	for (size_t i = 0; i < nr; i++)
		if (!strcmp(table[i].id, id))
			return &table[i];
	return NULL;
}

static bool list_has(const char *const *list, const char *word)
{
	for (; list && *list; list++)
		if (!strcmp(*list, word))
			return true;
	return false;
}

static bool kernel_has(const struct gr_known *k, gr_has_symbol has, void *arg)
{
	for (const char *const *s = k->symbols; s && *s; s++)
		if (!has(arg, *s))
			return false;
	for (const char *const *s = k->no_symbols; s && *s; s++)
		if (has(arg, *s))
			return false;
	return true;
}

uint64_t gr_known_probe(gr_has_symbol has, void *arg)
{
	size_t nr;
	const struct gr_known *table = gr_known_all(&nr);
	uint64_t mask = 0;

	for (size_t i = 0; i < nr; i++)
		if (kernel_has(&table[i], has, arg))
			mask |= 1ull << i;
	return mask;
}

static bool race_fits(const struct gr_known *k, const struct gr_case *c)
{
	if (!k->inv_flags && !k->invs)
		return false;
	return (c->inv->flags & k->inv_flags) == k->inv_flags &&
	       (!k->invs || list_has(k->invs, c->inv->name)) &&
	       (!k->pins || list_has(k->pins, c->pin->name));
}

/* A race of this target with an invalidator of that kind, or a named check. */
bool gr_known_fits(const struct gr_known *k, const struct gr_case *c)
{
	if (!c->target || strcmp(c->target->name, k->target))
		return false;
	if (k->align && k->align != c->spec.align)
		return false;
	if (c->kind == GR_CASE_CHECK)
		return list_has(k->checks, c->check->name);
	return c->kind == GR_CASE_RACE && race_fits(k, c);
}

const char *gr_known_predict(const struct gr_case *c, uint64_t here)
{
	size_t nr;
	const struct gr_known *table = gr_known_all(&nr);

	for (size_t i = 0; i < nr; i++) {
		if (!(here & (1ull << i)) || !gr_known_fits(&table[i], c) ||
		    table[i].harmless)
			continue;
		if (c->kind == GR_CASE_CHECK || c->pin->kind == GR_PIN_HELD ||
		    table[i].any_pin)
			return table[i].id;
	}
	return NULL;
}

static bool is_cause(const struct gr_known *k, const struct gr_finding *f)
{
	for (const struct gr_known_sign *s = k->signs; s->oracle; s++)
		if (f->class == s->class && !strcmp(f->oracle, s->oracle) &&
		    !strcmp(f->signature, s->signature) &&
		    (!s->funcs || list_has(s->funcs, f->where)) &&
		    !list_has(s->not_funcs, f->where) &&
		    (!s->gone_page || f->gone_page))
			return true;
	return false;
}

static bool is_consequence(const struct gr_known *k, const struct gr_finding *f)
{
	/* a panic after an oops has no place of its own */
	return list_has(k->consequences, f->signature) &&
	       (list_has(k->consequence_funcs, f->where) ||
		!strcmp(f->signature, "panic-after-oops"));
}

static bool has_cause(const struct gr_known *k, const struct gr_findings *list)
{
	for (unsigned int i = 0; i < list->nr; i++)
		if (is_cause(k, &list->of[i]))
			return true;
	return false;
}

const char *gr_known_match(const struct gr_case *c,
			   const struct gr_findings *list,
			   const struct gr_finding *f, uint64_t here)
{
	size_t nr;
	const struct gr_known *table = gr_known_all(&nr);

	for (size_t i = 0; i < nr; i++) {
		const struct gr_known *k = &table[i];

		if (!(here & (1ull << i)) || !gr_known_fits(k, c))
			continue;
		if (is_cause(k, f))
			return k->id;
		if (is_consequence(k, f) &&
		    (f->pin_in_flight || has_cause(k, list)))
			return k->id;
	}
	return NULL;
}

bool gr_known_explains(const char *id, const struct gr_finding *of)
{
	const struct gr_known *k = gr_known_find(id);
	struct gr_finding f = *of;

	if (!strcmp(f.oracle, GR_ORACLE_CONSOLE))
		(void)snprintf(f.oracle, sizeof(f.oracle), GR_ORACLE_LOG);
	return k && (is_cause(k, &f) || is_consequence(k, &f));
}
