// SPDX-License-Identifier: GPL-2.0-only
#include "core/known.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"
#include "core/check.h"
#include "core/invalidate.h"
#include "core/pin.h"
#include "core/registry.h"
#include "core/signature.h"
#include "test.h"

#define ID "early-free-devdax"

/* A kernel is the list of its symbols. */
static bool listed(void *arg, const char *symbol)
{
	for (const char *const *s = arg; *s; s++)
		if (!strcmp(*s, symbol))
			return true;
	return false;
}

/* as 6.12, as 5.10, and as 7.2 */
static const char *with_bug[] = {"memunmap_pages", "dax_alive", "kill_dax",
				 "dax_layout_busy_page_range", NULL};
static const char *without_bug[] = {"memunmap_pages",
				    "free_devmap_managed_page", "kill_dax",
				    "dax_layout_busy_page_range", NULL};
static const char *waits_at_evict[] = {"memunmap_pages", "kill_dax",
				       "dax_layout_busy_page_range",
				       "dax_break_layout_final", NULL};
static const char *without_pgmap[] = {"dax_alive", NULL};
/* as 6.1.75 and later of that series, and as what has pins in its bios */
static const char *lost_wakeup[] = {"__bio_release_pages",
				    "__put_devmap_managed_page_refs", NULL};
static const char *bios_pin[] = {"__bio_release_pages",
				 "__put_devmap_managed_page_refs",
				 "iov_iter_extract_pages", NULL};

static uint64_t probe(const char **symbols)
{
	return gr_known_probe(listed, symbols);
}

static struct gr_case the_case(void)
{
	return (struct gr_case){
		.kind = GR_CASE_RACE,
		.target = gr_target_find("devdax"),
		.pin = gr_pin_find("vmsplice"),
		.inv = gr_invalidate_find("ns_disable"),
	};
}

static struct gr_finding the_cause(void)
{
	return (struct gr_finding){
		.class = GR_CLASS_EARLY_FREE,
		.oracle = "teardown",
		.signature = "returned-while-pinned",
		.pin_in_flight = true,
	};
}

static struct gr_finding the_oops(void)
{
	return (struct gr_finding){
		.class = GR_CLASS_CRASH,
		.oracle = "kmsg",
		.signature = "page-fault-oops",
		.where = "page_cache_pipe_buf_release",
	};
}

static const char *match(const struct gr_case *c, const struct gr_finding *f,
			 uint64_t here)
{
	struct gr_findings list = {.nr = 1, .of = {*f}};

	return gr_known_match(c, &list, f, here);
}

static void assert_has(uint64_t here, const char *ids)
{
	char text[512] = "";
	size_t nr, len = 0;
	const struct gr_known *k = gr_known_all(&nr);

	for (size_t i = 0; i < nr; i++)
		if (here & (1ull << i))
			len += (size_t)snprintf(text + len, sizeof(text) - len,
						"%s ", k[i].id);
	assert_string_equal(text, ids);
}

/* No symbol tells of these, or only one that is not listed here. */
#define LEAVES "mremap-pud-devdax mprotect-pud-devdax "

static void kernels_are_told_apart(void **state)
{
	(void)state;
	assert_has(probe(with_bug),
		   "early-free-devdax unaligned-offset-devdax "
		   "mapping-survives-fsdax early-free-fsdax evict-pinned-fsdax "
		   "truncate-unmapped-fsdax " LEAVES);
	assert_has(probe(without_bug),
		   "unaligned-offset-devdax mapping-survives-fsdax "
		   "dying-page-fsdax evict-pinned-fsdax "
		   "truncate-unmapped-fsdax "
		   "mremap-pud-devdax mremap-part-devdax mprotect-pud-devdax "
		   "dirty-unbound-fsdax ");
	assert_has(probe(waits_at_evict),
		   "early-free-devdax unaligned-offset-devdax "
		   "mapping-survives-fsdax early-free-fsdax " LEAVES);
	assert_has(probe(lost_wakeup), "lost-wakeup-fsdax ");
	assert_has(probe(bios_pin), "");
	assert_has(probe(without_pgmap), "");
}

static void the_bug_is_known(void **state)
{
	struct gr_case c = the_case();
	struct gr_finding f = the_cause();

	(void)state;
	assert_string_equal(match(&c, &f, probe(with_bug)), ID);
	c.inv = gr_invalidate_find("unbind"); /* any other teardown */
	c.pin = gr_pin_find("odirect_write"); /* any other pin */
	assert_string_equal(match(&c, &f, probe(with_bug)), ID);
}

