// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counts requests to gup-fast for the memory of a few processes, those of them
 * that went on in the slow path, and the leaves that faults put in.
 *
 * Only entries of functions are hooked: the fast core ends without the slow
 * path only if all pages were had, so its return tells nothing more. That keeps
 * the hot path to one short program, and no frame of ours lies under a function
 * that sleeps, which on kernels without __bpf_tramp_enter (before 5.12) would
 * not survive being detached.
 *
 * Faults are counted where a leaf is put in, which is the kernel's own code; the
 * handlers of device-dax and of file systems are modules', which an invalidator
 * removes and which a hook would keep from being removed. Leaves that become
 * writable come the same way, and count again.
 *
 * The part of a section's name behind the slash is the function; those that the
 * running kernel does not have are left out by src/sys/gup_trace.c. The part of
 * a program's name before the first _ says what it is for.
 * Source: mm/gup.c, mm/memory.c, mm/huge_memory.c; drivers/dax/device.c and
 * fs/dax.c, who call them.
 */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "bpf/reach.h"

#define PAGE_SHIFT 12
#define PAGE_MASK (~((1ull << PAGE_SHIFT) - 1))

struct gr_bpf_task tasks[GR_BPF_TASKS_MAX];
__u32 nr_tasks; /* of which so many may be in use; 0 = off */

static __always_inline struct gr_bpf_task *task_find(void)
{
	__u32 tgid;

	if (!nr_tasks)
		return 0;
	tgid = bpf_get_current_pid_tgid() >> 32;
#pragma unroll
	for (int i = 0; i < GR_BPF_TASKS_MAX; i++)
		if (tasks[i].tgid == tgid)
			return &tasks[i];
	return 0;
}

static __always_inline struct gr_bpf_task *range_find(__u64 start, __u64 end)
{
	struct gr_bpf_task *t = task_find();

	return t && start < t->end && end > t->start ? t : 0;
}

/* A request to gup-fast. */
static __always_inline int fast(__u64 start, __u64 nr)
{
	__u64 end = (start & PAGE_MASK) + (nr << PAGE_SHIFT);
	struct gr_bpf_task *t = range_find(start, end);

	if (!t)
		return 0;
	t->tid = (__u32)bpf_get_current_pid_tgid();
	t->asked_end = end;
	__sync_fetch_and_add(&t->nr_asked, 1);
	return 0;
}

/*
 * The slow path has users of its own. It is a fallback when the same thread
 * entered gup-fast before for memory that ends at the same byte: of a request
 * that was had in part, the rest is asked for.
 */
static __always_inline int slow(__u64 start, __u64 nr)
{
	__u64 end = (start & PAGE_MASK) + (nr << PAGE_SHIFT);
	struct gr_bpf_task *t = range_find(start, end);

	if (!t || t->asked_end != end ||
	    t->tid != (__u32)bpf_get_current_pid_tgid())
		return 0;
	t->tid = 0;
	__sync_fetch_and_add(&t->nr_fallback, 1);
	return 0;
}

static __always_inline int huge(__u64 start, __u64 end)
{
	struct gr_bpf_task *t = range_find(start, end);

	if (t)
		__sync_fetch_and_add(&t->nr_huge, 1);
	return 0;
}

/* Our processes map nothing else that is faulted in by these functions. */
static __always_inline int fault(int leaf)
{
	struct gr_bpf_task *t = task_find();

	if (t)
		__sync_fetch_and_add(&t->nr_faults[leaf], 1);
	return 0;
}

/* (start, nr_pages, gup_flags, pages) */
SEC("fentry/internal_get_user_pages_fast")
int fast_internal(__u64 *args)
{
	return fast(args[0], args[1]);
}

SEC("fentry/gup_fast_fallback")
int fast_fallback(__u64 *args)
{
	return fast(args[0], args[1]);
}

/* (start, nr_pages, pages, gup_flags) */
SEC("fentry/get_user_pages_unlocked")
int slow_unlocked(__u64 *args)
{
	return slow(args[0], args[1]);
}

/* (mm, start, nr_pages, pages, ...) */
SEC("fentry/__gup_longterm_locked")
int slow_longterm(__u64 *args)
{
	return slow(args[1], args[2]);
}

/* (pfn, addr, end, flags, pages, nr) */
SEC("fentry/__gup_device_huge")
int huge_device(__u64 *args)
{
	return huge(args[1], args[2]);
}

SEC("fentry/gup_fast_devmap_leaf")
int huge_devmap_leaf(__u64 *args)
{
	return huge(args[1], args[2]);
}

/*
 * As kprobes, which care for no argument: fentry refuses, before 6.1, a function
 * that is given a struct, such as pfn_t. Faults are rare.
 */
#define FAULT(name, function, leaf) \
	SEC("kprobe/" function)     \
	int name(void *regs)        \
	{                           \
		(void)regs;         \
		return fault(leaf); \
	}

FAULT(fault_mixed, "vmf_insert_mixed", 0)
FAULT(fault_mixed_mkwrite, "vmf_insert_mixed_mkwrite", 0)
FAULT(fault_page, "vmf_insert_page_mkwrite", 0)
FAULT(fault_pfn_pmd, "vmf_insert_pfn_pmd", 1)
FAULT(fault_pfn_pmd_prot, "vmf_insert_pfn_pmd_prot", 1)
FAULT(fault_folio_pmd, "vmf_insert_folio_pmd", 1)
FAULT(fault_pfn_pud, "vmf_insert_pfn_pud", 2)
FAULT(fault_pfn_pud_prot, "vmf_insert_pfn_pud_prot", 2)
FAULT(fault_folio_pud, "vmf_insert_folio_pud", 2)

char LICENSE[] SEC("license") = "GPL";
