// SPDX-License-Identifier: GPL-2.0-only
/*
 * Plants in the file system half of DAX: the scan for busy pages, the steps that
 * break a layout before its blocks are taken away, the wait and the wake-up, and
 * what a fault writes down.
 */
#include <linux/dax.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <linux/pagemap.h>
#include <linux/wait.h>

#include "mutants.h"

#if GUP_USES_PGMAP
#include <linux/pfn_t.h>
#endif

/* Pages count in another way from 6.15 on, and page->index goes soon after. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0)
#define HAS_BUSY_PAGE 1
#define NO_BUSY_PAGE NULL
#else
#define HAS_BUSY_PAGE 0
#define NO_BUSY_PAGE "files of this kernel count their pages in another way"
#endif

#define SCAN "dax_layout_busy_page_range"

/* Entries in one leaf of page tables, and in one PMD. */
#define BATCH 512UL

/* Bit of an entry that stands for a PMD; fs/dax.c keeps it to itself. */
#define ENTRY_PMD (1UL << 1)

static bool is_mapped_file(struct address_space *mapping)
{
	return S_ISREG(mapping->host->i_mode) && IS_DAX(mapping->host) &&
	       mapping_mapped(mapping);
}

static struct page *busy_page(struct pt_regs *regs)
{
	return (void *)regs_return_value(regs);
}

static void see_nothing(const struct visit *visit, struct pt_regs *regs)
{
	if (busy_page(regs) && due())
		regs_set_return_value(regs, 0);
}

#if HAS_BUSY_PAGE
/* Is the page of a huge entry, and not its first one? */
static bool is_tail(struct address_space *mapping, const struct page *page)
{
	void *entry = xa_load(&mapping->i_pages, page->index);

	return page->index % BATCH && xa_is_value(entry) &&
	       xa_to_value(entry) & ENTRY_PMD;
}

static void see_first(const struct visit *visit, struct pt_regs *regs)
{
	struct page *page = busy_page(regs);

	if (page && is_tail((void *)visit->arg[0], page) && due())
		regs_set_return_value(regs, 0);
}

static void see_batch(const struct visit *visit, struct pt_regs *regs)
{
	struct page *page = busy_page(regs);

	if (page && page->index >= BATCH && due())
		regs_set_return_value(regs, 0);
}
#else
#define see_first NULL
#define see_batch NULL
#endif

/* Who has waited for a page, and has not looked again since. */
static const struct task_struct *waited;

static void note_waiter(const struct visit *visit, struct pt_regs *regs)
{
	WRITE_ONCE(waited, busy_page(regs) ? current : NULL);
}

static bool look_once(struct pt_regs *regs)
{
	if (READ_ONCE(waited) != current)
		return false;
	WRITE_ONCE(waited, NULL);
	return due() ? skip(regs, 0) : false;
}

/* unmap_mapping_pages(mapping, ...), unmap_mapping_range(mapping, ...) */
static bool keep_mapped(struct pt_regs *regs)
{
	return is_mapped_file((void *)regs->di) && due() ? skip(regs, 0)
							 : false;
}

/* ext4_break_layouts(inode), xfs_break_layouts(inode, ...), ... */
static bool leave_unbroken(struct pt_regs *regs)
{
	const struct inode *inode = (void *)regs->di;

	return is_mapped_file(inode->i_mapping) && due() ? skip(regs, 0)
							 : false;
}

/* dax_layout_busy_page(mapping), asked about the second of two files */
static bool leave_second(struct pt_regs *regs)
{
	return is_mapped_file((void *)regs->di) && due() ? skip(regs, 0)
							 : false;
}

/* One function serves all of fallocate(): which part of it is asked for? */
static struct {
	const struct task_struct *task;
	unsigned long mode;
} falls;

/* vfs_fallocate(file, mode, offset, len) */
static bool note_mode(struct pt_regs *regs)
{
	WRITE_ONCE(falls.mode, regs->si);
	WRITE_ONCE(falls.task, current);
	return false;
}

static bool is_mode(unsigned long flag)
{
	return READ_ONCE(falls.task) == current && READ_ONCE(falls.mode) & flag;
}

static bool collapse_unbroken(struct pt_regs *regs)
{
	return is_mode(FALLOC_FL_COLLAPSE_RANGE) && leave_unbroken(regs);
}

static bool insert_unbroken(struct pt_regs *regs)
{
	return is_mode(FALLOC_FL_INSERT_RANGE) && leave_unbroken(regs);
}

