// SPDX-License-Identifier: GPL-2.0-only
/*
 * Plants on one path only: requests of several pages, requests that come back
 * short, and each of the ways in which a page is given back.
 */
#include <linux/bio.h>
#include <linux/pipe_fs_i.h>

#include "mutants.h"

#if GUP_USES_PGMAP
#include <linux/pfn_t.h>
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 11, 0)
#define BIO_RELEASE "bio_release_pages"
#else
#define BIO_RELEASE "__bio_release_pages"
#endif

/* internal_get_user_pages_fast(start, nr, flags, pages) */
static bool is_range(const struct pt_regs *regs)
{
	return regs->si > 1 && regs->cx;
}

static void gain_last(const struct visit *visit, struct pt_regs *regs)
{
	struct page **pages = (void *)visit->arg[3];
	int nr = (int)regs_return_value(regs);

	if (nr != (int)visit->arg[1] || !is_device(pages[nr - 1]))
		return;
	if (due())
		page_ref_inc(compound_head(pages[nr - 1]));
}

static void gain_short(const struct visit *visit, struct pt_regs *regs)
{
	struct page **pages = (void *)visit->arg[3];
	int nr = (int)regs_return_value(regs);

	if (nr <= 0 || nr >= (int)visit->arg[1] || !is_device(pages[0]))
		return;
	if (due())
		page_ref_inc(compound_head(pages[0]));
}

/* Is there a reference to put at all? Newer kernels ask before they call. */
static bool has_page_refs(struct bio *bio)
{
#if HAS_FOLL_FLAGS
	if (bio_flagged(bio, BIO_NO_PAGE_REF))
		return false;
#endif
	return bio->bi_vcnt;
}

static struct page *page_of_bio(struct bio *bio)
{
	struct page *page;

	if (!has_page_refs(bio))
		return NULL;
	page = bio->bi_io_vec[0].bv_page;
	return is_device(page) ? page : NULL;
}

static bool keep_bio(struct pt_regs *regs)
{
	return page_of_bio((void *)regs->di) && due() ? skip(regs, 0) : false;
}

/* The true put follows, so this one never is the last. */
static bool put_bio_twice(struct pt_regs *regs)
{
	struct page *page = page_of_bio((void *)regs->di);

	if (page && due())
		page_ref_dec(compound_head(page));
	return false;
}

static bool keep_pipe(struct pt_regs *regs)
{
	const struct pipe_buffer *buf = (void *)regs->si;

	return is_device(buf->page) && due() ? skip(regs, 0) : false;
}

#if HAS_FOLL_FLAGS
/* gup_put_folio(folio, refs, flags) */
static bool keep_pin(struct pt_regs *regs)
{
	return regs->dx & FOLL_PIN && is_device((void *)regs->di) && due()
		       ? skip(regs, 0)
		       : false;
}
#else
#define keep_pin NULL
#endif

#if HAS_FOLL_FLAGS && HAS_LEAF_ORDER
/* As above: not the last one, since the true one follows. */
static bool put_pin_twice(struct pt_regs *regs)
{
	struct page *head = (void *)regs->di;
	int refs = (int)regs->si;

	if (!(regs->dx & FOLL_PIN) || !is_device(head) || !due())
		return false;
	if (PageCompound(head))
		atomic_sub(refs, compound_pincount_ptr(head));
	else
		refs *= GUP_PIN_COUNTING_BIAS;
	page_ref_sub(head, refs);
	return false;
}
#else
#define put_pin_twice NULL
#endif

/* __gup_device_huge(pfn, addr, end, ...): the offset in the leaf is lost. */
static bool lose_offset(struct pt_regs *regs)
{
	unsigned long in_leaf = regs->di & (PTRS_PER_PTE - 1);

	if (in_leaf && due())
		regs->di -= in_leaf;
	return false;
}

#if GUP_USES_PGMAP
/* vmf_insert_mixed(vma, addr, pfn): the next page, if it is the device's too. */
static bool insert_next(struct pt_regs *regs)
{
	unsigned long pfn = regs->dx & ~PFN_FLAGS_MASK;
	struct dev_pagemap *pgmap = get_dev_pagemap(pfn + 1, NULL);

	if (!pgmap)
		return false;
	put_dev_pagemap(pgmap);
	if (due())
		regs->dx++;
	return false;
}
#else
#define insert_next NULL
#endif

const struct plant path_plants[] = {
	{
		.name = "bio_put_lost",
		.summary = "direct I/O keeps the pages of a bio",
		.place = {{.symbol = BIO_RELEASE, .at = keep_bio}},
	},
	{
		.name = "bio_put_twice",
		.summary = "direct I/O puts the first page of a bio twice",
		.missing = NO_PAGE_PLANT,
		.place = {{.symbol = BIO_RELEASE, .at = put_bio_twice}},
	},
	{
		.name = "fault_neighbour",
		.summary = "a PTE fault maps the page behind the one asked for",
		.missing = NO_PGMAP_REF,
		.place = {{
			.symbol = "vmf_insert_mixed",
			.from = {"dev_dax_huge_fault"},
			.at = insert_next,
		}},
	},
	{
		.name = "gup_offset",
		.summary = "gup-fast forgets the offset in a huge leaf",
		.missing = NO_PGMAP_REF,
		.place = {{.symbol = GUP_HUGE, .at = lose_offset}},
	},
	{
		.name = "pipe_put_lost",
		.summary = "a pipe keeps the page of a drained buffer",
		.place = {{
			.symbol = "page_cache_pipe_buf_release",
			.at = keep_pipe,
		}},
	},
	{
		.name = "range_get",
		.summary = "gup-fast takes the last page of a range twice",
		.missing = NO_FOLL_FLAGS,
		.place = {{
			.symbol = GUP_FAST,
			.wanted = is_range,
			.leave = gain_last,
		}},
	},
	{
		.name = "short_get",
		.summary =
			"a request that comes back short keeps its first page",
		.missing = NO_FOLL_FLAGS,
		.place = {{
			.symbol = GUP_FAST,
			.wanted = is_range,
			.leave = gain_short,
		}},
	},
	{
		.name = "unpin_lost",
		.summary = "unpin_user_pages() keeps the pages",
		.missing = NO_PAGE_PLANT,
		.place = {{
			.symbol = "gup_put_folio",
			.from = {"unpin_user_page", "unpin_user_pages",
				 "unpin_user_pages_dirty_lock"},
			.at = keep_pin,
		}},
	},
	{
		.name = "unpin_twice",
		.summary = "unpin_user_pages() puts the pages twice",
		.missing = NO_PAGE_PLANT,
		.place = {{
			.symbol = "gup_put_folio",
			.from = {"unpin_user_page", "unpin_user_pages",
				 "unpin_user_pages_dirty_lock"},
			.at = put_pin_twice,
		}},
	},
	{}, /* sorted by name */
};