/* One thing is another than the entry says: a new finding. */
static void a_fixed_kernel_has_it_anew(void **state)
{
	struct gr_case c = the_case();
	struct gr_finding f = the_cause();

	(void)state;
	assert_null(match(&c, &f, probe(without_bug)));
	assert_null(match(&c, &f, 0));
}

static void another_finding_is_new(void **state)
{
	struct gr_case c = the_case();
	uint64_t here = probe(with_bug);
	struct gr_finding f = the_cause();

	(void)state;
	f.class = GR_CLASS_LEAK;
	assert_null(match(&c, &f, here));
	f = the_cause();
	strcpy(f.signature, "returned-late");
	assert_null(match(&c, &f, here));
	f = the_cause();
	strcpy(f.oracle, "kmsg");
	assert_null(match(&c, &f, here));
}

static void another_case_is_new(void **state)
{
	struct gr_case c = the_case();
	uint64_t here = probe(with_bug);
	struct gr_finding f = the_cause();

	(void)state;
	c.target = gr_target_find("pmem");
	assert_null(match(&c, &f, here));
	c = the_case();
	c.inv = gr_invalidate_find("munmap"); /* not a teardown */
	assert_null(match(&c, &f, here));
	c = the_case();
	c.kind = GR_CASE_CHECK;
	c.check = gr_check_find("sigbus_after_disable");
	assert_null(match(&c, &f, here));
	c = (struct gr_case){.kind = GR_CASE_RACE};
	assert_null(match(&c, &f, here));
}

static void consequence_needs_evidence(void **state)
{
	struct gr_case c = the_case();
	uint64_t here = probe(with_bug);
	struct gr_finding f = the_oops();
	struct gr_findings both = {.nr = 2, .of = {the_cause(), the_oops()}};

	(void)state;
	assert_null(match(&c, &f, here)); /* alone: an oops like any other */
	f.pin_in_flight = true;
	assert_string_equal(match(&c, &f, here), ID);
	strcpy(f.where, "unpin_user_pages_dirty_lock"); /* of AF_XDP's umem */
	assert_string_equal(match(&c, &f, here), ID);
	strcpy(f.where, "skb_release_data"); /* of a socket's queue */
	assert_string_equal(match(&c, &f, here), ID);
	strcpy(f.where, "memcpy_orig"); /* what was in flight arrives */
	assert_string_equal(match(&c, &f, here), ID);
	strcpy(f.where, "do_exit");
	strcpy(f.signature, "exit-after-oops");
	assert_string_equal(match(&c, &f, here), ID);
	assert_string_equal(gr_known_match(&c, &both, &both.of[1], here), ID);
	both.of[0].class = GR_CLASS_LEAK; /* no cause of that kind */
	assert_null(gr_known_match(&c, &both, &both.of[1], here));
}

static void consequence_is_narrow(void **state)
{
	struct gr_case c = the_case();
	uint64_t here = probe(with_bug);
	struct gr_finding f = the_oops();

	(void)state;
	f.pin_in_flight = true;
	strcpy(f.where, "dax_insert_entry"); /* elsewhere */
	assert_null(match(&c, &f, here));
	f.where[0] = '\0'; /* nobody knows where */
	assert_null(match(&c, &f, here));
	strcpy(f.signature, "panic-after-oops"); /* never says where */
	assert_string_equal(match(&c, &f, here), ID);
	strcpy(f.signature, "panic");
	assert_null(match(&c, &f, here));
	f = the_oops();
	f.pin_in_flight = true;
	strcpy(f.signature, "list-corruption"); /* another trouble there */
	assert_null(match(&c, &f, here));
	f = the_oops();
	f.pin_in_flight = true;
	assert_null(match(&c, &f, probe(without_bug)));
	c.target = gr_target_find("pmem");
	assert_null(match(&c, &f, here));
}

static void explained_by_id(void **state)
{
	struct gr_finding f = the_oops();

	(void)state;
	assert_true(gr_known_explains(ID, &f));
	assert_false(gr_known_explains("no-such-bug", &f));
	strcpy(f.where, "vfs_read");
	assert_false(gr_known_explains(ID, &f));
	f = the_cause(); /* the bug itself */
	assert_true(gr_known_explains(ID, &f));
}

static struct gr_finding of_the_log(const char *signature)
{
	struct gr_finding f = {.class = GR_CLASS_WARNING, .oracle = "kmsg"};

	snprintf(f.signature, sizeof(f.signature), "%s", signature);
	return f;
}

