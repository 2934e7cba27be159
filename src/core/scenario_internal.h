/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Internal to core/scenario*.c: scenario.c reads sections, scenario_keys.c what
 * their keys say.
 */
#ifndef GR_CORE_SCENARIO_INTERNAL_H
#define GR_CORE_SCENARIO_INTERNAL_H

#include "core/reason.h"
#include "core/scenario.h"

struct gr_scenario_parser {
	const char *text;
	struct gr_scenario *out;
	struct gr_reason why; /* the first error */
	bool seen_scenario;
};

/** gr_scenario_refuse() - "'WORD' is not WHAT". Return: -EINVAL. */
int gr_scenario_refuse(struct gr_scenario_parser *p, const char *what,
		       const char *word);

/**
 * gr_scenario_key() - one line of [scenario].
 *
 * Return: 0, or -EINVAL with @p->why.
 */
int gr_scenario_key(struct gr_scenario_parser *p, const char *name,
		    const char *value);

/**
 * gr_scenario_block_key() - one line of another section; a key that is given
 * again goes on with its list.
 *
 * Return: 0, -EINVAL with @p->why, or -ENOMEM.
 */
int gr_scenario_block_key(struct gr_scenario_parser *p, struct gr_block *b,
			  const char *name, const char *value);

#endif /* GR_CORE_SCENARIO_INTERNAL_H */
