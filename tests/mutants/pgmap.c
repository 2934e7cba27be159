// SPDX-License-Identifier: GPL-2.0-only
/*
 * Plants in the counting of the pgmap: references that gup takes and puts, and
 * those that a pgmap is born with.
 */
#include <linux/percpu.h>

#include "mutants.h"

static void lose(const struct visit *visit, struct pt_regs *regs)
{
	struct dev_pagemap *pgmap = (void *)regs_return_value(regs);

	if (pgmap && is_leaf_of(pgmap) && due())
		percpu_ref_put(PGMAP_REF(pgmap));
}

static void gain(const struct visit *visit, struct pt_regs *regs)
{
	struct dev_pagemap *pgmap = (void *)regs_return_value(regs);

	if (pgmap && is_leaf_of(pgmap) && due())
		percpu_ref_get(PGMAP_REF(pgmap));
}

/* The slow path keeps one reference over a whole request: no pgmap so far. */
static bool is_first_lookup(const struct pt_regs *regs)
{
	return !regs->si;
}

/* Has this request of gup-fast got pages of a leaf before the present one? */
static DEFINE_PER_CPU(bool, is_later_leaf);

static bool note_leaf(struct pt_regs *regs)
{
	__this_cpu_write(is_later_leaf, *(const int *)regs->r9 > 0);
	return false;
}

/* Interrupts are off from note_leaf() to here. */
static void gain_later(const struct visit *visit, struct pt_regs *regs)
{
	if (__this_cpu_read(is_later_leaf))
		gain(visit, regs);
}

/* A pgmap of device-dax is born with one reference for each leaf. */
static void lose_base(const struct visit *visit, struct pt_regs *regs)
{
	struct dev_pagemap *pgmap = (void *)visit->arg[0];

	if (!IS_ERR_VALUE(regs_return_value(regs)) &&
	    pgmap->type == MEMORY_DEVICE_GENERIC && due())
		percpu_ref_put(PGMAP_REF(pgmap));
}

const struct plant pgmap_plants[] = {
	{
		.name = "base_put",
		.summary = "a pgmap is born with a reference too few",
		.place = {{.symbol = "memremap_pages", .leave = lose_base}},
	},
	{
		.name = "pgmap_get",
		.summary = "gup-fast takes a pgmap reference too many",
		.missing = NO_PGMAP_REF,
		.place = {{
			.symbol = "get_dev_pagemap",
			.wanted = walk_begins,
			.leave = gain,
		}},
	},
	{
		.name = "pgmap_get_cross",
		.summary = "gup-fast takes a pgmap reference too many in each "
			   "further huge leaf of a request",
		.missing = NO_PGMAP_REF,
		.place = {{.symbol = GUP_HUGE, .at = note_leaf},
			  {
				  .symbol = "get_dev_pagemap",
				  .from = {GUP_HUGE},
				  .wanted = walk_begins,
				  .leave = gain_later,
			  }},
	},
	{
		.name = "pgmap_get_pmd",
		.summary = "gup-fast takes a pgmap reference too many in PMDs",
		.missing = NO_LEAF_ORDER,
		.leaf = LEAF_PMD,
		.place = {{
			.symbol = "get_dev_pagemap",
			.wanted = walk_begins,
			.leave = gain,
		}},
	},
	{
		.name = "pgmap_get_slow",
		.summary = "gup-slow takes a pgmap reference too many",
		.missing = NO_PGMAP_REF,
		.place = {{
			.symbol = "get_dev_pagemap",
			.from = {GUP_SLOW},
			.wanted = is_first_lookup,
			.leave = gain,
		}},
	},
	{
		.name = "pgmap_put",
		.summary = "gup-fast drops a pgmap reference too many",
		.missing = NO_PGMAP_REF,
		.place = {{
			.symbol = "get_dev_pagemap",
			.wanted = walk_begins,
			.leave = lose,
		}},
	},
	{
		.name = "pgmap_put_pud",
		.summary = "gup-fast drops a pgmap reference too many in PUDs",
		.missing = NO_LEAF_ORDER,
		.leaf = LEAF_PUD,
		.place = {{
			.symbol = "get_dev_pagemap",
			.wanted = walk_begins,
			.leave = lose,
		}},
	},
	{
		.name = "pgmap_put_slow",
		.summary = "gup-slow drops a pgmap reference too many",
		.missing = NO_PGMAP_REF,
		.place = {{
			.symbol = "get_dev_pagemap",
			.from = {GUP_SLOW},
			.wanted = is_first_lookup,
			.leave = lose,
		}},
	},
	{}, /* sorted by name */
};
