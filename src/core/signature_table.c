// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of signatures. Rows about device pages come first, the kernel's
 * general classes after them; the first match wins. Texts were read in the
 * sources of the kernels 5.10, 6.1, 6.12 and 7.2.
 */
#include "base/util.h"
#include "core/signature.h"

static const struct gr_signature table[] = {
	/* noise that a correct kernel prints when it is asked to refuse */
	{
		.name = "dax-mmap-refused",
		.regex = "dax_mmap(_prepare)?: .*fail, (attempted private|"
			 "unaligned vma|vma is not DAX)",
		.severity = GR_SEV_BENIGN,
		.meaning = "a mapping that device-dax must refuse was refused",
	},
	{
		.name = "no-persistence-guarantee",
		.regex = "unable to guarantee persistence of writes",
		.severity = GR_SEV_BENIGN,
		.meaning = "emulated pmem has no flush hints",
	},
	{
		.name = "no-initial-console",
		.regex = "Warning: unable to open an initial console",
		.severity = GR_SEV_BENIGN,
		.meaning = "the guest has no console device node",
	},
	/* what madvise() was asked for, and the signal that it must send */
	{
		.name = "memory-failure-asked-for",
		.regex = "(Soft offlining|Injecting memory failure for) pfn|"
			 "Memory failure: .*(: Sending SIGBUS to |"
			 "recovery action for .*: Recovered)",
		.severity = GR_SEV_BENIGN,
		.meaning = "a page was treated as failed, as was asked for",
	},
	{
		.name = "memory-failure-unhandled",
		.regex = "Memory failure: .*(recovery action for .*: "
			 "(Failed|Ignored|Delayed)|forcibly killing|Cannot "
			 "send advisory|Error sending signal|still referenced)",
		.class = GR_CLASS_WARNING,
		.severity = GR_SEV_BAD,
		.meaning = "a page that failed was not taken out of use, or "
			   "who maps it was not told",
		.commits = "mm/memory-failure.c",
	},
	/* the pgmap's reference count */
	{
		.name = "percpu-ref-underflow",
		.regex = "percpu ref \\(.*\\) <= 0 \\(.*\\) after switching to "
			 "atomic|percpu_ref_switch_to_atomic_rcu\\(\\): "
			 "percpu_ref underflow",
		.class = GR_CLASS_UNDERFLOW,
		.severity = GR_SEV_FATAL,
		.meaning = "more references were put than were taken",
		.commits = "lib/percpu-refcount.c",
	},
	{
		.name = "percpu-ref-underflow",
		.regex = "WARNING: .* percpu_ref_switch_to_atomic_rcu\\+",
		.class = GR_CLASS_UNDERFLOW,
		.severity = GR_SEV_FATAL,
		.meaning = "more references were put than were taken",
		.commits = "lib/percpu-refcount.c",
	},
	{
		.name = "percpu-ref-killed-twice",
		.regex = "percpu_ref_kill_and_confirm called more than once",
		.class = GR_CLASS_WARNING,
		.severity = GR_SEV_FATAL,
		.meaning = "the pgmap was torn down twice",
		.commits = "lib/percpu-refcount.c",
	},
	{
		.name = "reserved-pages-not-freed",
		.regex = "failed to free all reserved pages",
		.class = GR_CLASS_LEAK,
		.severity = GR_SEV_BAD,
		.meaning = "the altmap still held struct pages at teardown",
		.commits = "mm/memremap.c memunmap_pages()",
	},
	{
		.name = "conflicting-mapping",
		.regex = "Conflicting mapping in same section",
		.class = GR_CLASS_WARNING,
		.severity = GR_SEV_BAD,
		.meaning = "two pgmaps in one sub-section",
		.commits = "mm/memremap.c pagemap_range()",
	},
	{
		.name = "pgmap-misuse",
		.regex = "Device private memory not supported|Missing "
			 "migrate_to_ram method|Missing (page_free method|"
			 "folio_free)|Missing owner|attempted on .* region|"
			 "requested folio size unsupported",
		.class = GR_CLASS_WARNING,
		.severity = GR_SEV_BAD,
		.meaning = "a driver handed an impossible pgmap to "
			   "memremap_pages()",
		.commits = "mm/memremap.c",
	},
	{
		.name = "zone-device-free",
		.regex = "WARNING: .*(free_zone_device_(page|folio)|"
			 "zone_device_page_init)\\+",
		.class = GR_CLASS_UNDERFLOW,
		.severity = GR_SEV_FATAL,
		.meaning = "a device page fell below its idle count",
		.commits = "mm/memremap.c",
	},
	{
		.name = "dax-entry",
		.regex = "WARNING: .*(dax_(disassociate|insert|associate)_entry"
			 "|dax_delete_mapping_range|dax_writeback_mapping_range"
			 "|truncate_folio_batch_exceptionals)",
		.class = GR_CLASS_WARNING,
		.severity = GR_SEV_BAD,
		.meaning = "a DAX entry and its page disagree",
		.commits = "fs/dax.c; dd59137bfe70, 98c183a4fccf",
	},
	{
		.name = "gup-grab",
		.regex = "WARNING: .*(try_grab_(page|folio|folio_fast|"
			 "compound_head)|try_get_(folio|compound_head)|"
			 "gup_put_folio)\\+",
		.class = GR_CLASS_UNDERFLOW,
		.severity = GR_SEV_FATAL,
		.meaning = "gup met a page whose count was not positive",
		.commits = "mm/gup.c",
	},
	{
		.name = "kill-dax-order",
		.regex = "kill_dax\\(\\) must be called before final iput",
		.class = GR_CLASS_WARNING,
		.severity = GR_SEV_BAD,
		.meaning = "a dax_device was freed while alive",
		.commits = "drivers/dax/super.c",
	},
	{
		.name = "dax-range-conflict",
		.regex = "static pgmap / multi-range device conflict|"
			 "mapping[0-9]+: .*could not reserve range",
		.class = GR_CLASS_WARNING,
		.severity = GR_SEV_BAD,
		.meaning = "the device's range is still taken",
		.commits = "drivers/dax/device.c",
	},
	{
		.name = "nvdimm-warning",
		.regex = "WARNING: .*drivers/nvdimm/",
		.class = GR_CLASS_WARNING,
		.severity = GR_SEV_BAD,
		.meaning = "the nvdimm core warned",
	},
	{
		.name = "bad-page-table-entry",
		.regex = "mm/[a-z-]+\\.c:[0-9]+: bad p[4gum]+d ",
		.class = GR_CLASS_WARNING,
		.severity = GR_SEV_BAD,
		.meaning = "an entry of a page table was taken for garbage and "
			   "thrown away",
		.commits = "mm/pgtable-generic.c",
	},
	/* the kernel's general classes */
	{
		.name = "kasan",
		.regex = "BUG: KASAN: ",
		.class = GR_CLASS_CRASH,
		.severity = GR_SEV_FATAL,
		.meaning = "KASAN saw a bad access",
	},
	{
		.name = "kfence",
		.regex = "BUG: KFENCE: ",
		.class = GR_CLASS_CRASH,
		.severity = GR_SEV_FATAL,
		.meaning = "KFENCE saw a bad access",
	},
	{
		.name = "ubsan",
		.regex = "UBSAN: ",
		.class = GR_CLASS_WARNING,
		.severity = GR_SEV_BAD,
		.meaning = "UBSAN saw undefined behaviour",
	},
	{
		.name = "soft-lockup",
		.regex = "watchdog: BUG: soft lockup",
		.class = GR_CLASS_LEAK,
		.severity = GR_SEV_FATAL,
		.meaning = "a CPU did not schedule for long",
	},
	{
		.name = "hard-lockup",
		.regex = "(Watchdog detected|NMI watchdog: .*) hard LOCKUP",
		.class = GR_CLASS_LEAK,
		.severity = GR_SEV_FATAL,
		.meaning = "a CPU did not take interrupts for long",
	},
	{
		.name = "rcu-stall",
		.regex =
			"rcu(_sched|_preempt|_tasks)?: INFO: .*(self-)?detected "
			".*stall|INFO: rcu_.* detected.* stall",
		.class = GR_CLASS_LEAK,
		.severity = GR_SEV_FATAL,
		.meaning = "a CPU did not pass a quiescent state for long",
	},
	{
		.name = "hung-task",
		.regex = "INFO: task .* blocked( in I/O wait)? for more than "
			 "[0-9]+ seconds",
		.class = GR_CLASS_LEAK,
		.severity = GR_SEV_FATAL,
		.meaning = "a task sleeps uninterruptibly for long",
	},
	{
		.name = "lockdep",
		.regex =
			"(WARNING|INFO|BUG): (possible (circular|recursive|irq)|"
			"inconsistent lock state|bad unlock balance|held lock "
			"freed|lock held when returning|suspicious RCU|"
			"MAX_LOCK|trying to register non-static key)",
		.class = GR_CLASS_WARNING,
		.severity = GR_SEV_BAD,
		.meaning = "lockdep saw an order that can deadlock",
	},
	{
		.name = "bad-page-state",
		.regex = "BUG: Bad page (state|cache|map)|BUG: non-zero "
			 "pgtables_bytes",
		.class = GR_CLASS_CRASH,
		.severity = GR_SEV_FATAL,
		.meaning = "a page was freed in a state in which it cannot be",
	},
	{
		.name = "bad-rss-counter",
		.regex = "BUG: Bad rss-counter state",
		.class = GR_CLASS_WARNING,
		.severity = GR_SEV_BAD,
		.meaning = "a process left with pages still accounted",
	},
	{
		.name = "list-corruption",
		.regex = "list_(add|del) corruption|refcount_t: ",
		.class = GR_CLASS_CRASH,
		.severity = GR_SEV_FATAL,
		.meaning = "a kernel object was used after it was freed",
	},
	{
		.name = "busy-inodes",
		.regex = "VFS: Busy inodes after unmount",
		.class = GR_CLASS_LEAK,
		.severity = GR_SEV_FATAL,
		.meaning = "an unmount left inodes in use",
	},
	{
		.name = "page-fault-oops",
		.regex =
			"BUG: unable to handle (page fault|kernel (paging|NULL))"
			"|BUG: kernel NULL pointer dereference",
		.class = GR_CLASS_CRASH,
		.severity = GR_SEV_FATAL,
		.meaning = "the kernel touched memory that is not there",
	},
	{
		.name = "general-protection-fault",
		/* not of a program: "prog[1] general protection fault ip:" */
		.regex = "general protection fault(, (probably|maybe) for |"
			 ": [0-9a-f]+ \\[#)",
		.class = GR_CLASS_CRASH,
		.severity = GR_SEV_FATAL,
		.meaning = "the kernel used an address that cannot be",
	},
	{
		.name = "kernel-bug",
		.regex = "kernel BUG at |(^|[^A-Z])BUG: ",
		.class = GR_CLASS_CRASH,
		.severity = GR_SEV_FATAL,
		.meaning = "the kernel stopped at a BUG",
	},
	{
		.name = "oops",
		.regex =
			"Oops: |Oops\\[#|stack segment: |double fault: |invalid "
			"opcode: ",
		.class = GR_CLASS_CRASH,
		.severity = GR_SEV_FATAL,
		.meaning = "the kernel took an exception that it cannot handle",
	},
	{
		/* arch/x86/kernel/dumpstack.c oops_end() */
		.name = "panic-after-oops",
		.regex = "Kernel panic - not syncing: Fatal exception",
		.class = GR_CLASS_CRASH,
		.severity = GR_SEV_FATAL,
		.meaning = "the kernel gave up after an oops in an interrupt",
	},
	{
		.name = "panic",
		.regex = "Kernel panic - not syncing",
		.class = GR_CLASS_CRASH,
		.severity = GR_SEV_FATAL,
		.meaning = "the kernel gave up",
	},
	{
		.name = "exit-after-oops",
		.regex = "WARNING: .*kernel/exit\\.c.* do_exit\\+",
		.class = GR_CLASS_WARNING,
		.severity = GR_SEV_BAD,
		.meaning = "a task ended in the middle of what it did",
		.commits = "kernel/exit.c do_exit(), make_task_dead()",
	},
	{
		.name = "warning",
		.regex = "WARNING: ",
		.class = GR_CLASS_WARNING,
		.severity = GR_SEV_BAD,
		.meaning = "the kernel warned",
	},
};

const struct gr_signature *gr_signatures(size_t *nr)
{
	*nr = GR_ARRAY_SIZE(table);
	return table;
}
