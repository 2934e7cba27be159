// SPDX-License-Identifier: GPL-2.0-only
#include "core/plan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/size.h"
#include "core/check.h"
#include "core/invalidate.h"
#include "core/pin.h"
#include "core/registry.h"
#include "test.h"

/* A machine: what it cannot do, by name; NULL = it can. */
struct machine {
	const char *no_target, *no_pin, *no_inv, *no_check;
	const char *refused; /* pin */
	uint64_t known;
};

static int answer(const char *name, const char *no, struct gr_reason *why)
{
	if (!no || strcmp(name, no))
		return 0;
	gr_reason_set(why, "needs %s", name);
	return -ENODEV;
}

static int ask_target(void *arg, const struct gr_target_ops *ops,
		      const struct gr_target_spec *spec, struct gr_reason *why)
{
	const struct machine *m = arg;

	assert_true(spec->align != 0);
	return answer(ops->name, m->no_target, why);
}

static int ask_pin(void *arg, const struct gr_pin_ops *ops,
		   struct gr_reason *why)
{
	const struct machine *m = arg;

	if (m->refused && !strcmp(ops->name, m->refused))
		return GR_PIN_REFUSED;
	return answer(ops->name, m->no_pin, why);
}

static int ask_inv(void *arg, const struct gr_invalidate_ops *ops,
		   struct gr_reason *why)
{
	const struct machine *m = arg;

	return answer(ops->name, m->no_inv, why);
}

static int ask_check(void *arg, const struct gr_check_ops *ops,
		     struct gr_reason *why)
{
	const struct machine *m = arg;

	return answer(ops->name, m->no_check, why);
}

static const struct machine able = {0};
static const struct gr_filter everything = {0};

static void add(struct gr_plan *plan, const struct machine *m,
		const struct gr_filter *filter, const char *text)
{
	static struct gr_scenario s;
	const struct gr_prober prober = {
		.arg = (void *)(uintptr_t)m,
		.target = ask_target,
		.pin = ask_pin,
		.inv = ask_inv,
		.check = ask_check,
		.known = m->known,
	};

	assert_int_equal(gr_scenario_parse(text, "f.ini", &s), 0);
	assert_int_equal(gr_plan_add(plan, &s, filter, &prober), 0);
}

static void plan_one(struct gr_plan *plan, const struct machine *m,
		     const char *text)
{
	memset(plan, 0, sizeof(*plan));
	add(plan, m, &everything, text);
	gr_plan_finish(plan, 0);
}

static void assert_names(const struct gr_plan *plan, const char *const *names)
{
	size_t nr = 0;

	for (; names[nr]; nr++) {
		if (nr >= plan->nr)
			fail_msg("'%s' is missing", names[nr]);
		assert_string_equal(plan->cases[nr].name, names[nr]);
	}
	assert_int_equal(plan->nr, nr);
}

#define HEAD "[scenario]\nname = mine\n"

static void every_combination_is_made(void **state)
{
	struct gr_plan plan;

	(void)state;
	plan_one(&plan, &able,
		 HEAD "[race a]\ntarget = devdax\nalign = 4K 2M 1G\n"
		      "map = mem dev\npin = vmsplice uring_rw\n"
		      "invalidate = munmap ns_disable unbind\n"
		      "range = page cross\n");
	assert_int_equal(plan.nr, 3 * 2 * 2 * 3 * 2);
	gr_plan_fini(&plan);
	assert_int_equal(plan.nr, 0);

	plan_one(&plan, &able,
		 HEAD "[check a]\ntarget = devdax\nalign = 4K 2M\n"
		      "check = pin_touched fork_shared map_private\n");
	assert_int_equal(plan.nr, 2 * 3);
	gr_plan_fini(&plan);
}

