// SPDX-License-Identifier: GPL-2.0-only
/*
 * replay FORMAT [terminal] [strict]: one recorded run through one reporter, to
 * stdout. The run has every verdict, findings new and known, guests that die,
 * cases that were not run, and text that tries to break the format.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/util.h"
#include "core/registry.h"
#include "core/report.h"

#define MS GR_NSEC_PER_MSEC

static const struct gr_finding early_free = {
	.class = GR_CLASS_EARLY_FREE,
	.spends_kernel = true,
	.pin_in_flight = true,
	.oracle = "teardown",
	.signature = "returned-while-pinned",
	.summary = "the disable returned 41 ms before the last unpin",
	.evidence = "disable of namespace0.0 returned at 1.204 s\n"
		    "vmsplice was unpinned at 1.245 s\n",
};

static const struct gr_finding leak = {
	.class = GR_CLASS_LEAK,
	.hang = true,
	.spends_kernel = true,
	.oracle = "teardown",
	.signature = "never-returns",
	.summary = "the disable did not return within 15 s of the last unpin",
	.evidence = "[<0>] memunmap_pages+0x2a/0x250\n"
		    "[<0>] devm_action_release+0x10/0x20\n"
		    "[<0>] release_nodes+0x3d/0xb0\n"
		    "[<0>] devres_release_all+0x8a/0xc0\n"
		    "[<0>] device_unbind_cleanup+0x9/0x70\n"
		    "[<0>] unbind_store+0xf9/0x120\n"
		    "[<0>] kernfs_fop_write_iter+0x120/0x1f0\n"
		    "[<0>] vfs_write+0x2b3/0x3f0\n",
};

static const struct gr_finding crash = {
	.class = GR_CLASS_CRASH,
	.spends_kernel = true,
	.oracle = "kmsg",
	.signature = "page-fault # oops",
	.summary =
		"BUG: unable to handle page fault for address: 0xffffea \"x\"",
	.evidence = "ok 1 I am no result\n"
		    "\033[31mRIP: page_cache_pipe_buf_release\xff\xfe\t+0x10\n"
		    "\n"
		    "verdict: PASS",
};

#define NAME_HOSTILE "devdax/4K/#1 \"quoted\"\n\\ok 9\033[2J\xc3\x28"

static const struct gr_event run[] = {
	{.type = GR_EV_RUN_BEGIN,
	 .run_begin = {.version = "0.1.0",
		       .scenarios = "smoke device-dax",
		       .release = "6.1.0-44-amd64",
		       .machine = "guest (tcg, 2 CPUs, 3 GiB)",
		       .seed = 18446744073709551557ull,
		       .nr_cases = 10,
		       .nr_known = 1,
		       .known = {"disable-ignores-pins"},
		       .nr_blind = 1,
		       .blind = {"ledger: this kernel has no BTF"}}},
	{.type = GR_EV_PLAN,
	 .plan = {.name = "devdax/2M/fork", .budget_ns = 30000 * MS}},
	{.type = GR_EV_PLAN,
	 .plan = {.name = "devdax/2M/odirect_write/ns_disable/cross",
		  .cell = {"devdax/2M", "odirect_write", "ns_disable",
			   "cross"}}},
	{.type = GR_EV_PLAN, .plan = {.name = "devdax/2M/refused"}},
	{.type = GR_EV_PLAN, .plan = {.name = "devdax/1G/mixed"}},
	{.type = GR_EV_PLAN,
	 .plan = {.name = "devdax/4K/uring_rw/unbind/page"}},
	{.type = GR_EV_PLAN, .plan = {.name = NAME_HOSTILE}},
	{.type = GR_EV_PLAN, .plan = {.name = "devdax/4K/broken"}},
	{.type = GR_EV_PLAN, .plan = {.name = "devdax/4K/never-run"}},
	{.type = GR_EV_PLAN, .plan = {.name = "devdax/4K/never # run either"}},
	{.type = GR_EV_PLAN,
	 .plan = {.name = "devdax/2M/vmsplice/ns_disable/page",
		  .known = "disable-ignores-pins"}},
	{.type = GR_EV_GUEST,
	 .time_ns = 100 * MS,
	 .guest = {.state = GR_GUEST_STARTED, .nr = 1, .text = "tcg"}},

	{.type = GR_EV_CASE_BEGIN,
	 .time_ns = 5000 * MS,
	 .case_begin = {.name = "devdax/2M/fork", .index = 1, .of = 10}},
	{.type = GR_EV_OP,
	 .time_ns = 5001 * MS,
	 .op = {.name = "devdax/2M/fork",
		.op = "fork with a page faulted in",
		.ns = "namespace0.0",
		.pin = ""}},
	{.type = GR_EV_CASE_END,
	 .time_ns = 5250 * MS,
	 .case_end = {.name = "devdax/2M/fork",
		      .verdict = GR_PASS,
		      .reason = "",
		      .duration_ns = 250 * MS,
		      .iterations = 1}},

	{.type = GR_EV_CASE_BEGIN,
	 .time_ns = 5300 * MS,
	 .case_begin = {.name = "devdax/2M/odirect_write/ns_disable/cross",
			.index = 2,
			.of = 10}},
	{.type = GR_EV_OP,
	 .time_ns = 5301 * MS,
	 .op = {.name = "devdax/2M/odirect_write/ns_disable/cross",
		.op = "ns_disable of namespace0.0",
		.ns = "namespace0.0",
		.pin = "odirect_write"}},
	{.type = GR_EV_FINDING,
	 .time_ns = 22000 * MS,
	 .finding = {.name = "devdax/2M/odirect_write/ns_disable/cross",
		     .ns = "namespace0.0",
		     .pin = "odirect_write",
		     .inv = "ns_disable",
		     .op = "ns_disable of namespace0.0",
		     .aimed = {.nr_offsets = 2,
			       .offset_ns = {-1250, 31400},
			       .has_focus = true,
			       .focus_ns = 350},
		     .finding = &leak}},
	{.type = GR_EV_CASE_END,
	 .time_ns = 22100 * MS,
	 .case_end = {.name = "devdax/2M/odirect_write/ns_disable/cross",
		      .verdict = GR_HANG,
		      .reason = "the disable did not return within 15 s of the "
				"last unpin",
		      .duration_ns = 16800 * MS,
		      .cell = {"devdax/2M", "odirect_write", "ns_disable",
			       "cross"},
		      .iterations = 12,
		      .figures = {.nr_samples = 130,
				  .sample_ns = 39 * MS,
				  .nr_fast = 20000,
				  .nr_fallback = 700,
				  .faults = {0, 24, 0},
				  .nr_freed = 108,
				  .nr_reused = 100,
				  .nr_verified = 112},
		      .attempts = 20814,
		      .overlaps = 412,
		      .offsets = {.nr = 11,
				  .nr_met = 9,
				  .pin_ns = 2000,
				  .inv_ns = 41000000,
				  .bin_ns = 64,
				  .nr_outcomes = 2,
				  .outcome = {{0, 0, 0}, {14, 1, 1}},
				  .bin = {[15] = {{4, 0}}, [16] = {{3, 4}}},
				  .has_focus = 1,
				  .focus_ns = 350},
		      .pins = {{0, 20700}, {14, 114}},
		      .invs = {{0, 11}}}},
	{.type = GR_EV_GUEST,
	 .time_ns = 22200 * MS,
	 .guest = {.state = GR_GUEST_SPENT,
		   .nr = 1,
		   .text = "leak (never-returns)"}},
	{.type = GR_EV_GUEST,
	 .time_ns = 22300 * MS,
	 .guest = {.state = GR_GUEST_STARTED, .nr = 2, .text = "tcg"}},

	{.type = GR_EV_CASE_BEGIN,
	 .time_ns = 27000 * MS,
	 .case_begin = {.name = "devdax/2M/refused", .index = 3, .of = 10}},
	{.type = GR_EV_CASE_END,
	 .time_ns = 27001 * MS,
	 .case_end = {.name = "devdax/2M/refused",
		      .verdict = GR_SKIP,
		      .reason = "needs Linux older than 6.5",
		      .duration_ns = 1 * MS}},
	{.type = GR_EV_CASE_BEGIN,
	 .time_ns = 27100 * MS,
	 .case_begin = {.name = "devdax/1G/mixed", .index = 4, .of = 10}},
	{.type = GR_EV_CASE_END,
	 .time_ns = 28100 * MS,
	 .case_end = {.name = "devdax/1G/mixed",
		      .verdict = GR_INCONCLUSIVE,
		      .reason = "no pin was in flight during an invalidation",
		      .duration_ns = 1000 * MS,
		      .iterations = 3,
		      .attempts = 40}},

	{.type = GR_EV_CASE_BEGIN,
	 .time_ns = 28200 * MS,
	 .case_begin = {.name = NAME_HOSTILE, .index = 5, .of = 10}},
	{.type = GR_EV_OP,
	 .time_ns = 28201 * MS,
	 .op = {.name = NAME_HOSTILE,
		.op = "unbind of dax0.0\033]0;title\007",
		.ns = "namespace0.0",
		.pin = "vmsplice",
		.pin_held = true}},
	{.type = GR_EV_FINDING,
	 .time_ns = 29000 * MS,
	 .finding = {.name = NAME_HOSTILE,
		     .ns = "namespace0.0",
		     .pin = "vmsplice",
		     .inv = "unbind",
		     .op = "unbind of dax0.0",
		     .finding = &crash}},
	{.type = GR_EV_GUEST,
	 .time_ns = 29100 * MS,
	 .guest = {.state = GR_GUEST_DIED, .nr = 2, .text = "kernel panic"}},
	{.type = GR_EV_NOTE,
	 .time_ns = 29100 * MS,
	 .note = NAME_HOSTILE ": it is run once more, alone"},
	{.type = GR_EV_GUEST,
	 .time_ns = 29200 * MS,
	 .guest = {.state = GR_GUEST_STARTED, .nr = 3, .text = "tcg"}},
	{.type = GR_EV_CASE_BEGIN,
	 .time_ns = 34000 * MS,
	 .case_begin = {.name = NAME_HOSTILE, .index = 5, .of = 10}},
	{.type = GR_EV_FINDING,
	 .time_ns = 34900 * MS,
	 .finding = {.name = NAME_HOSTILE,
		     .ns = "namespace0.0",
		     .pin = "vmsplice",
		     .inv = "unbind",
		     .op = "unbind of dax0.0",
		     .finding = &crash}},
	{.type = GR_EV_GUEST,
	 .time_ns = 35000 * MS,
	 .guest = {.state = GR_GUEST_SILENT, .nr = 3, .text = ""}},
	{.type = GR_EV_CASE_END,
	 .time_ns = 35000 * MS,
	 .case_end = {.name = NAME_HOSTILE,
		      .verdict = GR_FAIL,
		      .reason = "failed in 2 of 2 tries: BUG # not a directive",
		      .duration_ns = 1000 * MS}},

	{.type = GR_EV_CASE_BEGIN,
	 .time_ns = 40000 * MS,
	 .case_begin = {.name = "devdax/4K/broken", .index = 6, .of = 10}},
	{.type = GR_EV_CASE_END,
	 .time_ns = 40001 * MS,
	 .case_end = {.name = "devdax/4K/broken",
		      .verdict = GR_BROKEN,
		      .reason = "cannot open '/dev/dax0.0': No such file or "
				"directory",
		      .duration_ns = 1 * MS}},
	{.type = GR_EV_CASE_BEGIN,
	 .time_ns = 40100 * MS,
	 .case_begin = {.name = "devdax/4K/uring_rw/unbind/page",
			.index = 7,
			.of = 10}},
	{.type = GR_EV_CASE_END,
	 .time_ns = 42100 * MS,
	 .case_end = {.name = "devdax/4K/uring_rw/unbind/page",
		      .verdict = GR_PASS,
		      .reason = "",
		      .duration_ns = 2000 * MS,
		      .iterations = 31,
		      .attempts = 90211,
		      .overlaps = 3877,
		      .pins = {{0, 90000}, {133, 211}},
		      .invs = {{0, 31}}}},
	{.type = GR_EV_CASE_BEGIN,
	 .time_ns = 42200 * MS,
	 .case_begin = {.name = "devdax/2M/vmsplice/ns_disable/page",
			.index = 8,
			.of = 10}},
	{.type = GR_EV_FINDING,
	 .time_ns = 43000 * MS,
	 .finding = {.name = "devdax/2M/vmsplice/ns_disable/page",
		     .ns = "namespace0.0",
		     .pin = "vmsplice",
		     .inv = "ns_disable",
		     .op = "ns_disable of namespace0.0",
		     .known = "disable-ignores-pins",
		     .cause = "since 5.18 a pinned page holds no reference on "
			      "its pgmap",
		     .finding = &early_free}},
	{.type = GR_EV_CASE_END,
	 .time_ns = 43100 * MS,
	 .case_end = {.name = "devdax/2M/vmsplice/ns_disable/page",
		      .verdict = GR_KNOWN,
		      .reason = "the disable returned 41 ms before the last "
				"unpin",
		      .known = "disable-ignores-pins",
		      .duration_ns = 900 * MS,
		      .iterations = 1,
		      .attempts = 1,
		      .overlaps = 1,
		      .pins = {{0, 1}},
		      .invs = {{0, 1}}}},
	{.type = GR_EV_RUN_END,
	 .time_ns = 43200 * MS,
	 .run_end = {.tally = {.of = {[GR_SKIP] = 1,
				      [GR_PASS] = 2,
				      [GR_KNOWN] = 1,
				      [GR_INCONCLUSIVE] = 1,
				      [GR_BROKEN] = 1,
				      [GR_HANG] = 1,
				      [GR_FAIL] = 1},
			       .not_run = 2},
		     .verdict = GR_FAIL,
		     .exit_status = GR_EXIT_FAIL,
		     .duration_ns = 43200 * MS,
		     .stopped = "interrupted by a signal"}},
};

static bool has_word(int argc, char **argv, const char *word)
{
	for (int i = 2; i < argc; i++)
		if (!strcmp(argv[i], word))
			return true;
	return false;
}

int main(int argc, char **argv)
{
	const struct gr_report_ops *ops;
	struct gr_report *r;

	ops = argc > 1 ? gr_report_find(argv[1]) : NULL;
	if (!ops) {
		fprintf(stderr, "usage: replay FORMAT [terminal] [strict]\n");
		return GR_EXIT_USAGE;
	}
	if (gr_report_new(ops, stdout, has_word(argc, argv, "terminal"),
			  has_word(argc, argv, "strict"), &r))
		return GR_EXIT_BROKEN;
	for (size_t i = 0; i < GR_ARRAY_SIZE(run); i++)
		gr_report_event(r, &run[i]);
	gr_report_free(r);
	return fflush(stdout) ? GR_EXIT_BROKEN : GR_EXIT_PASS;
}