/* By invalidator and leaf, and the counter only after the entry was lost. */
static void a_leaf_that_is_not_moved_is_known(void **state)
{
	struct gr_finding cause = of_the_log("bad-page-table-entry");
	struct gr_finding rss = of_the_log("bad-rss-counter");
	struct gr_findings both = {.nr = 2, .of = {cause, rss}};
	uint64_t here = probe(without_bug);
	struct gr_case c = the_case();

	(void)state;
	c.inv = gr_invalidate_find("mremap");
	c.spec.align = 1ull << 30;
	assert_string_equal(match(&c, &cause, here), "mremap-pud-devdax");
	assert_null(match(&c, &rss, here));
	assert_string_equal(gr_known_match(&c, &both, &both.of[1], here),
			    "mremap-pud-devdax");
	assert_null(gr_known_predict(&c, here)); /* the kernel goes on */
	c.spec.align = 2u << 20;
	assert_null(match(&c, &cause, here));
	c.spec.align = 1ull << 30;
	c.inv = gr_invalidate_find("munmap");
	assert_null(match(&c, &cause, here));
	c.kind = GR_CASE_CHECK; /* 5.10 moves a part, and says no afterwards */
	c.inv = NULL;
	c.check = gr_check_find("partial_unmap");
	assert_string_equal(match(&c, &cause, here), "mremap-part-devdax");
	assert_null(match(&c, &cause, probe(with_bug))); /* 6.12 asks first */
	c.check = gr_check_find("map_unaligned");
	assert_null(match(&c, &cause, here));
}

/* Of a page that stays on its device when it is pinned; where it waits is told. */
static void a_release_that_waits_is_known(void **state)
{
	static const char *asks[] = {"memunmap_pages", "migrate_device_range",
				     NULL};
	struct gr_finding f = {
		.oracle = "teardown",
		.class = GR_CLASS_LEAK,
		.signature = "never-returned",
		.where = "memunmap_pages",
	};
	struct gr_case c = the_case();

	(void)state;
	c.target = gr_target_find("hmm_coherent");
	c.inv = gr_invalidate_find("hmm_evict");
	assert_string_equal(match(&c, &f, probe(asks)), "release-pinned-hmm");
	assert_null(match(&c, &f, probe(without_bug)));
	c.inv = gr_invalidate_find("hmm_unload");
	assert_null(match(&c, &f, probe(asks)));
	c.inv = gr_invalidate_find("hmm_evict");
	c.pin = gr_pin_find("af_xdp");
	assert_null(match(&c, &f, probe(asks)));
	c.pin = gr_pin_find("vmsplice");
	c.target = gr_target_find("hmm_private");
	assert_null(match(&c, &f, probe(asks)));
	c.target = gr_target_find("hmm_coherent");
	strcpy(f.where, "dmirror_allocate_chunk");
	assert_null(match(&c, &f, probe(asks)));
}

/* A close that comes beside the end of what it looks at. */
static void an_eviction_of_what_goes_is_known(void **state)
{
	static const char *asks[] = {"memunmap_pages", "migrate_device_range",
				     NULL};
	struct gr_finding f = {
		.oracle = "kmsg",
		.class = GR_CLASS_CRASH,
		.signature = "kernel-bug",
		.where = "migrate_device_pfn_lock",
	};
	struct gr_case c = the_case();

	(void)state;
	c.target = gr_target_find("hmm_coherent");
	c.inv = gr_invalidate_find("hmm_evict");
	assert_string_equal(match(&c, &f, probe(asks)), "evict-removed-hmm");
	assert_null(match(&c, &f, probe(without_bug)));
	c.pin = gr_pin_find("odirect_read");
	assert_null(match(&c, &f, probe(asks)));
	c.pin = gr_pin_find("vmsplice");
	strcpy(f.where, "migrate_vma_pages");
	assert_null(match(&c, &f, probe(asks)));
}

/* Kernels that put each page one by one; of a mapping that an unbind should have ended. */
static void a_page_that_is_put_is_known(void **state)
{
	struct gr_finding f = {
		.oracle = "kmsg",
		.class = GR_CLASS_UNDERFLOW,
		.signature = "gup-grab",
		.where = "try_grab_page",
	};
	struct gr_case c = the_case();

	(void)state;
	assert_null(match(&c, &f, probe(without_bug)));
	c.target = gr_target_find("fsdax");
	assert_string_equal(match(&c, &f, probe(without_bug)),
			    "dying-page-fsdax");
	assert_null(match(&c, &f, probe(with_bug)));
	c.inv = gr_invalidate_find("truncate");
	assert_null(match(&c, &f, probe(without_bug)));
	c.inv = gr_invalidate_find("ns_disable");
	strcpy(f.where, "try_grab_compound_head");
	assert_null(match(&c, &f, probe(without_bug)));
}