static void names_say_all(void **state)
{
	static const char *const names[] = {
		"devdax/4K/vmsplice/munmap/page",
		"devdax/4K/vmsplice/munmap/mixed",
		"devdax/2M-dev/pin_touched",
		"pmem/1G/pmem_rw/unbind/page/two/witness",
		NULL,
	};
	struct gr_plan plan;

	(void)state;
	plan_one(&plan, &able,
		 HEAD "[race a]\ntarget = devdax\npin = vmsplice\n"
		      "invalidate = munmap\nrange = page mixed\n"
		      "[check b]\ntarget = devdax\nalign = 2M\nmap = dev\n"
		      "check = pin_touched\n"
		      "[race c]\ntarget = pmem\nalign = 1G\npin = pmem_rw\n"
		      "invalidate = unbind\npinners = 2\nwitness = yes\n");
	assert_names(&plan, names);
	assert_int_equal(plan.cases[2].kind, GR_CASE_CHECK);
	assert_int_equal(plan.cases[3].kind, GR_CASE_RACE);
	assert_int_equal(plan.cases[3].nr_pinners, 2);
	assert_true(plan.cases[3].witness);
	gr_plan_fini(&plan);
}

/* Two blocks, or two scenarios, may ask for the same case. */
static void same_case_is_made_once(void **state)
{
	static const char text[] =
		HEAD "[race a]\ntarget = devdax\npin = vmsplice\n"
		     "invalidate = munmap\nalign = 4K 4K\n"
		     "[race b]\ntarget = devdax\npin = vmsplice\n"
		     "invalidate = munmap unbind\n";
	struct gr_plan plan = {0};

	(void)state;
	add(&plan, &able, &everything, text);
	add(&plan, &able, &everything, text);
	assert_int_equal(plan.nr, 2);
	gr_plan_fini(&plan);
}

/* What is no teardown is followed by one. */
static void teardown_comes_last_in_each(void **state)
{
	struct gr_plan plan;

	(void)state;
	plan_one(&plan, &able,
		 HEAD "[race a]\ntarget = devdax\npin = vmsplice\n"
		      "invalidate = munmap unbind\n");
	assert_ptr_equal(plan.cases[0].last, gr_invalidate_find("ns_disable"));
	assert_null(plan.cases[1].last);
	gr_plan_fini(&plan);
}

#define MATRIX                                                           \
	HEAD "[race a]\ntarget = devdax\nalign = 4K 2M\nmap = mem dev\n" \
	     "pin = odirect_write vmsplice\n"                            \
	     "invalidate = munmap ns_disable\nrange = page cross\n"

/*
 * Held pins against a teardown meet the known bug: these cases go last, and
 * there is one an alignment.
 */
static void known_cases_go_last_and_once(void **state)
{
	static const char *const known[] = {
		"devdax/4K/vmsplice/ns_disable/page",
		"devdax/2M/vmsplice/ns_disable/page",
		NULL,
	};
	const struct machine m = {.known = 1};
	struct gr_plan plan;
	size_t nr_new;

	(void)state;
	plan_one(&plan, &m, MATRIX);
	nr_new = plan.nr - 2;
	assert_int_equal(nr_new, 2 * 2 * 2 * 3);
	for (size_t i = 0; i < nr_new; i++)
		assert_null(plan.cases[i].known);
	for (size_t i = 0; i < 2; i++) {
		assert_string_equal(plan.cases[nr_new + i].name, known[i]);
		assert_string_equal(plan.cases[nr_new + i].known,
				    "early-free-devdax");
	}
	gr_plan_fini(&plan);
}

/* The order of the others is that of the scenario, known cases or not. */
static void order_is_kept(void **state)
{
	const struct machine m = {.known = 1};
	struct gr_plan all, some;
	size_t at = 0;

	(void)state;
	plan_one(&all, &able, MATRIX);
	plan_one(&some, &m, MATRIX);
	assert_int_equal(all.nr, 2 * 2 * 2 * 2 * 2);
	for (size_t i = 0; i < all.nr && at < some.nr - 2; i++)
		at += !strcmp(all.cases[i].name, some.cases[at].name);
	assert_int_equal(at, some.nr - 2);
	gr_plan_fini(&all);
	gr_plan_fini(&some);
}

