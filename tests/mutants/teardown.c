// SPDX-License-Identifier: GPL-2.0-only
/*
 * Plants in the teardown: unmaps, checks, waits and wakes that are left out.
 */
#include <linux/fs.h>

#include "mutants.h"

/*
 * unregister_dev_dax() unmaps first, and the driver's dev_dax_kill() does it
 * again in the same task: the second call has to share the fate of the first.
 */
static struct {
	spinlock_t lock;
	const struct task_struct *task;
	const struct address_space *mapping;
} spared = {.lock = __SPIN_LOCK_UNLOCKED(spared.lock)};

/* is_spared() - shall this call leave @mapping alone? Counts first calls. */
static bool is_spared(struct address_space *mapping, bool is_first)
{
	unsigned long flags;
	bool ret;

	spin_lock_irqsave(&spared.lock, flags);
	if (is_first) {
		ret = mapping_mapped(mapping) && due();
		spared.task = ret ? current : NULL;
		spared.mapping = ret ? mapping : NULL;
	} else {
		ret = spared.mapping == mapping && spared.task == current;
		if (ret)
			spared.mapping = NULL;
	}
	spin_unlock_irqrestore(&spared.lock, flags);
	return ret;
}

static bool keep_all(struct pt_regs *regs)
{
	bool is_first = is_call_from(regs, "unregister_dev_dax");

	return is_spared((void *)regs->di, is_first) ? skip(regs, 0) : false;
}

/* unmap_mapping_range(mapping, begin, length, even_cows): length 0 is all. */
static bool keep_most(struct pt_regs *regs)
{
	bool is_first = is_call_from(regs, "unregister_dev_dax");

	if (!regs->dx && is_spared((void *)regs->di, is_first))
		regs->dx = PAGE_SIZE;
	return false;
}

static struct dev_pagemap *pgmap_of(struct percpu_ref *ref)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 16, 0)
	return container_of(ref, struct dev_pagemap, internal_ref);
#else
	return container_of(ref, struct dev_pagemap, ref);
#endif
}

static bool lose_wake(struct pt_regs *regs)
{
	struct dev_pagemap *pgmap = pgmap_of((void *)regs->di);

	return pgmap->type == MEMORY_DEVICE_GENERIC && due() ? skip(regs, 0)
							     : false;
}

static void stay_alive(const struct visit *visit, struct pt_regs *regs)
{
	if (!(u8)regs_return_value(regs) && due())
		regs_set_return_value(regs, 1);
}

/*
 * A fault that is served too late would write to struct pages that may be gone,
 * and crash before anybody saw it. Only memory failures read what it writes.
 */
static bool leave_pages_alone(struct pt_regs *regs)
{
	return skip(regs, 0);
}

#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 18, 0)
#define NO_PAGE_HOLDS_PGMAP NULL
/*
 * Each page that is still pinned holds a reference on its pgmap, for which the
 * teardown waits. They are put here, so that it waits for all but the pins.
 */
static bool forget_pins(struct pt_regs *regs)
{
	struct dev_pagemap *pgmap =
		container_of((void *)regs->di, struct dev_pagemap, done);
	unsigned long pfn = PHYS_PFN(pgmap->range.start);

	if (pgmap->type != MEMORY_DEVICE_GENERIC ||
	    pgmap->flags & PGMAP_ALTMAP_VALID)
		return false;
	for (; pfn <= PHYS_PFN(pgmap->range.end); pfn++)
		if (page_count(pfn_to_page(pfn)) && due())
			percpu_ref_put(PGMAP_REF(pgmap));
	return false;
}
#else
#define NO_PAGE_HOLDS_PGMAP "no pin of this kernel holds its pgmap"
#define forget_pins NULL
#endif

const struct plant teardown_plants[] = {
	{
		.name = "alive_after_kill",
		.summary = "a dead device-dax serves faults",
		.place = {{
				  .symbol = "dax_alive",
				  .from = {"check_vma"},
				  .leave = stay_alive,
			  },
			  {
				  .symbol = "dax_set_mapping.isra.0",
				  .at = leave_pages_alone,
			  }},
	},
	{
		.name = "keep_mappings",
		.summary = "a dying device-dax stays mapped",
		.place = {{.symbol = "unmap_mapping_range", .at = keep_all}},
	},
	{
		.name = "pins_forgotten",
		.summary = "a teardown does not wait for pinned pages",
		.missing = NO_PAGE_HOLDS_PGMAP,
		.place = {{
			.symbol = "wait_for_completion",
			.from = {"memunmap_pages"},
			.at = forget_pins,
		}},
	},
	{
		.name = "unmap_part",
		.summary = "a dying device-dax loses its first page only",
		.place = {{.symbol = "unmap_mapping_range", .at = keep_most}},
	},
	{
		.name = "wake_lost",
		.summary =
			"nobody is told that a pgmap's last reference is gone",
		.place = {{
			.symbol = "dev_pagemap_percpu_release",
			.at = lose_wake,
		}},
	},
	{}, /* sorted by name */
};