/* Some kernels can change such a leaf, and none can move it. */
static void a_leaf_that_is_not_changed_is_known(void **state)
{
	static const char *changes[] = {"memunmap_pages", "change_huge_pud",
					NULL};
	struct gr_finding f = of_the_log("bad-page-table-entry");
	struct gr_case c = the_case();

	(void)state;
	c.inv = gr_invalidate_find("mprotect");
	c.spec.align = 1ull << 30;
	assert_string_equal(match(&c, &f, probe(without_bug)),
			    "mprotect-pud-devdax");
	assert_null(match(&c, &f, probe(changes)));
	c.inv = gr_invalidate_find("mremap");
	assert_string_equal(match(&c, &f, probe(changes)), "mremap-pud-devdax");
	c.kind = GR_CASE_CHECK;
	c.check = gr_check_find("mprotect_writable");
	assert_string_equal(match(&c, &f, probe(without_bug)),
			    "mprotect-pud-devdax");
	assert_null(match(&c, &f, probe(changes)));
	c.check = gr_check_find("map_private");
	assert_null(match(&c, &f, probe(without_bug)));
}

/* The same bug by a check, which is put off: its kernel is spent each time. */
static void what_a_late_read_does_is_known(void **state)
{
	uint64_t here = probe(with_bug);
	struct gr_findings list = {.nr = 2,
				   .of = {the_cause(),
					  {.class = GR_CLASS_UNDERFLOW,
					   .oracle = "kmsg",
					   .signature = "zone-device-free",
					   .where = "free_zone_device_page"}}};
	struct gr_finding late = {
		.class = GR_CLASS_STALE_DMA,
		.oracle = "check",
		.signature = "foreign-tag-in-namespace",
	};
	struct gr_case c = the_case();

	(void)state;
	c.kind = GR_CASE_CHECK;
	c.inv = NULL;
	c.check = gr_check_find("stale_dma");
	strcpy(list.of[0].oracle, "check");
	assert_string_equal(gr_known_predict(&c, here), ID);
	assert_string_equal(match(&c, &list.of[0], here), ID);
	assert_string_equal(match(&c, &late, here), ID);
	assert_string_equal(gr_known_match(&c, &list, &list.of[1], here), ID);
	assert_null(match(&c, &list.of[1], here)); /* alone */
	assert_null(gr_known_predict(&c, probe(without_bug)));
	assert_null(match(&c, &list.of[0], probe(without_bug)));
	assert_null(match(&c, &late, probe(without_bug)));
	strcpy(late.signature, "wrong-bytes-in-namespace");
	assert_null(match(&c, &late, here));
	strcpy(list.of[0].signature, "never-returned");
	assert_null(match(&c, &list.of[0], here));
	c.check = gr_check_find("data_carried");
	assert_null(gr_known_match(&c, &list, &list.of[1], here));
}

/* Only a pin that is held meets it each time. */
static void prediction(void **state)
{
	struct gr_case c = the_case();
	uint64_t here = probe(with_bug);

	(void)state;
	assert_string_equal(gr_known_predict(&c, here), ID);
	assert_null(gr_known_predict(&c, probe(without_bug)));
	c.pin = gr_pin_find("odirect_write");
	assert_null(gr_known_predict(&c, here));
	c = the_case();
	c.inv = gr_invalidate_find("munmap");
	assert_null(gr_known_predict(&c, here));
	c = the_case();
	c.target = gr_target_find("pmem");
	assert_null(gr_known_predict(&c, here));
	c = the_case();
	c.kind = GR_CASE_REFUSAL;
	c.inv = NULL;
	assert_null(gr_known_predict(&c, here));
}

/* Known in that check, by that row of that oracle, and never put off. */
static void an_unaligned_offset_is_known(void **state)
{
	uint64_t here = probe(with_bug);
	struct gr_case c = {
		.kind = GR_CASE_CHECK,
		.target = gr_target_find("devdax"),
		.check = gr_check_find("map_unaligned"),
	};
	struct gr_finding f = {
		.class = GR_CLASS_POLICY,
		.oracle = "policy",
		.signature = "unaligned-offset-fixed",
	};

	(void)state;
	assert_string_equal(match(&c, &f, here), "unaligned-offset-devdax");
	assert_null(gr_known_predict(&c, here));
	strcpy(f.signature, "unaligned-offset");
	assert_null(match(&c, &f, here));
	strcpy(f.signature, "unaligned-offset-fixed");
	c.check = gr_check_find("map_private");
	assert_null(match(&c, &f, here));
	c = the_case();
	assert_null(match(&c, &f, here));
}

static struct gr_case truncated_file(void)
{
	return (struct gr_case){
		.kind = GR_CASE_RACE,
		.target = gr_target_find("fsdax"),
		.pin = gr_pin_find("odirect_write"),
		.inv = gr_invalidate_find("truncate"),
	};
}