static bool punch_unbroken(struct pt_regs *regs)
{
	return is_mode(FALLOC_FL_PUNCH_HOLE) && leave_unbroken(regs);
}

static bool zero_unbroken(struct pt_regs *regs)
{
	return is_mode(FALLOC_FL_ZERO_RANGE) && leave_unbroken(regs);
}

static bool lose_wake_up(struct pt_regs *regs)
{
	return due() ? skip(regs, 0) : false;
}

/*
 * prepare_to_wait_event(head, entry, state): as if a signal had come. Who is not
 * to wait has left the queue.
 */
static void give_up(const struct visit *visit, struct pt_regs *regs)
{
	struct wait_queue_head *head = (void *)visit->arg[0];
	struct wait_queue_entry *entry = (void *)visit->arg[1];
	unsigned long flags;

	if (regs_return_value(regs) || !due())
		return;
	spin_lock_irqsave(&head->lock, flags);
	list_del_init(&entry->entry);
	spin_unlock_irqrestore(&head->lock, flags);
	__set_current_state(TASK_RUNNING);
	regs_set_return_value(regs, -ERESTARTSYS);
}

/* __dax_invalidate_entry() deletes the entry; its pages stay the file's. */
static bool stay_associated(struct pt_regs *regs)
{
	return due() ? skip(regs, 0) : false;
}

#if GUP_USES_PGMAP
/* Is the page behind it device memory too? */
static bool has_next(unsigned long pfn)
{
	struct dev_pagemap *pgmap =
		get_dev_pagemap((pfn & ~PFN_FLAGS_MASK) + 1, NULL);

	if (pgmap)
		put_dev_pagemap(pgmap);
	return pgmap;
}

/* dax_insert_entry(xas, vmf, iter, entry, pfn, flags) */
static bool note_next(struct pt_regs *regs)
{
	if (has_next(regs->r8) && due())
		regs->r8++;
	return false;
}

/* vmf_insert_mixed(vma, addr, pfn), vmf_insert_mixed_mkwrite() */
static bool map_next(struct pt_regs *regs)
{
	if (has_next(regs->dx) && due())
		regs->dx++;
	return false;
}
#else
#define note_next NULL
#define map_next NULL
#endif

/* check_vma_flags(vma, flags): a long-term pin of a file */
static bool is_longterm_file(const struct pt_regs *regs)
{
	const struct vm_area_struct *vma = (void *)regs->di;

	return regs->si & FOLL_LONGTERM && vma->vm_file &&
	       is_mapped_file(vma->vm_file->f_mapping);
}

static void allow_longterm(const struct visit *visit, struct pt_regs *regs)
{
	if ((int)regs_return_value(regs) == -EOPNOTSUPP && due())
		regs_set_return_value(regs, 0);
}

