/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Recipes: what a case's name says, as a case and as a scenario of a few lines,
 * so that one case can be had again without the scenario that it came from.
 */
#ifndef GR_CORE_RECIPE_H
#define GR_CORE_RECIPE_H

#include <stdio.h>

#include "core/case.h"

/**
 * gr_recipe_parse() - read the name of a race, a balance or a check.
 * @c: filled on success: kind, target, spec, what is run, shape, pinners, name.
 *
 * Return: 0, or -EINVAL no such case can be (not reported).
 */
int gr_recipe_parse(const char *name, struct gr_case *c);

/** gr_recipe_name() - the name of the race @c, which has been changed. */
void gr_recipe_name(struct gr_case *c);

/** gr_recipe_write() - a scenario that makes this case, and no other. */
void gr_recipe_write(FILE *out, const struct gr_case *c, const char *slice);

#endif /* GR_CORE_RECIPE_H */