static const struct gr_finding nobody_holds = {
	.class = GR_CLASS_LEAK,
	.hang = true,
	.oracle = "ledger",
	.signature = "wake-up-lost",
};

static const struct gr_finding never_returned = {
	.class = GR_CLASS_LEAK,
	.hang = true,
	.oracle = "teardown",
	.signature = "never-returned",
	.where = "ext4_break_layouts",
};

/* Of what drops its pins by a bio, where the pages are seen to be idle. */
static void a_lost_wakeup_is_known(void **state)
{
	uint64_t here = probe(lost_wakeup);
	struct gr_case c = truncated_file();
	struct gr_finding f = nobody_holds;

	(void)state;
	assert_string_equal(match(&c, &f, here), "lost-wakeup-fsdax");
	assert_null(gr_known_predict(&c, here)); /* chance decides */
	c.pin = gr_pin_find("odirect_held"); /* or it is in flight for sure */
	assert_string_equal(match(&c, &f, here), "lost-wakeup-fsdax");
	assert_string_equal(gr_known_predict(&c, here), "lost-wakeup-fsdax");
	c = truncated_file();
	c.inv = gr_invalidate_find("punch_hole");
	assert_string_equal(match(&c, &f, here), "lost-wakeup-fsdax");
	assert_null(match(&c, &f, probe(bios_pin)));
	c.pin = gr_pin_find("vmsplice"); /* put_page() wakes */
	assert_null(match(&c, &f, here));
	c = truncated_file();
	c.inv = gr_invalidate_find("unbind");
	assert_null(match(&c, &f, here));
	c = truncated_file();
	c.target = gr_target_find("devdax");
	assert_null(match(&c, &f, here));
}

/* A hang that waits for pages that somebody holds is another bug. */
static void a_hang_needs_the_lost_wakeup(void **state)
{
	uint64_t here = probe(lost_wakeup);
	struct gr_case c = truncated_file();
	struct gr_findings list = {.nr = 2,
				   .of = {never_returned, nobody_holds}};

	(void)state;
	assert_string_equal(gr_known_match(&c, &list, &list.of[0], here),
			    "lost-wakeup-fsdax");
	strcpy(list.of[0].where, "xfs_break_dax_layouts");
	assert_string_equal(gr_known_match(&c, &list, &list.of[0], here),
			    "lost-wakeup-fsdax");
	strcpy(list.of[0].where, "folio_wait_bit_common");
	assert_null(gr_known_match(&c, &list, &list.of[0], here));
	list.of[0] = never_returned;
	list.nr = 1;
	assert_null(gr_known_match(&c, &list, &list.of[0], here));
}

/* As 6.12: by folio_put(), of what looks at another process's memory. */
static void a_wakeup_lost_by_a_remote_access_is_known(void **state)
{
	static const char *puts_folio[] = {
		"__access_remote_vm", "__put_devmap_managed_folio_refs", NULL};
	struct gr_case c = truncated_file();
	struct gr_findings list = {.nr = 2,
				   .of = {never_returned, nobody_holds}};
	uint64_t here = probe(puts_folio);

	(void)state;
	c.pin = gr_pin_find("ptrace_peek");
	for (unsigned int i = 0; i < list.nr; i++)
		assert_string_equal(
			gr_known_match(&c, &list, &list.of[i], here),
			"remote-wakeup-fsdax");
	assert_null(gr_known_predict(&c, here)); /* chance decides */
	assert_null(match(&c, &list.of[0], here)); /* alone */
	assert_null(match(&c, &list.of[1], probe(lost_wakeup)));
	c.pin = gr_pin_find("process_vm"); /* unpin_user_pages() wakes */
	assert_null(match(&c, &list.of[1], here));
	c.pin = gr_pin_find("proc_mem");
	assert_string_equal(match(&c, &list.of[1], here),
			    "remote-wakeup-fsdax");
	c.inv = gr_invalidate_find("unbind");
	assert_null(match(&c, &list.of[1], here));
}

