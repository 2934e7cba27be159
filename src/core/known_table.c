// SPDX-License-Identifier: GPL-2.0-only
/*
 * The known kernel bugs, an entry each. docs/findings.md tells their stories.
 */
#include "base/util.h"
#include "core/invalidate.h"
#include "core/known.h"

#define FUNCS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define SIGNS(...) \
	((const struct gr_known_sign[]){__VA_ARGS__, {.oracle = NULL}})

/*
 * What a late unpin, or the end of a late mapping, trips over: the struct page is
 * gone, or is that of the next pgmap by now.
 */
static const char *const gone_page[] = {
	"page-fault-oops",
	"general-protection-fault",
	"bad-page-state",
	"exit-after-oops",
	"panic-after-oops",
	"zone-device-free",
	NULL,
};

/* Where pins are dropped, whose struct pages may be gone. */
#define PUTS_OF_PAGES                                                      \
	"page_cache_pipe_buf_release", "generic_pipe_buf_release",         \
		"folio_put", "put_page", "__put_page", "unpin_user_pages", \
		"unpin_user_page", "unpin_user_pages_dirty_lock",          \
		"unpin_user_folio", "gup_put_folio", "bio_release_pages",  \
		"__bio_release_pages", "__iov_iter_get_pages_alloc",       \
		"io_buffer_unmap", "io_free_rsrc_node", "io_release_ubuf", \
		"io_sqe_buffers_unregister", "skb_release_data",           \
		"free_zone_device_folio", "free_zone_device_page"

/*
 * Where what gup has got is used: by a walk that met a leaf which had to be gone, or
 * by a pin that was not waited for.
 */
#define USES_OF_PINNED                                                     \
	"bio_check_pages_dirty", "folio_mark_dirty_lock", "get_futex_key", \
		"memcpy_orig", "noop_dirty_folio", "skb_copy_ubufs",       \
		"zerocopy_fill_skb_from_iter"

/*
 * There, and where data that was in flight is copied to memory that is gone; last, how
 * the task ends that did so.
 */
static const char *const unpins[] = {
	PUTS_OF_PAGES,
	"sanity_check_pinned_pages", /* of kernels with DEBUG_VM, before it puts */
	"skb_copy_ubufs",
	"memcpy",
	"memcpy_erms",
	"memcpy_orig",
	"do_exit",
	NULL,
};

/* An oops there is no evidence of a leaf that is followed. */
static const char *const ends_of_pins[] = {
	PUTS_OF_PAGES,
	USES_OF_PINNED,
	"memunmap_pages",
	"put_compound_head",
	"release_pages",
	"set_page_dirty_lock",
	NULL,
};

/*
 * Where a leaf, or an entry of a file, is followed to a struct page that is there, but
 * is that of the next pgmap by now, and where a page that a walk has just got is used.
 * A walk dies with its locks held, and its task sleeps on its way out. "": the end of
 * a mapping finds such a page, and says where by a call trace only.
 */
static const char *const walks_and_after[] = {
	"",
	"__get_user_pages",
	"__gup_device_huge",
	"__zap_vma_range",
	"dax_disassociate_entry",
	"do_wp_page",
	"follow_devmap_pmd",
	"follow_page_pte",
	"iov_iter_extract_bvecs",
	"try_get_folio",
	"try_grab_folio_fast",
	"try_grab_page",
	"vm_normal_folio_pmd",
	USES_OF_PINNED,
	"do_exit",
	"rcu_note_context_switch",
	NULL,
};

static const char *const evicts[] = {
	"dmirror_device_evict_chunk",
	"migrate_device_pfn_lock",
	"migrate_device_range",
	NULL,
};

static const char *const gone_leaf[] = {
	"page-fault-oops",  "general-protection-fault",
	"bad-page-state",   "exit-after-oops",
	"panic-after-oops", "dax-entry",
	"warning",	    NULL,
};

static const char *const drops_entry[] = {"dax_disassociate_entry", NULL};