/* The plan of a second guest of the same kernel is the same. */
static void plan_is_repeatable(void **state)
{
	const struct machine m = {.known = 1};
	struct gr_plan a, b;

	(void)state;
	plan_one(&a, &m, MATRIX);
	plan_one(&b, &m, MATRIX);
	assert_int_equal(a.nr, b.nr);
	for (size_t i = 0; i < a.nr; i++)
		assert_string_equal(a.cases[i].name, b.cases[i].name);
	gr_plan_fini(&a);
	gr_plan_fini(&b);
}

/* A pin that is refused is one case for each alignment, not a matrix. */
static void refusal_is_one_case(void **state)
{
	static const char *const names[] = {
		"devdax/4K/uring_fixed/refused",
		"devdax/2M/uring_fixed/refused",
		NULL,
	};
	static const char *const lacks[] = {"fsdax-ext4/4K/rdma_mr/refused",
					    NULL};
	const struct machine m = {.refused = "uring_fixed", .known = 1};
	const struct machine no_rdma = {.no_pin = "rdma_mr"};
	struct gr_plan plan;

	(void)state;
	/* also where it cannot be tried: a skip is one case, too */
	plan_one(&plan, &no_rdma,
		 HEAD "[race a]\ntarget = fsdax\npin = rdma_mr\n"
		      "invalidate = truncate munmap\n");
	assert_names(&plan, lacks);
	assert_string_equal(plan.cases[0].skip, "needs rdma_mr");
	gr_plan_fini(&plan);
	plan_one(&plan, &m,
		 HEAD "[race a]\ntarget = devdax\nalign = 4K 2M\n"
		      "pin = uring_fixed\ninvalidate = ns_disable unbind\n"
		      "range = page cross\n"
		      "[race b]\ntarget = devdax\npin = uring_fixed\n"
		      "invalidate = munmap\n");
	assert_names(&plan, names);
	assert_int_equal(plan.cases[0].kind, GR_CASE_REFUSAL);
	assert_null(plan.cases[0].known);
	gr_plan_fini(&plan);
}

/* What files refuse is one case as well, also where it cannot be asked. */
static void files_refuse_long_term_pins(void **state)
{
	static const char *const names[] = {
		"fsdax-xfs/2M/af_xdp/refused",
		"fsdax-xfs/2M/vmsplice/balance/page",
		"fsdax-xfs/2M/vmsplice/balance/cross",
		NULL,
	};
	const struct machine all = {.known = 0};
	const struct machine no_pin = {.no_pin = "af_xdp"};
	struct gr_plan plan;

	(void)state;
	for (int i = 0; i < 2; i++) {
		plan_one(&plan, i ? &no_pin : &all,
			 HEAD "[balance a]\ntarget = fsdax\nfs = xfs\n"
			      "align = 2M\npin = af_xdp vmsplice\n"
			      "range = page cross\n");
		assert_names(&plan, names);
		assert_int_equal(plan.cases[0].kind, GR_CASE_REFUSAL);
		assert_string_equal(plan.cases[0].skip,
				    i ? "needs af_xdp" : "");
		gr_plan_fini(&plan);
	}
}

#define ONE                                                \
	HEAD "[race a]\ntarget = devdax\npin = vmsplice\n" \
	     "invalidate = munmap\n"                       \
	     "[check b]\ntarget = devdax\ncheck = pin_touched\n"

static void assert_skips(const struct machine *m, const char *race,
			 const char *check)
{
	struct gr_plan plan;

	plan_one(&plan, m, ONE);
	assert_int_equal(plan.nr, 2); /* it is named, not left out */
	assert_string_equal(plan.cases[0].skip, race);
	assert_string_equal(plan.cases[1].skip, check);
	gr_plan_fini(&plan);
}