/* Of a page that two files have had, when it is pinned for reading by FOLL_PIN. */
static void a_pin_of_what_was_shared_is_known(void **state)
{
	static const char *shares[] = {"dax_remap_file_range_prep", NULL};
	static const char *dio_pins[] = {"dax_remap_file_range_prep",
					 "iov_iter_extract_pages", NULL};
	static const char *counts[] = {"dax_remap_file_range_prep",
				       "iov_iter_extract_pages",
				       "dax_break_layout_final", NULL};
	struct gr_finding f = {
		.class = GR_CLASS_LEAK,
		.oracle = "teardown",
		.signature = "pin-stuck",
		.hang = true,
	};
	struct gr_case c = truncated_file();

	(void)state;
	assert_null(match(&c, &f, probe(dio_pins)));
	c.inv = gr_invalidate_find("dedupe");
	assert_string_equal(match(&c, &f, probe(dio_pins)),
			    "dio-unshares-fsdax");
	assert_null(match(&c, &f, probe(counts)));
	assert_null(match(&c, &f, probe(shares))); /* FOLL_GET, up to 6.2 */
	c.pin = gr_pin_find("odirect_read"); /* writes to the page */
	assert_null(match(&c, &f, probe(dio_pins)));
	c.pin = gr_pin_find("vmsplice"); /* FOLL_GET */
	assert_null(match(&c, &f, probe(dio_pins)));
	c.pin = gr_pin_find("process_vm");
	assert_string_equal(match(&c, &f, probe(shares)), "gup-unshares-fsdax");
	assert_null(match(&c, &f, probe(counts)));
	strcpy(f.signature, "stuck-with-pin");
	assert_null(match(&c, &f, probe(shares)));
}

static const char *breaks_layout[] = {"dax_break_layout", NULL};

/* A page that is mapped again is another thing than a wake-up that never came. */
static void a_wait_for_a_mapping_is_known(void **state)
{
	uint64_t here = probe(breaks_layout);
	struct gr_case c = truncated_file();
	struct gr_findings list = {.nr = 2,
				   .of = {never_returned, nobody_holds}};

	(void)state;
	strcpy(list.of[0].where, "ext4_wait_dax_page");
	assert_null(gr_known_match(&c, &list, &list.of[0], here));
	assert_null(gr_known_match(&c, &list, &list.of[1], here));
	strcpy(list.of[1].signature, "waits-for-mapping");
	assert_string_equal(gr_known_match(&c, &list, &list.of[1], here),
			    "refault-wait-fsdax");
	assert_string_equal(gr_known_match(&c, &list, &list.of[0], here),
			    "refault-wait-fsdax");
	assert_null(gr_known_match(&c, &list, &list.of[1], probe(lost_wakeup)));
	assert_null(gr_known_predict(&c, here)); /* chance decides */
}

static struct gr_case unbound_file(void)
{
	struct gr_case c = truncated_file();

	c.inv = gr_invalidate_find("unbind");
	return c;
}

/* Both are stuck, and the teardown waits for references; not for a lock, say. */
static void a_pin_that_spins_is_known(void **state)
{
	static const char *finds_pgmaps[] = {"memunmap_pages",
					     "follow_devmap_pmd", NULL};
	struct gr_finding f = {
		.class = GR_CLASS_LEAK,
		.oracle = "teardown",
		.signature = "stuck-with-pin",
		.where = "blk_mq_freeze_queue_wait",
	};
	uint64_t here = probe(finds_pgmaps);
	struct gr_case c = unbound_file();

	(void)state;
	assert_string_equal(match(&c, &f, here), "gup-spins-fsdax");
	assert_null(match(&c, &f, probe(waits_at_evict)));
	strcpy(f.where, "rwsem_down_read_slowpath");
	assert_null(match(&c, &f, here));
	strcpy(f.where, "blk_mq_freeze_queue_wait");
	c.target = gr_target_find("devdax");
	assert_null(match(&c, &f, here));
	c = truncated_file();
	assert_null(match(&c, &f, here));
}

/* Each time, whatever pins: so it is put off, and run once a pair. */
static void a_mapping_that_survives_is_known(void **state)
{
	uint64_t here = probe(waits_at_evict);
	struct gr_case c = unbound_file();
	struct gr_finding f = {
		.class = GR_CLASS_POLICY,
		.oracle = "teardown",
		.signature = "mapping-survived",
	};

	(void)state;
	assert_string_equal(match(&c, &f, here), "mapping-survives-fsdax");
	assert_string_equal(gr_known_predict(&c, here),
			    "mapping-survives-fsdax");
	strcpy(f.signature, "mapping-segv");
	assert_null(match(&c, &f, here));
	strcpy(f.signature, "mapping-survived");
	c.target = gr_target_find("devdax");
	assert_null(match(&c, &f, here));
	c = truncated_file(); /* what frees blocks must take the mapping */
	assert_null(match(&c, &f, here));
}

/* A task that died in such a walk sleeps with what it holds, and is told so. */
static void what_a_walk_leaves_behind_is_known(void **state)
{
	uint64_t here = probe(waits_at_evict);
	struct gr_case c = unbound_file();
	struct gr_findings list = {
		.nr = 2,
		.of = {the_oops(),
		       {.class = GR_CLASS_WARNING,
			.oracle = "kmsg",
			.signature = "warning",
			.where = "rcu_note_context_switch"}}};

	(void)state;
	strcpy(list.of[0].where, "__zap_vma_range");
	list.of[0].gone_page = true;
	assert_string_equal(gr_known_match(&c, &list, &list.of[1], here),
			    "mapping-survives-fsdax");
	strcpy(list.of[1].where, "rcu_read_unlock_special");
	assert_null(gr_known_match(&c, &list, &list.of[1], here));
	strcpy(list.of[1].where, "rcu_note_context_switch");
	list.of[0].gone_page = false; /* nothing known before it */
	assert_null(gr_known_match(&c, &list, &list.of[1], here));
}