/* The entry of a page that is pinned goes first, then what took it returns. */
static const struct gr_known_sign entry_gone[] = {
	{"teardown", GR_CLASS_EARLY_FREE, "returned-while-pinned",
	 .funcs = NULL},
	{"kmsg", GR_CLASS_WARNING, "dax-entry", .funcs = drops_entry},
	/* what comes of it: a block that was in use by two */
	{"integrity", GR_CLASS_STALE_DMA, "foreign-tag-in-canary",
	 .funcs = NULL},
	{.oracle = NULL},
};

/* In a race, and in a check that gives the memory to somebody else meanwhile. */
static const struct gr_known_sign returned_early[] = {
	{"teardown", GR_CLASS_EARLY_FREE, "returned-while-pinned",
	 .funcs = NULL},
	{"check", GR_CLASS_EARLY_FREE, "returned-while-pinned", .funcs = NULL},
	{"check", GR_CLASS_STALE_DMA, "foreign-tag-in-namespace",
	 .funcs = NULL},
	{.oracle = NULL},
};

#define UNSHARES                                                           \
	"the mark of a shared page, page->mapping = PAGE_MAPPING_DAX_COW " \
	"(v6.0) or _SHARED (v6.3), is the bit of PageAnon(): so "          \
	"gup_must_unshare() asks for a FAULT_FLAG_UNSHARE of a read-only " \
	"entry, which sanitize_fault_flags() drops for a shared mapping; " \
	"the fault has nothing to do, and so on"