static void unmet_needs_are_named(void **state)
{
	const struct machine no_target = {.no_target = "devdax",
					  .no_pin = "vmsplice"};
	const struct machine no_pin = {.no_pin = "vmsplice",
				       .no_inv = "munmap"};
	const struct machine no_inv = {.no_inv = "munmap"};
	const struct machine no_check = {.no_check = "pin_touched"};

	(void)state;
	assert_skips(&able, "", "");
	assert_skips(&no_target, "needs devdax", "needs devdax");
	assert_skips(&no_pin, "needs vmsplice", "");
	assert_skips(&no_inv, "needs munmap", "");
	assert_skips(&no_check, "", "needs pin_touched");
}

static size_t nr_with(const struct gr_filter *filter, const char *text)
{
	struct gr_plan plan = {0};
	size_t nr;

	add(&plan, &able, filter, text);
	gr_plan_finish(&plan, 0);
	nr = plan.nr;
	gr_plan_fini(&plan);
	return nr;
}

static void filters_pick(void **state)
{
	static const char text[] =
		MATRIX "[check b]\ntarget = devdax\ncheck = pin_touched\n"
		       "[race c]\ntarget = pmem\npin = pmem_rw\n"
		       "invalidate = unbind\n";
	const struct gr_target_ops *pmem[] = {gr_target_find("pmem"), NULL};
	const struct gr_pin_ops *pins[] = {gr_pin_find("vmsplice"), NULL};
	const struct gr_invalidate_ops *invs[] = {gr_invalidate_find("munmap"),
						  gr_invalidate_find("unbind"),
						  NULL};
	const char *one[] = {"devdax/2M/vmsplice/munmap/page", NULL};
	const char *glob[] = {"*/pin_*", "pmem/*", NULL};
	const char *none[] = {"devdax", NULL};

	(void)state;
	assert_int_equal(nr_with(&everything, text), 32 + 1 + 1);
	assert_int_equal(nr_with(&(struct gr_filter){.targets = pmem}, text),
			 1);
	/* who picks a pair wants that pair, not the checks */
	assert_int_equal(nr_with(&(struct gr_filter){.pins = pins}, text), 16);
	assert_int_equal(nr_with(&(struct gr_filter){.invs = invs}, text),
			 16 + 1);
	assert_int_equal(
		nr_with(&(struct gr_filter){.pins = pins, .invs = invs}, text),
		8);
	assert_int_equal(
		nr_with(&(struct gr_filter){.align = 2 * GR_MIB}, text), 16);
	assert_int_equal(nr_with(&(struct gr_filter){.cases = one}, text), 1);
	assert_int_equal(nr_with(&(struct gr_filter){.cases = glob}, text), 2);
	assert_int_equal(nr_with(&(struct gr_filter){.cases = none}, text), 0);
}

/* What is left of a run is told by name: it keeps its order and its slices. */
static void named_cases_are_kept(void **state)
{
	static const char text[] = MATRIX;
	static const char *const left[] = {
		"devdax/2M/vmsplice/munmap/cross",
		"no/such/case",
		"devdax/2M/vmsplice/munmap/page",
		NULL,
	};
	static const char *const want[] = {
		"devdax/2M/vmsplice/munmap/page",
		"devdax/2M/vmsplice/munmap/cross",
		NULL,
	};
	static const char *const none[] = {NULL};
	struct gr_plan plan;
	uint64_t slice_ns;

	(void)state;
	memset(&plan, 0, sizeof(plan));
	add(&plan, &able, &everything, text);
	gr_plan_finish(&plan, 10 * GR_NSEC_PER_SEC);
	slice_ns = plan.cases[0].slice_ns;
	gr_plan_keep(&plan, left);
	assert_names(&plan, want);
	assert_int_equal(plan.cases[1].slice_ns, slice_ns);
	gr_plan_keep(&plan, none);
	assert_int_equal(plan.nr, 0);
	gr_plan_fini(&plan);
}