/* Whatever touches what was taken away; what did not, or drops a page, is new. */
static void a_walk_of_what_survived_is_known(void **state)
{
	uint64_t here = probe(waits_at_evict);
	struct gr_case c = unbound_file();
	struct gr_finding f = the_oops();

	(void)state;
	strcpy(f.where, "bio_iov_iter_get_pages");
	assert_null(match(&c, &f, here));
	f.gone_page = true;
	assert_string_equal(match(&c, &f, here), "mapping-survives-fsdax");
	assert_true(gr_known_explains("mapping-survives-fsdax", &f));
	strcpy(f.oracle, "console"); /* of a guest that died of it */
	assert_true(gr_known_explains("mapping-survives-fsdax", &f));
	f.gone_page = false;
	assert_false(gr_known_explains("mapping-survives-fsdax", &f));
	strcpy(f.oracle, "kmsg");
	f.gone_page = true;
	strcpy(f.where, "unpin_user_pages"); /* on 7.2 that is another's */
	assert_string_equal(match(&c, &f, here), "early-free-fsdax");
	assert_false(gr_known_explains("mapping-survives-fsdax", &f));
	/* on 5.10, whose unbind waits for pins, nobody's */
	assert_null(match(&c, &f, probe(without_bug)));
	strcpy(f.where, "release_pages");
	assert_null(match(&c, &f, here));
	f.gone_page = false; /* memory itself */
	strcpy(f.where, "memcpy_erms");
	assert_string_equal(match(&c, &f, here), "early-free-fsdax");
	assert_null(match(&c, &f, probe(without_bug)));
	f.gone_page = true;
	strcpy(f.where, "try_grab_folio_fast");
	strcpy(f.signature, "list-corruption");
	assert_null(match(&c, &f, here));
	strcpy(f.signature, "page-fault-oops");
	c = truncated_file();
	assert_null(match(&c, &f, here));
}

static void an_early_unbind_of_files_is_known(void **state)
{
	struct gr_case c = unbound_file();
	struct gr_finding f = the_cause();

	(void)state;
	assert_string_equal(match(&c, &f, probe(with_bug)), "early-free-fsdax");
	assert_null(match(&c, &f, probe(without_bug)));
	c = truncated_file();
	assert_null(match(&c, &f, probe(with_bug)));
}

/* Rows: what frees blocks under a pin without a mapping, and its entry. */
static const struct {
	const char *inv;
	const char *id; /* NULL = none: it must wait on all kernels */
} unmapped[] = {
	{"rename_over", "evict-pinned-fsdax"},
	{"unlink_close", "evict-pinned-fsdax"},
	{"umount_pinned", "evict-pinned-fsdax"},
	{"truncate_unmapped", "truncate-unmapped-fsdax"},
	{"truncate", NULL},
	{"punch_hole", NULL},
};

static void freed_under_a_pin_is_known(void **state)
{
	uint64_t here = probe(with_bug);
	struct gr_finding f = the_cause();
	const struct gr_finding late = {
		.class = GR_CLASS_STALE_DMA,
		.oracle = "integrity",
		.signature = "foreign-tag-in-canary",
	};
	struct gr_findings list = {.nr = 2,
				   .of = {the_cause(),
					  {.class = GR_CLASS_WARNING,
					   .oracle = "kmsg",
					   .signature = "dax-entry",
					   .where = "dax_disassociate_entry"}}};

	(void)state;
	for (size_t i = 0; i < GR_ARRAY_SIZE(unmapped); i++) {
		struct gr_case c = truncated_file();

		c.pin = gr_pin_find("vmsplice");
		c.inv = gr_invalidate_find(unmapped[i].inv);
		assert_null(match(&c, &f, probe(waits_at_evict)));
		assert_null(gr_known_predict(&c, here)); /* no harm done */
		assert_null(match(&c, &late, probe(waits_at_evict)));
		if (!unmapped[i].id) {
			assert_null(match(&c, &f, here));
			assert_null(match(&c, &late, here));
			continue;
		}
		assert_string_equal(match(&c, &f, here), unmapped[i].id);
		assert_string_equal(match(&c, &late, here), unmapped[i].id);
		assert_string_equal(
			gr_known_match(&c, &list, &list.of[1], here),
			unmapped[i].id);
		/* it may be all that is seen so far */
		assert_string_equal(match(&c, &list.of[1], here),
				    unmapped[i].id);
	}
}

