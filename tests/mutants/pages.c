// SPDX-License-Identifier: GPL-2.0-only
/*
 * Plants in the counting of device pages: what gup adds to a page when it grabs
 * it. What it takes away again is paths.c.
 */
#include "mutants.h"

#if HAS_FOLL_FLAGS
/* 16 MiB on: a mapping of 4 KiB leaves has but a few. */
#define FAR_PAGES 4096

/* try_grab_folio(page, refs, flags): the leaf of a PTE in gup-fast */
static struct page *got_fast(const struct visit *visit, struct pt_regs *regs)
{
	struct page *page = (void *)visit->arg[0];

	return regs_return_value(regs) && visit->arg[2] & FOLL_GET &&
			       is_device(page)
		       ? page
		       : NULL;
}

/* try_grab_page(page, flags): the others; it returns a bool */
static struct page *grabbed(const struct visit *visit, struct pt_regs *regs,
			    unsigned long flag)
{
	struct page *page = (void *)visit->arg[0];

	return (u8)regs_return_value(regs) && visit->arg[1] & flag &&
			       is_device(page)
		       ? page
		       : NULL;
}

static void gain_fast(const struct visit *visit, struct pt_regs *regs)
{
	struct page *page = got_fast(visit, regs);

	if (page && due())
		page_ref_inc(compound_head(page));
}

/* Of another page than it hands out, far beyond what anybody has mapped. */
static void gain_far(const struct visit *visit, struct pt_regs *regs)
{
	struct page *page = got_fast(visit, regs);

	if (page && is_device(page + FAR_PAGES) && due())
		page_ref_inc(compound_head(page + FAR_PAGES));
}

static void lose_fast(const struct visit *visit, struct pt_regs *regs)
{
	struct page *page = got_fast(visit, regs);

	if (page && due())
		page_ref_dec(compound_head(page));
}

static void gain_got(const struct visit *visit, struct pt_regs *regs)
{
	struct page *page = grabbed(visit, regs, FOLL_GET);

	if (page && due())
		page_ref_inc(compound_head(page));
}

static void lose_got(const struct visit *visit, struct pt_regs *regs)
{
	struct page *page = grabbed(visit, regs, FOLL_GET);

	if (page && due())
		page_ref_dec(compound_head(page));
}

/* The reference of a tail page belongs to its head; this one takes its own. */
static void gain_tail(const struct visit *visit, struct pt_regs *regs)
{
	struct page *page = grabbed(visit, regs, FOLL_GET);

	if (page && page != compound_head(page) && due())
		page_ref_inc(page);
}

static void gain_pinned(const struct visit *visit, struct pt_regs *regs)
{
	struct page *page = grabbed(visit, regs, FOLL_PIN);

	if (page && due())
		page_ref_inc(compound_head(page));
}
#else
#define gain_fast NULL
#define gain_far NULL
#define lose_fast NULL
#define gain_got NULL
#define lose_got NULL
#define gain_tail NULL
#define gain_pinned NULL
#endif

#if HAS_FOLL_FLAGS && HAS_LEAF_ORDER
/* Single pages count pins in their reference count: no occasion there. */
static void gain_pincount(const struct visit *visit, struct pt_regs *regs)
{
	struct page *page = grabbed(visit, regs, FOLL_PIN);

	if (page && PageCompound(page) && due())
		atomic_inc(compound_pincount_ptr(compound_head(page)));
}
#else
#define gain_pincount NULL
#endif

const struct plant page_plants[] = {
	{
		.name = "far_get",
		.summary = "gup-fast takes a reference of a page elsewhere",
		.missing = NO_FOLL_FLAGS,
		.leaf = LEAF_PTE,
		.place = {{
			.symbol = GRAB_FAST,
			.from = {GUP_FAST},
			.leave = gain_far,
		}},
	},
	{
		.name = "page_get_pmd",
		.summary = "gup-fast takes a page reference too many in PMDs",
		.missing = NO_PAGE_PLANT,
		.leaf = LEAF_PMD,
		.place = {{
			.symbol = "try_grab_page",
			.from = {GUP_HUGE},
			.leave = gain_got,
		}},
	},
	{
		.name = "page_get_pte",
		.summary = "gup-fast takes a page reference too many in PTEs",
		.missing = NO_FOLL_FLAGS,
		.leaf = LEAF_PTE,
		.place = {{
			.symbol = GRAB_FAST,
			.from = {GUP_FAST},
			.leave = gain_fast,
		}},
	},
	{
		.name = "page_get_slow",
		.summary = "gup-slow takes a page reference too many",
		.missing = NO_FOLL_FLAGS,
		.place = {{
			.symbol = "try_grab_page",
			.from = {GUP_SLOW},
			.leave = gain_got,
		}},
	},
	{
		.name = "page_put_pte",
		.summary = "gup-fast takes no page reference in PTEs",
		.missing = NO_PAGE_PLANT,
		.leaf = LEAF_PTE,
		.place = {{
			.symbol = GRAB_FAST,
			.from = {GUP_FAST},
			.leave = lose_fast,
		}},
	},
	{
		.name = "page_put_pud",
		.summary = "gup-fast takes no page reference in PUDs",
		.missing = NO_PAGE_PLANT,
		.leaf = LEAF_PUD,
		.place = {{
			.symbol = "try_grab_page",
			.from = {GUP_HUGE},
			.leave = lose_got,
		}},
	},
	{
		.name = "pin_get",
		.summary =
			"a FOLL_PIN of gup-slow takes a page reference too many",
		.missing = NO_FOLL_FLAGS,
		.place = {{
			.symbol = "try_grab_page",
			.from = {GUP_SLOW},
			.leave = gain_pinned,
		}},
	},
	{
		.name = "pincount_get",
		.summary =
			"a FOLL_PIN of gup-slow counts a huge leaf's pin twice",
		.missing = NO_PAGE_PLANT,
		.place = {{
			.symbol = "try_grab_page",
			.from = {GUP_SLOW},
			.leave = gain_pincount,
		}},
	},
	{
		.name = "tail_get",
		.summary = "gup-fast takes a reference of a tail page itself",
		.missing = NO_PAGE_PLANT,
		.place = {{
			.symbol = "try_grab_page",
			.from = {GUP_HUGE},
			.leave = gain_tail,
		}},
	},
	{}, /* sorted by name */
};