const struct plant fsdax_plants[] = {
	{
		.name = "break_ext4_collapse",
		.summary = "ext4 breaks no layout before a collapse",
		.module = "ext4",
		.place = {{.symbol = "vfs_fallocate", .at = note_mode},
			  {
				  .symbol = "ext4_break_layouts",
				  .from = {"ext4_fallocate"},
				  .at = collapse_unbroken,
			  }},
	},
	{
		.name = "break_ext4_insert",
		.summary = "ext4 breaks no layout before an insertion",
		.module = "ext4",
		.place = {{.symbol = "vfs_fallocate", .at = note_mode},
			  {
				  .symbol = "ext4_break_layouts",
				  .from = {"ext4_fallocate"},
				  .at = insert_unbroken,
			  }},
	},
	{
		.name = "break_ext4_punch",
		.summary = "ext4 breaks no layout before it punches a hole",
		.module = "ext4",
		.place = {{
			.symbol = "ext4_break_layouts",
			.from = {"ext4_punch_hole"},
			.at = leave_unbroken,
		}},
	},
	{
		.name = "break_ext4_truncate",
		.summary = "ext4 breaks no layout before it truncates",
		.module = "ext4",
		.place = {{
			.symbol = "ext4_break_layouts",
			.from = {"ext4_setattr"},
			.at = leave_unbroken,
		}},
	},
	{
		.name = "break_ext4_zero",
		.summary = "ext4 breaks no layout before it zeroes a range",
		.module = "ext4",
		.place = {{.symbol = "vfs_fallocate", .at = note_mode},
			  {
				  .symbol = "ext4_break_layouts",
				  .from = {"ext4_fallocate"},
				  .at = zero_unbroken,
			  }},
	},
	{
		.name = "break_xfs_punch",
		.summary = "xfs breaks no layout before it punches a hole",
		.module = "xfs",
		.place = {{.symbol = "vfs_fallocate", .at = note_mode},
			  {
				  .symbol = "xfs_break_layouts",
				  .from = {"xfs_file_fallocate"},
				  .at = punch_unbroken,
			  }},
	},
	{
		.name = "break_xfs_reflink",
		.summary = "xfs breaks no layout before it shares blocks",
		.module = "xfs",
		.place = {{
				  .symbol = "xfs_break_dax_layouts",
				  .from = {"xfs_ilock2_io_mmap"},
				  .at = leave_unbroken,
			  },
			  {
				  .symbol = "dax_layout_busy_page",
				  .from = {"xfs_ilock2_io_mmap"},
				  .at = leave_second,
			  }},
	},
	{
		.name = "break_xfs_truncate",
		.summary = "xfs breaks no layout before it truncates",
		.module = "xfs",
		.place = {{
			.symbol = "xfs_break_layouts",
			.from = {"xfs_vn_setattr"},
			.at = leave_unbroken,
		}},
	},
	{
		.name = "busy_batch",
		.summary = "the scan for busy pages ends after 512 pages",
		.missing = NO_BUSY_PAGE,
		.place = {{.symbol = SCAN, .leave = see_batch}},
	},
	{
		.name = "busy_blind",
		.summary = "the scan for busy pages finds none",
		.place = {{.symbol = SCAN, .leave = see_nothing}},
	},
	{
		.name = "busy_first",
		.summary =
			"the scan for busy pages sees the first one of a PMD",
		.missing = NO_BUSY_PAGE,
		.place = {{.symbol = SCAN, .leave = see_first}},
	},
	{
		.name = "busy_once",
		.summary = "who has waited for a page does not look again",
		.place = {{.symbol = SCAN, .at = look_once},
			  {.symbol = SCAN, .leave = note_waiter}},
	},
	{
		.name = "busy_unmapped",
		.summary = "the scan for busy pages does not unmap them first",
		.place = {{
			.symbol = "unmap_mapping_pages",
			.from = {SCAN},
			.at = keep_mapped,
		}},
	},
	{
		.name = "entry_kept",
		.summary = "the pages of a deleted entry stay the file's",
		.place = {{
			.symbol = "dax_disassociate_entry",
			.from = {"__dax_invalidate_entry"},
			.at = stay_associated,
		}},
	},
	{
		.name = "entry_neighbour",
		.summary = "a fault notes the page behind the one it maps",
		.missing = NO_PGMAP_REF,
		.place = {{.symbol = "dax_insert_entry", .at = note_next}},
	},
	{
		.name = "file_keep_mappings",
		.summary = "a file that is cut stays mapped",
		.place = {{
				  .symbol = "unmap_mapping_pages",
				  .from = {SCAN},
				  .at = keep_mapped,
			  },
			  {.symbol = "unmap_mapping_range", .at = keep_mapped}},
	},
	{
		.name = "file_longterm_ok",
		.summary = "long-term pins of files are allowed",
		.place = {{
			.symbol = "check_vma_flags",
			.wanted = is_longterm_file,
			.leave = allow_longterm,
		}},
	},
	{
		.name = "file_neighbour",
		.summary =
			"a fault of a file maps the page behind the one asked for",
		.missing = NO_PGMAP_REF,
		.place = {{
				  .symbol = "vmf_insert_mixed",
				  .from = {"dax_fault_iter"},
				  .at = map_next,
			  },
			  {
				  .symbol = "vmf_insert_mixed_mkwrite",
				  .from = {"dax_fault_iter",
					   "dax_finish_sync_fault"},
				  .at = map_next,
			  }},
	},
	{
		.name = "file_wake_lost",
		.summary = "nobody is told that a page of a file is idle",
		.place = {{
			.symbol = "wake_up_var",
			.from = {"__put_devmap_managed_page_refs"},
			.at = lose_wake_up,
		}},
	},
	{
		.name = "wait_broken",
		.summary = "the wait for a busy page ends at once",
		.module = "ext4",
		.place = {{
			.symbol = "prepare_to_wait_event",
			.from = {"ext4_break_layouts"},
			.leave = give_up,
		}},
	},
	{}, /* sorted by name */
};