/* Whoever names file systems gets them, and no other target. */
static void file_systems_are_picked(void **state)
{
	static const char text[] = HEAD
		"[race a]\ntarget = fsdax\nfs = ext4 xfs xfs-reflink\n"
		"align = 4K 2M\npin = vmsplice\ninvalidate = truncate munmap\n"
		"[race b]\ntarget = devdax\npin = vmsplice\n"
		"invalidate = munmap\n";
	const struct gr_filter xfs = {
		.file_systems = 1u << GR_FS_XFS | 1u << GR_FS_XFS_REFLINK,
	};
	const struct gr_filter slice = {.slice_ns = 7 * GR_NSEC_PER_MSEC};
	struct gr_plan plan = {0};

	(void)state;
	assert_int_equal(nr_with(&everything, text), 12 + 1);
	assert_int_equal(nr_with(&xfs, text), 8);
	add(&plan, &able, &slice, text);
	for (size_t i = 0; i < plan.nr; i++)
		assert_int_equal(plan.cases[i].slice_ns, slice.slice_ns);
	assert_false(plan.table);
	gr_plan_fini(&plan);
}

/* Pairs that are no race make no case, and pins that do not fit a target none. */
static void all_are_the_legal_ones(void **state)
{
	struct gr_plan plan = {0};

	(void)state;
	add(&plan, &able, &everything,
	    HEAD "table = yes\n[race a]\ntarget = devdax\npin = all\n"
		 "invalidate = all\n[balance b]\ntarget = devdax\npin = all\n");
	assert_true(plan.table);
	assert_true(plan.nr > 50);
	for (size_t i = 0; i < plan.nr; i++) {
		assert_false(plan.cases[i].pin->flags & GR_PIN_BLOCKDEV);
		if (plan.cases[i].inv)
			assert_false(plan.cases[i].inv->flags & GR_INV_FILE);
	}
	gr_plan_fini(&plan);
}

static void balance_needs_no_invalidator(void **state)
{
	static const char text[] = HEAD
		"[balance a]\ntarget = devdax\nalign = 2M\npin = vmsplice\n"
		"range = cross untouched short\nslice = 300ms\n";
	static const char *const names[] = {
		"devdax/2M/vmsplice/balance/cross",
		"devdax/2M/vmsplice/balance/untouched",
		"devdax/2M/vmsplice/balance/short",
		NULL,
	};
	const struct gr_invalidate_ops *invs[] = {gr_invalidate_find("munmap"),
						  NULL};
	struct gr_plan plan;

	(void)state;
	plan_one(&plan, &able, text);
	assert_names(&plan, names);
	assert_int_equal(plan.cases[0].kind, GR_CASE_BALANCE);
	assert_null(plan.cases[0].inv);
	assert_ptr_equal(plan.cases[0].last, gr_invalidate_find("ns_disable"));
	assert_int_equal(plan.cases[0].slice_ns, 300 * GR_NSEC_PER_MSEC);
	gr_plan_fini(&plan);
	/* who picks an invalidator wants races */
	assert_int_equal(nr_with(&(struct gr_filter){.invs = invs}, text), 0);
}

static void what_moves_ends_with_its_driver(void **state)
{
	static const char *const names[] = {
		"hmm_private/4K/vmsplice/fork/page",
		"hmm_private-file/4K/vmsplice/fork/page",
		NULL,
	};
	struct gr_plan plan;

	(void)state;
	plan_one(&plan, &able,
		 HEAD "[race a]\ntarget = hmm_private\nsource = anon file\n"
		      "pin = vmsplice\ninvalidate = fork ns_disable\n");
	assert_names(&plan, names);
	assert_ptr_equal(plan.cases[0].last, gr_invalidate_find("hmm_unload"));
	assert_int_equal(plan.cases[1].spec.source, GR_SOURCE_FILE);
	gr_plan_fini(&plan);
	/* what a kernel refuses of files is no refusal of such memory */
	plan_one(&plan, &(struct machine){.refused = "uring_fixed"},
		 HEAD "[race a]\ntarget = hmm_private\npin = uring_fixed\n"
		      "invalidate = fork\n");
	assert_int_equal(plan.nr, 1);
	assert_int_equal(plan.cases[0].kind, GR_CASE_RACE);
	gr_plan_fini(&plan);
}

