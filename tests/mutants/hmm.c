// SPDX-License-Identifier: GPL-2.0-only
/*
 * Plants in memory that moves to a device: references of its pages and of its pgmap,
 * the step by which a page changes places, and what a device is told. They were found
 * by asking of each get, put, check and notification in mm/memremap.c,
 * mm/migrate_device.c, mm/rmap.c, mm/memory.c and in gup's migration what would be seen
 * if it were missing.
 */
#include <linux/migrate.h>
#include <linux/mmu_notifier.h>

#include "mutants.h"

/* Before 5.18 the pages of a device count from 1, and nothing of this is so. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 0, 0) && HAS_FOLL_FLAGS
#define NO_HMM_PLANT NULL
#define HAS_HMM 1
#else
#define NO_HMM_PLANT "pages of devices are counted in another way here"
#define HAS_HMM 0
#endif

#if HAS_HMM
static bool moves(const struct page *page)
{
	return is_device_private_page(page) || is_device_coherent_page(page);
}

/* zone_device_page_init(page): as if it took no reference on the pgmap */
static void lose_pgmap(const struct visit *visit, struct pt_regs *regs)
{
	struct page *page = (void *)visit->arg[0];

	if (moves(page) && due())
		percpu_ref_put(PGMAP_REF(page->pgmap));
}

/* free_zone_device_page(page): as if it put none */
static bool gain_pgmap(struct pt_regs *regs)
{
	struct page *page = (void *)regs->di;

	if (moves(page) && due())
		percpu_ref_get(PGMAP_REF(page->pgmap));
	return false;
}

/* migrate_device_finalize(src_pfns, dst_pfns, npages): the page keeps a reference */
static bool keep_new_page(struct pt_regs *regs)
{
	const unsigned long *dst = (void *)regs->si;
	struct page *page = regs->dx ? migrate_pfn_to_page(dst[0]) : NULL;

	if (page && moves(page) && due())
		get_page(page);
	return false;
}

/* dmirror_devmem_fault(vmf), which do_swap_page() holds the page for until after it */
static void keep_fault_page(const struct visit *visit, struct pt_regs *regs)
{
	const struct vm_fault *vmf = (void *)visit->arg[0];

	if (!regs_return_value(regs) && due())
		get_page(vmf->page);
}

/* page_make_device_exclusive_one(folio, vma, address, priv) */
static void keep_exclusive(const struct visit *visit, struct pt_regs *regs)
{
	struct folio *folio = (void *)visit->arg[0];

	if ((u8)regs_return_value(regs) && due())
		folio_get(folio);
}

/* The page that is to migrate although it is pinned; one at a time is enough. */
static struct page *pinned;

/*
 * migrate_device_unmap(src_pfns, npages, fault_page): its first page has one reference
 * of the walk, and one of a batch when it is on no LRU list yet; what is more is
 * somebody's. It is hidden until the page has migrated, so that
 * migrate_vma_check_page() finds nothing.
 */
static bool hide_pin(struct pt_regs *regs)
{
	const unsigned long *src = (void *)regs->di;
	struct page *page = regs->si ? migrate_pfn_to_page(src[0]) : NULL;

	if (!page || pinned || is_zone_device_page(page) || page_mapped(page) ||
	    page_count(page) < (PageLRU(page) ? 2 : 3) || !due())
		return false;
	pinned = page;
	page_ref_dec(page);
	return false;
}

/* migrate_device_finalize(src_pfns, dst_pfns, npages) */
static bool show_pin(struct pt_regs *regs)
{
	const unsigned long *src = (void *)regs->di;
	struct page *page = regs->dx ? migrate_pfn_to_page(src[0]) : NULL;

	if (!page || page != pinned)
		return false;
	page_ref_inc(page);
	pinned = NULL;
	return false;
}

/* remove_migration_ptes(src, dst, locked): the mapping is of the old page again */
static bool stay(struct pt_regs *regs)
{
	struct folio *src = (void *)regs->di;

	if (regs->si != regs->di && is_device_coherent_page(&src->page) &&
	    due())
		regs->si = regs->di;
	return false;
}

/* __gup_longterm_locked(mm, start, nr_pages, pages, vmas, gup_flags) */
static bool forget_longterm(struct pt_regs *regs)
{
	if (regs->r9 & FOLL_LONGTERM && due())
		regs->r9 &= ~(unsigned long)FOLL_LONGTERM;
	return false;
}

/* dmirror_interval_invalidate(mni, range, cur_seq): as if nobody had called it */
static bool keep_quiet(struct pt_regs *regs, enum mmu_notifier_event event)
{
	const struct mmu_notifier_range *range = (void *)regs->si;

	return range->event == event && due() ? skip(regs, 1) : false;
}