/* What oracles that read no log say, and may follow from a known bug. */
static const char *const said_by_oracles[] = {"never-returned", NULL};

static bool is_signature(const char *name)
{
	size_t nr;
	const struct gr_signature *s = gr_signatures(&nr);

	for (const char *const *o = said_by_oracles; *o; o++)
		if (!strcmp(*o, name))
			return true;
	for (size_t i = 0; i < nr; i++)
		if (!strcmp(s[i].name, name))
			return true;
	return false;
}

static void assert_file(const char *name)
{
	const char *srcdir = getenv("srcdir");
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", srcdir ? srcdir : ".", name);
	if (access(path, R_OK))
		fail_msg("there is no '%s'", name);
}

static void assert_names(const struct gr_known *k)
{
	assert_non_null(gr_target_find(k->target));
	for (const char *const *n = k->invs; n && *n; n++)
		assert_non_null(gr_invalidate_find(*n));
	for (const char *const *n = k->pins; n && *n; n++)
		assert_non_null(gr_pin_find(*n));
	for (const char *const *n = k->checks; n && *n; n++)
		assert_non_null(gr_check_find(*n));
	for (const char *const *n = k->consequences; n && *n; n++)
		assert_true(is_signature(*n));
	for (const struct gr_known_sign *s = k->signs; s->oracle; s++)
		assert_true(gr_oracle_find(s->oracle) ||
			    (k->checks && !strcmp(s->oracle, "check")));
}

static void cases_are_told_by_entry(void **state)
{
	const struct gr_known *k = gr_known_find(ID);
	struct gr_case c = the_case();

	(void)state;
	assert_true(gr_known_fits(k, &c));
	assert_false(gr_known_fits(gr_known_find("lost-wakeup-fsdax"), &c));
	c.inv = gr_invalidate_find("munmap");
	assert_false(gr_known_fits(k, &c));
	c = truncated_file();
	assert_false(gr_known_fits(k, &c));
	assert_true(gr_known_fits(gr_known_find("lost-wakeup-fsdax"), &c));
}

/* Each entry names what there is. */
static void entries_are_whole(void **state)
{
	size_t nr;
	const struct gr_known *k = gr_known_all(&nr);

	(void)state;
	assert_in_range(nr, 1, 64); /* bits of a mask */
	for (size_t i = 0; i < nr; i++) {
		assert_ptr_equal(gr_known_find(k[i].id), &k[i]);
		assert_true(k[i].cause[0] && k[i].summary[0]);
		assert_names(&k[i]);
		assert_file(k[i].reproducer);
	}
	assert_null(gr_known_find("no-such-bug"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kernels_are_told_apart),
		cmocka_unit_test(the_bug_is_known),
		cmocka_unit_test(a_fixed_kernel_has_it_anew),
		cmocka_unit_test(another_finding_is_new),
		cmocka_unit_test(another_case_is_new),
		cmocka_unit_test(consequence_needs_evidence),
		cmocka_unit_test(consequence_is_narrow),
		cmocka_unit_test(explained_by_id),
		cmocka_unit_test(a_leaf_that_is_not_moved_is_known),
		cmocka_unit_test(a_leaf_that_is_not_changed_is_known),
		cmocka_unit_test(a_release_that_waits_is_known),
		cmocka_unit_test(a_page_that_is_put_is_known),
		cmocka_unit_test(an_eviction_of_what_goes_is_known),
		cmocka_unit_test(what_a_late_read_does_is_known),
		cmocka_unit_test(prediction),
		cmocka_unit_test(an_unaligned_offset_is_known),
		cmocka_unit_test(a_lost_wakeup_is_known),
		cmocka_unit_test(a_hang_needs_the_lost_wakeup),
		cmocka_unit_test(a_wakeup_lost_by_a_remote_access_is_known),
		cmocka_unit_test(a_pin_of_what_was_shared_is_known),
		cmocka_unit_test(a_wait_for_a_mapping_is_known),
		cmocka_unit_test(a_mapping_that_survives_is_known),
		cmocka_unit_test(a_walk_of_what_survived_is_known),
		cmocka_unit_test(what_a_walk_leaves_behind_is_known),
		cmocka_unit_test(an_early_unbind_of_files_is_known),
		cmocka_unit_test(a_pin_that_spins_is_known),
		cmocka_unit_test(freed_under_a_pin_is_known),
		cmocka_unit_test(cases_are_told_by_entry),
		cmocka_unit_test(entries_are_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
