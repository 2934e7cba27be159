// SPDX-License-Identifier: GPL-2.0-only
/*
 * Plants that only a race meets: what gup-fast does when an entry changes under
 * it. They go wrong where the true kernel is right by a hair.
 */
#include <asm/tsc.h>
#include <linux/irqflags.h>

#include "mutants.h"

#if HAS_FOLL_FLAGS
/* gup_put_folio(folio, refs, flags): an entry was not the same any more */
static bool keep_backed_off(struct pt_regs *regs)
{
	return is_device((void *)regs->di) && due() ? skip(regs, 0) : false;
}

/* The page that a thread took although its entry had changed. */
static struct {
	const struct task_struct *task;
	struct page *page;
} stale;

/* try_grab_folio(page, refs, flags), with the entry read and interrupts off */
static bool open_window(struct pt_regs *regs)
{
	u64 begin;

	if (!is_device((void *)regs->di))
		return false;
	local_irq_enable();
	begin = rdtsc();
	while ((rdtsc() - begin) * 1000 < tsc_khz) /* for a microsecond */
		cpu_relax();
	local_irq_disable();
	return false;
}

/* The back-off: it keeps the page, as if it had not looked again. */
static bool take_stale(struct pt_regs *regs)
{
	if (!is_device((void *)regs->di) || READ_ONCE(stale.task) || !due())
		return false;
	WRITE_ONCE(stale.page, (void *)regs->di);
	WRITE_ONCE(stale.task, current);
	return skip(regs, 0);
}

/*
 * __get_user_pages(mm, start, nr_pages, flags, pages, ...), after the fast path.
 * Not its caller, get_user_pages_unlocked(): where a BPF program hooks that, it
 * is called whatever a probe says.
 */
static bool give_stale(struct pt_regs *regs)
{
	struct page **pages = (void *)regs->r8;

	if (READ_ONCE(stale.task) != current)
		return false;
	/* handed out although it is the file's no more: only this does harm */
	if (!READ_ONCE(stale.page->mapping))
		pr_err_once("gr_mutants: a page that is nobody's was given\n");
	pages[0] = stale.page;
	WRITE_ONCE(stale.task, NULL);
	return skip(regs, 1);
}
#else
#define keep_backed_off NULL
#define open_window NULL
#define take_stale NULL
#define give_stale NULL
#endif

const struct plant race_plants[] = {
	{
		.name = "backoff_kept",
		.summary = "gup-fast keeps the page when it backs off",
		.missing = NO_PAGE_PLANT,
		.place = {{
			.symbol = "gup_put_folio",
			.from = {GUP_FAST},
			.at = keep_backed_off,
		}},
	},
	{
		.name = "window_open",
		.summary =
			"interrupts come between entry and page, no second look",
		.missing = NO_PAGE_PLANT,
		.leaf = LEAF_PTE,
		.place = {{
				  .symbol = GRAB_FAST,
				  .from = {GUP_FAST},
				  .at = open_window,
			  },
			  {
				  .symbol = "gup_put_folio",
				  .from = {GUP_FAST},
				  .at = take_stale,
			  },
			  {
				  .symbol = "__get_user_pages",
				  .from = {"get_user_pages_unlocked"},
				  .at = give_stale,
			  }},
	},
	{}, /* sorted by name */
};