static bool keep_exclusive_quiet(struct pt_regs *regs)
{
	return keep_quiet(regs, MMU_NOTIFY_EXCLUSIVE);
}

static bool keep_unmap_quiet(struct pt_regs *regs)
{
	return keep_quiet(regs, MMU_NOTIFY_UNMAP);
}

static bool keep_protection_quiet(struct pt_regs *regs)
{
	return keep_quiet(regs, MMU_NOTIFY_PROTECTION_VMA);
}

static bool go_on(struct pt_regs *regs)
{
	return due() ? skip(regs, 0) : false;
}
#else
#define lose_pgmap NULL
#define gain_pgmap NULL
#define keep_new_page NULL
#define keep_fault_page NULL
#define keep_exclusive NULL
#define hide_pin NULL
#define show_pin NULL
#define stay NULL
#define forget_longterm NULL
#define keep_exclusive_quiet NULL
#define keep_unmap_quiet NULL
#define keep_protection_quiet NULL
#define go_on NULL
#endif

const struct plant hmm_plants[] = {
	{
		.name = "hmm_exclusive_get",
		.summary = "a page that a device has alone keeps a reference",
		.missing = NO_HMM_PLANT,
		.place = {{
			.symbol = "page_make_device_exclusive_one",
			.leave = keep_exclusive,
		}},
	},
	{
		.name = "hmm_exclusive_quiet",
		.summary = "a device is not told that it has lost a page",
		.missing = NO_HMM_PLANT,
		.module = "test_hmm",
		.place = {{
			.symbol = "dmirror_interval_invalidate",
			.at = keep_exclusive_quiet,
		}},
	},
	{
		.name = "hmm_fault_get",
		.summary = "a fault of a page that a device has keeps it",
		.missing = NO_HMM_PLANT,
		.module = "test_hmm",
		.place = {{
			.symbol = "dmirror_devmem_fault",
			.leave = keep_fault_page,
		}},
	},
	{
		.name = "hmm_finalize_get",
		.summary = "a migration to a device keeps its first page",
		.missing = NO_HMM_PLANT,
		.place = {{
			.symbol = "migrate_device_finalize",
			.at = keep_new_page,
		}},
	},
	{
		.name = "hmm_free_get",
		.summary = "a page that a device gets back keeps its pgmap",
		.missing = NO_HMM_PLANT,
		.place = {{
			.symbol = "free_zone_device_page",
			.at = gain_pgmap,
		}},
	},
	{
		.name = "hmm_init_put",
		.summary = "a page that a device hands out does not keep its "
			   "pgmap",
		.missing = NO_HMM_PLANT,
		.place = {{
			.symbol = "zone_device_page_init",
			.leave = lose_pgmap,
		}},
	},
	{
		.name = "hmm_longterm_stays",
		.summary = "a long-term pin leaves a page on its device",
		.missing = NO_HMM_PLANT,
		.place = {{
			.symbol = "__gup_longterm_locked",
			.at = forget_longterm,
		}},
	},
	{
		.name = "hmm_pinned_moves",
		.summary = "a page that is pinned migrates to a device",
		.missing = NO_HMM_PLANT,
		.place = {{
				  .symbol = "migrate_device_unmap",
				  .at = hide_pin,
			  },
			  {
				  .symbol = "migrate_device_finalize",
				  .at = show_pin,
			  }},
	},
	{
		.name = "hmm_protect_quiet",
		.summary = "a device is not told that a right is taken away",
		.missing = NO_HMM_PLANT,
		.module = "test_hmm",
		.place = {{
			.symbol = "dmirror_interval_invalidate",
			.at = keep_protection_quiet,
		}},
	},
	{
		.name = "hmm_stays",
		.summary = "a page that came back is mapped where it was",
		.missing = NO_HMM_PLANT,
		.place = {{.symbol = "remove_migration_ptes", .at = stay}},
	},
	{
		.name = "hmm_unmap_quiet",
		.summary = "a device is not told of an unmap",
		.missing = NO_HMM_PLANT,
		.module = "test_hmm",
		.place = {{
			.symbol = "dmirror_interval_invalidate",
			.at = keep_unmap_quiet,
		}},
	},
	{
		.name = "hmm_wait_skipped",
		.summary = "the end of a pgmap does not wait for its pages",
		.missing = NO_HMM_PLANT,
		.place = {{
			.symbol = "wait_for_completion",
			.from = {"memunmap_pages"},
			.at = go_on,
		}},
	},
	{}, /* sorted by name */
};