static const struct gr_known table[] = {
	{
		.id = "early-free-devdax",
		.summary = "disable does not wait for pinned device-dax pages",
		.cause = "27674ef6c73f (v5.18): memunmap_pages() puts the "
			 "pgmap's base references at once and a page no longer "
			 "holds one, so that wait_for_completion(&pgmap->done) "
			 "does not see a pinned page",
		.reproducer = "tests/findings/early_free_devdax.c",
		.symbols = FUNCS("memunmap_pages"),
		.no_symbols = FUNCS("free_devmap_managed_page"),
		.target = "devdax",
		.inv_flags = GR_INV_TEARDOWN,
		.checks = FUNCS("stale_dma"),
		.signs = returned_early,
		.consequences = gone_page,
		.consequence_funcs = unpins,
	},
	{
		.id = "unaligned-offset-devdax",
		.summary = "device-dax maps an unaligned offset when the "
			   "program picks the address",
		.cause = "dee410792419 (v4.7): check_vma() looks at the "
			 "addresses of a mapping and not at its offset, which "
			 "only dax_get_unmapped_area() makes up for, and that "
			 "is not asked for MAP_FIXED",
		.reproducer = "tests/findings/unaligned_offset_devdax.c",
		.symbols = FUNCS("memunmap_pages"),
		.target = "devdax",
		.checks = FUNCS("map_unaligned"),
		.harmless = true,
		.signs = SIGNS({"policy", GR_CLASS_POLICY,
				"unaligned-offset-fixed", .funcs = NULL}),
	},
	{
		.id = "lost-wakeup-fsdax",
		.summary = "truncate is not woken by the end of O_DIRECT I/O",
		.cause =
			"1b151e2435fc as it was backported to 6.1.75: "
			"__bio_release_pages() drops the references by "
			"folio_put_refs(), which does not know of DAX; the "
			"wake-up of put_devmap_managed_page_refs() at the count "
			"of 1, for which dax_layout_busy_page()'s callers wait, "
			"is left out",
		.reproducer = "tests/findings/lost_wakeup_fsdax.c",
		/* between the move of that wake-up and pins of bios by FOLL_PIN */
		.symbols = FUNCS("__bio_release_pages",
				 "__put_devmap_managed_page_refs"),
		.no_symbols = FUNCS("iov_iter_extract_pages"),
		.target = "fsdax",
		.inv_flags = GR_INV_FILE,
		.pins = FUNCS("aio", "odirect_held", "odirect_read",
			      "odirect_vec", "odirect_write", "uring_rw",
			      "uring_sqpoll"),
		.signs = SIGNS({"ledger", GR_CLASS_LEAK, "wake-up-lost",
				.funcs = NULL}),
		.consequences = FUNCS("never-returned"),
		.consequence_funcs =
			FUNCS("ext4_break_layouts", "xfs_break_dax_layouts"),
	},
	{
		.id = "remote-wakeup-fsdax",
		.summary = "truncate is not woken when an access to another "
			   "process's memory lets its page go",
		.cause = "\"highmem: Add folio_release_kmap()\" (v6.7): "
			 "__access_remote_vm() drops its page by "
			 "unmap_and_put_page(), which calls folio_put() where "
			 "it called put_page(); the wake-up of "
			 "put_devmap_managed_folio_refs() at the count of 1 is "
			 "left out",
		.reproducer = "tests/findings/remote_wakeup_fsdax.c",
		/* of v6.9: no symbol tells of 6.7; gone with the counts of 6.15 */
		.symbols = FUNCS("__access_remote_vm",
				 "__put_devmap_managed_folio_refs"),
		.target = "fsdax",
		.inv_flags = GR_INV_FILE,
		.pins = FUNCS("proc_mem", "ptrace_peek"),
		.harmless = true,
		.signs = SIGNS({"ledger", GR_CLASS_LEAK, "wake-up-lost",
				.funcs = NULL}),
		.consequences = FUNCS("never-returned"),
		.consequence_funcs =
			FUNCS("ext4_break_layouts", "xfs_break_dax_layouts"),
	},
	{
		.id = "gup-unshares-fsdax",
		.summary = "gup never comes back from a page whose blocks were "
			   "shared by files",
		.cause = UNSHARES,
		.reproducer = "tests/findings/gup_unshares_fsdax.c",
		.symbols = FUNCS("dax_remap_file_range_prep"),
		.no_symbols = FUNCS("dax_break_layout_final"),
		.target = "fsdax",
		.inv_flags = GR_INV_FILE,
		.invs = FUNCS("dedupe", "reflink_from", "reflink_over"),
		/* by FOLL_PIN and for reading */
		.pins = FUNCS("gup_test", "process_vm"),
		.harmless = true,
		.signs = SIGNS({"teardown", GR_CLASS_LEAK, "pin-stuck",
				.funcs = NULL}),
	},
	{
		.id = "dio-unshares-fsdax",
		.summary = "direct I/O never comes back from a page whose "
			   "blocks were shared by files",
		.cause = UNSHARES,
		.reproducer = "tests/findings/gup_unshares_fsdax.c",
		/* from where it pins by FOLL_PIN */
		.symbols = FUNCS("dax_remap_file_range_prep",
				 "iov_iter_extract_pages"),
		.no_symbols = FUNCS("dax_break_layout_final"),
		.target = "fsdax",
		.inv_flags = GR_INV_FILE,
		.invs = FUNCS("dedupe", "reflink_from", "reflink_over"),
		.pins = FUNCS("aio", "odirect_vec", "odirect_write", "uring_rw",
			      "uring_sqpoll"),
		.harmless = true,
		.signs = SIGNS({"teardown", GR_CLASS_LEAK, "pin-stuck",
				.funcs = NULL}),
	},
	{
		.id = "refault-wait-fsdax",
		.summary =
			"truncate waits for a page that was faulted in again "
			"until nobody maps it",
		.cause =
			"38607c62b34b (v6.15): a mapping counts in the page, and "
			"wait_page_idle() waits for a count of 0; the lock is "
			"given away while it sleeps, so that the page can be "
			"faulted in again, and only the last unmap wakes it",
		.reproducer = "tests/findings/refault_fsdax.c",
		.symbols = FUNCS("dax_break_layout"),
		.target = "fsdax",
		.inv_flags = GR_INV_FILE,
		.harmless = true,
		.signs = SIGNS({"ledger", GR_CLASS_LEAK, "waits-for-mapping",
				.funcs = NULL}),
		.consequences = FUNCS("never-returned"),
		.consequence_funcs =
			FUNCS("ext4_wait_dax_page", "xfs_wait_dax_page"),
	},
	{
		.id = "mapping-survives-fsdax",
		.summary = "files stay mapped when the device under their file "
			   "system is unbound",
		.cause =
			"nobody unmaps them: kill_dax() asks the holder of the "
			"device (v6.0), as which ext4 does not register, and "
			"xfs_dax_notify_failure() does nothing without rmapbt; "
			"so memunmap_pages() frees struct pages of memory that "
			"is mapped, and that the file's entries name",
		.reproducer = "tests/findings/mapping_survives_fsdax.c",
		.symbols = FUNCS("memunmap_pages", "kill_dax"),
		.target = "fsdax",
		.inv_flags = GR_INV_TEARDOWN,
		.any_pin = true,
		/* whatever follows a leaf to its struct page, wherever it is */
		.signs = SIGNS({"teardown", GR_CLASS_POLICY, "mapping-survived",
				.funcs = NULL},
			       {"kmsg", GR_CLASS_CRASH, "page-fault-oops",
				.not_funcs = ends_of_pins, .gone_page = true}),
		.consequences = gone_leaf,
		.consequence_funcs = walks_and_after,
	},
	{
		.id = "early-free-fsdax",
		.summary = "disable does not wait for pinned pages of files",
		.cause =
			"27674ef6c73f (v5.18), as early-free-devdax: that commit "
			"leaves the wait to the file system, which is not asked "
			"when its device is unbound",
		.reproducer = "tests/findings/early_free_fsdax.c",
		.symbols = FUNCS("memunmap_pages"),
		.no_symbols = FUNCS("free_devmap_managed_page"),
		.target = "fsdax",
		.inv_flags = GR_INV_TEARDOWN,
		.signs = SIGNS({"teardown", GR_CLASS_EARLY_FREE,
				"returned-while-pinned", .funcs = NULL},
			       {"kmsg", GR_CLASS_CRASH, "page-fault-oops",
				.funcs = unpins}),
		.consequences = gone_page,
		.consequence_funcs = unpins,
	},
	{
		.id = "gup-spins-fsdax",
		.summary = "gup never comes back from a leaf whose pgmap is "
			   "going away",
		.cause =
			"3565fce3a659 (v4.5): follow_page_pte() and its kin find "
			"no page when get_dev_pagemap() fails, the fault that "
			"__get_user_pages() then asks for finds the leaf in "
			"place and has nothing to do, and so on; earlier pages "
			"of the request keep the pgmap from going",
		.reproducer = "tests/findings/gup_spins_fsdax.c",
		.symbols = FUNCS("memunmap_pages", "follow_devmap_pmd"),
		.target = "fsdax",
		.inv_flags = GR_INV_TEARDOWN,
		.harmless = true,
		.signs = SIGNS({"teardown", GR_CLASS_LEAK, "stuck-with-pin",
				.funcs = FUNCS("blk_mq_freeze_queue_wait")},
			       {"teardown", GR_CLASS_LEAK, "pin-stuck",
				.funcs = NULL}),
	},
	{
		.id = "dying-page-fsdax",
		.summary = "gup meets pages that an unbind puts, in a file "
			   "that stays mapped",
		.cause = "as mapping-survives-fsdax: up to v5.17 "
			 "memunmap_pages() kills the pgmap and then puts each "
			 "page, to a count of 0, while __gup_device_huge() "
			 "still has the pgmap, looked up before; "
			 "try_grab_page() warns, and refuses the page",
		.reproducer = "tests/findings/mapping_survives_fsdax.c",
		.symbols = FUNCS("memunmap_pages", "free_devmap_managed_page"),
		.target = "fsdax",
		.inv_flags = GR_INV_TEARDOWN,
		.harmless = true,
		.signs = SIGNS({"kmsg", GR_CLASS_UNDERFLOW, "gup-grab",
				.funcs = FUNCS("try_grab_page")}),
	},
	{
		.id = "evict-pinned-fsdax",
		.summary = "blocks of a file are freed with its inode although "
			   "pages are pinned",
		.cause =
			"up to 6.14 ext4_evict_inode() and XFS's eviction break "
			"no layout: truncate_inode_pages_final() drops the "
			"entries, whatever their pages count; 0e2f80afcfa6 "
			"(v6.15) waits in dax_break_layout_final()",
		.reproducer = "tests/findings/unmapped_pin_fsdax.c",
		.symbols = FUNCS("dax_layout_busy_page_range"),
		.no_symbols = FUNCS("dax_break_layout_final"),
		.target = "fsdax",
		.inv_flags = GR_INV_FILE,
		/* a request's page is put after its completion was seen */
		.invs = FUNCS("rename_over", "umount_pinned", "unlink_close"),
		.harmless = true,
		.signs = entry_gone,
	},
	{
		.id = "truncate-unmapped-fsdax",
		.summary = "truncate does not wait for pinned pages of a file "
			   "that nobody maps",
		.cause = "up to 6.14 dax_layout_busy_page_range() looks at no "
			 "page where !mapping_mapped(), though pins outlive "
			 "mappings; cee91fa13a8e (v6.15) drops that test",
		.reproducer = "tests/findings/unmapped_pin_fsdax.c",
		.symbols = FUNCS("dax_layout_busy_page_range"),
		.no_symbols = FUNCS("dax_break_layout_final"),
		.target = "fsdax",
		.inv_flags = GR_INV_FILE | GR_INV_WAITS,
		.invs = FUNCS("truncate_unmapped"),
		.harmless = true,
		.signs = entry_gone,
	},
	{
		.id = "mremap-pud-devdax",
		.summary = "mremap throws the 1 GiB leaf of a device-dax "
			   "mapping away",
		.cause =
			"a00cc7d9dd93 (v4.11): move_page_tables() comes to a "
			"PUD by pud_none_or_clear_bad(), which takes a leaf "
			"for a bad table and clears it, without a flush of the "
			"TLB and without giving back what the mapping holds; "
			"the branch for PUD leaves behind it is never reached",
		.reproducer = "tests/findings/pud_leaf_devdax.c",
		.symbols = FUNCS("memunmap_pages"),
		.target = "devdax",
		.align = 1ull << 30,
		.invs = FUNCS("mremap"),
		.harmless = true,
		.signs = SIGNS({"kmsg", GR_CLASS_WARNING,
				"bad-page-table-entry", .funcs = NULL}),
		.consequences = FUNCS("bad-rss-counter"),
		.consequence_funcs = FUNCS(""),
	},
	{
		.id = "mremap-part-devdax",
		.summary = "mremap of a part throws the 1 GiB leaf of a "
			   "device-dax mapping away",
		.cause = "as mremap-pud-devdax: up to v5.10 mremap() asks the "
			 "device whether its mapping may be split when it has "
			 "moved the entries already; 73d5e0629919 (v5.11) asks "
			 "before",
		.reproducer = "tests/findings/pud_leaf_devdax.c",
		.symbols = FUNCS("memunmap_pages", "free_devmap_managed_page"),
		.target = "devdax",
		.align = 1ull << 30,
		.checks = FUNCS("partial_unmap"),
		.harmless = true,
		.signs = SIGNS({"kmsg", GR_CLASS_WARNING,
				"bad-page-table-entry", .funcs = NULL}),
	},
	{
		.id = "mprotect-pud-devdax",
		.summary = "mprotect throws the 1 GiB leaf of a device-dax "
			   "mapping away",
		.cause =
			"a00cc7d9dd93 (v4.11): change_pud_range() comes to a "
			"PUD by pud_none_or_clear_bad(), which takes a leaf "
			"for a bad table and clears it, without a flush of the "
			"TLB; kernels with change_huge_pud() change the leaf",
		.reproducer = "tests/findings/pud_leaf_devdax.c",
		.symbols = FUNCS("memunmap_pages"),
		.no_symbols = FUNCS("change_huge_pud"),
		.target = "devdax",
		.align = 1ull << 30,
		.invs = FUNCS("mprotect"),
		.checks = FUNCS("mprotect_writable"),
		.harmless = true,
		.signs = SIGNS({"kmsg", GR_CLASS_WARNING,
				"bad-page-table-entry", .funcs = NULL}),
	},
	{
		.id = "release-pinned-hmm",
		.summary = "test_hmm never releases a coherent page that was "
			   "pinned and is mapped",
		.cause =
			"dmirror_device_remove_chunks() asks for the pages of "
			"the device once: migrate_device_range() leaves one "
			"that is pinned mapped as it was, and memunmap_pages() "
			"waits for its last reference, which is the mapping's "
			"when the pin is gone; nobody tries again",
		.reproducer = "tests/findings/release_pinned_hmm.c",
		.symbols = FUNCS("memunmap_pages", "migrate_device_range"),
		.target = "hmm_coherent",
		.invs = FUNCS("hmm_evict"),
		.pins = FUNCS("odirect_held", "splice_to_socket", "vmsplice"),
		.signs = SIGNS({"teardown", GR_CLASS_LEAK, "never-returned",
				.funcs = FUNCS("memunmap_pages")}),
	},
	{
		.id = "evict-removed-hmm",
		.summary = "test_hmm moves pages of a chunk that is being "
			   "removed",
		.cause =
			"dmirror_fops_release() goes through the chunks of the "
			"device without devmem_lock; one that "
			"dmirror_device_remove_chunks() has in "
			"memunmap_pages() loses its struct pages under "
			"migrate_device_range()",
		.reproducer = "tests/findings/evict_removed_hmm.c",
		.symbols = FUNCS("memunmap_pages", "migrate_device_range"),
		.target = "hmm_coherent",
		.invs = FUNCS("hmm_evict"),
		.pins = FUNCS("odirect_held", "splice_to_socket", "vmsplice"),
		.signs = SIGNS(
			{"kmsg", GR_CLASS_CRASH, "kernel-bug", .funcs = evicts},
			{"kmsg", GR_CLASS_CRASH, "page-fault-oops",
			 .funcs = evicts}),
	},
	{
		.id = "stale-exclusive-hmm",
		.summary =
			"test_hmm keeps a page that was zapped while it took "
			"it for itself",
		.cause =
			"dmirror_exclusive() mirrors what "
			"make_device_exclusive() has given it without "
			"mmu_interval_read_retry(): a zap between the two has "
			"told the driver to forget an entry that it makes only "
			"then",
		.reproducer = "tests/findings/stale_exclusive_hmm.c",
		.symbols =
			FUNCS("hmm_range_fault"), /* all that have test_hmm */
		.target = "hmm_exclusive",
		.checks = FUNCS("hmm_replaced"),
		.harmless = true,
		.signs = SIGNS({"check", GR_CLASS_DATA, "stale-after-zap",
				.funcs = NULL}),
	},
	{
		.id = "dirty-unbound-fsdax",
		.summary = "the kernel warns of a file that is written to when "
			   "its device has gone",
		.cause = "del_gendisk() unregisters the device's bdi, and "
			 "__mark_inode_dirty() warns of one that is not "
			 "registered; the write fault of a file that is still "
			 "mapped comes there by file_update_time(), before the "
			 "device is asked",
		.reproducer = "tests/findings/dirty_unbound_fsdax.c",
		.symbols = FUNCS("memunmap_pages", "free_devmap_managed_page"),
		.target = "fsdax",
		.inv_flags = GR_INV_TEARDOWN,
		.harmless = true,
		.signs = SIGNS({"kmsg", GR_CLASS_WARNING, "warning",
				.funcs = FUNCS("__mark_inode_dirty")}),
	},
};

const struct gr_known *gr_known_all(size_t *nr)
{
	*nr = GR_ARRAY_SIZE(table);
	return table;
}
