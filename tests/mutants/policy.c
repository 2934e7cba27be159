// SPDX-License-Identifier: GPL-2.0-only
/*
 * Plants in what is allowed and what is not: nothing is miscounted, and nothing
 * crashes; something is refused, or is not, or takes the slow path.
 */
#include <linux/fs.h>

#include "mutants.h"

#if GUP_USES_PGMAP
#include <linux/pfn_t.h>
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 11, 0)
#define MAY_SPLIT "dev_dax_split"
#else
#define MAY_SPLIT "dev_dax_may_split"
#endif

/* No pgmap for gup-fast: it gives up, and gup-slow does its work. */
static void refuse_fast(const struct visit *visit, struct pt_regs *regs)
{
	struct dev_pagemap *pgmap = (void *)regs_return_value(regs);

	if (!pgmap || !is_leaf_of(pgmap) || !due())
		return;
	percpu_ref_put(PGMAP_REF(pgmap));
	regs_set_return_value(regs, 0);
}

/* internal_get_user_pages_fast(start, nr, flags, pages) */
static bool forget_write(struct pt_regs *regs)
{
	bool is_writable;

	if (!(regs->dx & FOLL_WRITE) ||
	    leaf_at(regs->di, &is_writable) != planted_leaf() || is_writable)
		return false;
	if (due())
		regs->dx &= ~(unsigned long)FOLL_WRITE;
	return false;
}

/* check_vma_flags(vma, flags): a long-term pin of a character device */
static bool is_longterm(const struct pt_regs *regs)
{
	const struct vm_area_struct *vma = (void *)regs->di;

	return regs->si & FOLL_LONGTERM && vma->vm_file &&
	       IS_DAX(vma->vm_file->f_mapping->host) &&
	       S_ISCHR(file_inode(vma->vm_file)->i_mode);
}

static void refuse(const struct visit *visit, struct pt_regs *regs)
{
	if (!(int)regs_return_value(regs) && due())
		regs_set_return_value(regs, -EOPNOTSUPP);
}

/* check_vma(dev_dax, vma, func) */
static bool is_private(const struct pt_regs *regs)
{
	return !(((struct vm_area_struct *)regs->si)->vm_flags & VM_MAYSHARE);
}

static void allow(const struct visit *visit, struct pt_regs *regs)
{
	if ((int)regs_return_value(regs) == -EINVAL && due())
		regs_set_return_value(regs, 0);
}

/* soft_offline_page(pfn, flags) */
static bool is_device_pfn(const struct pt_regs *regs)
{
	return pfn_valid(regs->di) && is_device(pfn_to_page(regs->di));
}

static void claim_offline(const struct visit *visit, struct pt_regs *regs)
{
	if ((int)regs_return_value(regs) == -EIO && due())
		regs_set_return_value(regs, 0);
}

#if GUP_USES_PGMAP
/* vmf_insert_mixed(vma, addr, pfn): as memory that has no struct page */
static bool insert_special(struct pt_regs *regs)
{
	u64 pfn = regs->dx;

	if ((pfn & (PFN_DEV | PFN_MAP)) == (PFN_DEV | PFN_MAP) && due())
		regs->dx = (pfn & ~PFN_MAP) | PFN_SPECIAL;
	return false;
}
#else
#define insert_special NULL
#endif

const struct plant policy_plants[] = {
	{
		.name = "fault_special",
		.summary = "a PTE fault maps a page as one without struct page",
		.missing = NO_PGMAP_REF,
		.place = {{
			.symbol = "vmf_insert_mixed",
			.from = {"dev_dax_huge_fault"},
			.at = insert_special,
		}},
	},
	{
		.name = "longterm_refused",
		.summary = "long-term pins of device-dax are refused",
		.place = {{
			.symbol = "check_vma_flags",
			.wanted = is_longterm,
			.leave = refuse,
		}},
	},
	{
		.name = "private_ok",
		.summary = "a private mapping of device-dax is allowed",
		.place = {{
			.symbol = "check_vma",
			.from = {"dax_mmap"},
			.wanted = is_private,
			.leave = allow,
		}},
	},
	{
		.name = "readonly_pmd",
		.summary = "gup-fast gives read-only PMDs for writing",
		.missing = NO_PGMAP_REF,
		.leaf = LEAF_PMD,
		.place = {{.symbol = GUP_FAST, .at = forget_write}},
	},
	{
		.name = "readonly_pte",
		.summary = "gup-fast gives read-only PTEs for writing",
		.missing = NO_PGMAP_REF,
		.leaf = LEAF_PTE,
		.place = {{.symbol = GUP_FAST, .at = forget_write}},
	},
	{
		.name = "readonly_pud",
		.summary = "gup-fast gives read-only PUDs for writing",
		.missing = NO_PGMAP_REF,
		.leaf = LEAF_PUD,
		.place = {{.symbol = GUP_FAST, .at = forget_write}},
	},
	{
		.name = "soft_offline_ok",
		.summary = "soft offline of device memory claims success",
		.place = {{
			.symbol = "soft_offline_page",
			.wanted = is_device_pfn,
			.leave = claim_offline,
		}},
	},
	{
		.name = "special_pmd",
		.summary = "gup-fast gives up at PMDs",
		.missing = NO_LEAF_ORDER,
		.leaf = LEAF_PMD,
		.place = {{
			.symbol = "get_dev_pagemap",
			.wanted = walk_begins,
			.leave = refuse_fast,
		}},
	},
	{
		.name = "special_pte",
		.summary = "gup-fast gives up at PTEs",
		.missing = NO_LEAF_ORDER,
		.leaf = LEAF_PTE,
		.place = {{
			.symbol = "get_dev_pagemap",
			.wanted = walk_begins,
			.leave = refuse_fast,
		}},
	},
	{
		.name = "special_pud",
		.summary = "gup-fast gives up at PUDs",
		.missing = NO_LEAF_ORDER,
		.leaf = LEAF_PUD,
		.place = {{
			.symbol = "get_dev_pagemap",
			.wanted = walk_begins,
			.leave = refuse_fast,
		}},
	},
	{
		.name = "split_ok",
		.summary = "a leaf of device-dax may be unmapped in part",
		.place = {{.symbol = MAY_SPLIT, .leave = allow}},
	},
	{}, /* sorted by name */
};