static uint64_t slice_after(const char *head, uint64_t time_ns)
{
	char text[512];
	struct gr_plan plan = {0};
	uint64_t slice;

	snprintf(text, sizeof(text),
		 "%s[race a]\ntarget = devdax\npin = vmsplice\n"
		 "invalidate = munmap unbind\nslice = 1s\n",
		 head);
	add(&plan, &able, &everything, text);
	gr_plan_finish(&plan, time_ns);
	assert_int_equal(plan.cases[0].slice_ns, plan.cases[1].slice_ns);
	slice = plan.cases[0].slice_ns;
	gr_plan_fini(&plan);
	return slice;
}

static void time_scales_the_slices(void **state)
{
	const uint64_t sec = GR_NSEC_PER_SEC;

	(void)state;
	assert_int_equal(slice_after(HEAD "time = 10s\n", 0), sec);
	assert_int_equal(slice_after(HEAD "time = 10s\n", 10 * sec), sec);
	assert_int_equal(slice_after(HEAD "time = 10s\n", 5 * sec), sec / 2);
	assert_int_equal(slice_after(HEAD "time = 10s\n", 30 * sec), 3 * sec);
	/* no time is named: two slices of a second */
	assert_int_equal(slice_after(HEAD, 0), sec);
	assert_int_equal(slice_after(HEAD, 4 * sec), 2 * sec);
}

/* One that names its time, and one that does not. */
static void times_of_scenarios_add_up(void **state)
{
	struct gr_plan plan = {0};

	(void)state;
	add(&plan, &able, &everything,
	    HEAD "time = 8s\n[race a]\ntarget = devdax\npin = vmsplice\n"
		 "invalidate = munmap\nslice = 1s\n");
	add(&plan, &able, &everything,
	    HEAD "[race a]\ntarget = devdax\npin = vmsplice\n"
		 "invalidate = unbind\nslice = 2s\n");
	assert_int_equal(plan.nominal_ns, 10 * GR_NSEC_PER_SEC);
	gr_plan_finish(&plan, 5 * GR_NSEC_PER_SEC);
	assert_int_equal(plan.cases[0].slice_ns, GR_NSEC_PER_SEC / 2);
	assert_int_equal(plan.cases[1].slice_ns, GR_NSEC_PER_SEC);
	gr_plan_fini(&plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_combination_is_made),
		cmocka_unit_test(names_say_all),
		cmocka_unit_test(same_case_is_made_once),
		cmocka_unit_test(teardown_comes_last_in_each),
		cmocka_unit_test(known_cases_go_last_and_once),
		cmocka_unit_test(order_is_kept),
		cmocka_unit_test(plan_is_repeatable),
		cmocka_unit_test(refusal_is_one_case),
		cmocka_unit_test(files_refuse_long_term_pins),
		cmocka_unit_test(unmet_needs_are_named),
		cmocka_unit_test(filters_pick),
		cmocka_unit_test(named_cases_are_kept),
		cmocka_unit_test(file_systems_are_picked),
		cmocka_unit_test(all_are_the_legal_ones),
		cmocka_unit_test(balance_needs_no_invalidator),
		cmocka_unit_test(time_scales_the_slices),
		cmocka_unit_test(times_of_scenarios_add_up),
		cmocka_unit_test(what_moves_ends_with_its_driver),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
