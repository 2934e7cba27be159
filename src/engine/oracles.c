// SPDX-License-Identifier: GPL-2.0-only
#include "engine/oracles.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/registry.h"

void gr_oracles_open(struct gr_run *run, const struct gr_oracle_ops *const *ops)
{
	for (; *ops && run->nr_oracles < GR_ORACLES_MAX; ops++) {
		struct gr_run_oracle *o = &run->oracle[run->nr_oracles++];
		int ret = 0;

		o->o.ops = *ops;
		o->o.priv = calloc(1, (*ops)->priv_size + 1);
		if (!o->o.priv)
			ret = -ENOMEM;
		else if ((*ops)->open)
			ret = (*ops)->open(run->ctx, &o->o, &o->blind);
		if (ret == -ENOMEM)
			gr_reason_set(&o->blind, "no memory");
		o->open = !ret;
	}
}

void gr_oracles_close(struct gr_run *run)
{
	for (unsigned int i = 0; i < run->nr_oracles; i++) {
		struct gr_oracle *o = &run->oracle[i].o;

		if (o->priv && o->ops->close)
			o->ops->close(o);
		free(o->priv);
	}
}

void gr_oracles_begin(struct gr_run *run, const struct gr_scene *scene)
{
	for (unsigned int i = 0; i < run->nr_oracles; i++) {
		struct gr_run_oracle *o = &run->oracle[i];

		if (o->open && o->o.ops->begin)
			(void)o->o.ops->begin(&o->o,
					      scene); /* BLIND: judge() */
	}
}

void gr_oracles_sample(struct gr_run *run, const struct gr_scene *scene,
		       enum gr_point point, struct gr_findings *out)
{
	for (unsigned int i = 0; i < run->nr_oracles; i++) {
		struct gr_run_oracle *o = &run->oracle[i];

		if (o->open && o->o.ops->sample)
			o->o.ops->sample(&o->o, scene, point, out);
	}
}

static bool is_chosen(const struct gr_run *run, const struct gr_oracle_ops *ops)
{
	for (unsigned int i = 0; i < run->nr_oracles; i++)
		if (run->oracle[i].o.ops == ops)
			return true;
	return false;
}

/* One that was left out by the person sees nothing either. */
static const char *find_missing(struct gr_run *run, unsigned int kind)
{
	for (const struct gr_oracle_ops *const *o = gr_oracles(); *o; o++) {
		if (!((*o)->required_for & kind) || is_chosen(run, *o))
			continue;
		gr_reason_set(&run->missing,
			      "'%s' was not chosen, and such a case requires "
			      "it",
			      (*o)->name);
		return run->missing.text;
	}
	return NULL;
}

const char *gr_oracles_judge(struct gr_run *run, const struct gr_scene *scene,
			     struct gr_findings *out)
{
	unsigned int kind = 1u << scene->c->kind;
	const char *blind = NULL;

	for (unsigned int i = 0; i < run->nr_oracles; i++) {
		struct gr_run_oracle *o = &run->oracle[i];
		enum gr_sight sight = GR_SIGHT_BLIND;

		if (o->open)
			sight = o->o.ops->judge(&o->o, scene, out, &o->blind);
		if (sight == GR_SIGHT_BLIND && o->o.ops->required_for & kind)
			blind = o->blind.text;
	}
	return blind ? blind : find_missing(run, kind);
}

void gr_oracles_figures(const struct gr_run *run, struct gr_figures *out)
{
	memset(out, 0, sizeof(*out));
	for (unsigned int i = 0; i < run->nr_oracles; i++) {
		const struct gr_run_oracle *o = &run->oracle[i];

		if (o->open && o->o.ops->figures)
			o->o.ops->figures(&o->o, out);
	}
}
