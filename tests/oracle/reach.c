// SPDX-License-Identifier: GPL-2.0-only
#include "core/oracle.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "core/invalidate.h"
#include "core/pin.h"
#include "core/registry.h"
#include "core/target.h"
#include "sys/gup_trace.h"
#include "test.h"

#define PID 4711
#define ADDR 0x7f0000000000u
#define LEN (4 * GR_MIB)

/* The stand-in of the hooks: counts are set by hand, calls written down. */
int __wrap_gr_gup_trace_open(struct gr_gup_trace **trace, char *why,
			     size_t len);
int __wrap_gr_gup_trace_attach(struct gr_gup_trace *trace, char *why,
			       size_t len);
void __wrap_gr_gup_trace_detach(struct gr_gup_trace *trace);
void __wrap_gr_gup_trace_close(struct gr_gup_trace *trace);
bool __wrap_gr_gup_trace_tells_huge(const struct gr_gup_trace *trace);
int __wrap_gr_gup_trace_watch(struct gr_gup_trace *trace, pid_t pid,
			      uint64_t addr, uint64_t len);
void __wrap_gr_gup_trace_counts(const struct gr_gup_trace *trace,
				struct gr_gup_counts *out);
void __wrap_gr_gup_trace_forget(struct gr_gup_trace *trace);
const uint64_t *__wrap_gr_gup_trace_slow(const struct gr_gup_trace *trace,
					 pid_t pid);

static struct {
	int open_ret, attach_ret;
	unsigned int nr_open, nr_attach, nr_detach, nr_watched;
	bool tells_huge;
	bool lame; /* does not see what a trial does */
	unsigned int nr_trial; /* counts asked for in a trial */
	pid_t pid; /* watched last */
	uint64_t addr, len;
	struct gr_gup_counts n;
	uint64_t slow;
} fake;

int __wrap_gr_gup_trace_open(struct gr_gup_trace **trace, char *why, size_t len)
{
	*trace = NULL;
	(void)snprintf(why, len, "no BTF");
	if (fake.open_ret)
		return fake.open_ret;
	why[0] = '\0';
	*trace = (struct gr_gup_trace *)(void *)&fake;
	fake.nr_open++;
	return 0;
}

int __wrap_gr_gup_trace_attach(struct gr_gup_trace *trace, char *why,
			       size_t len)
{
	assert_ptr_equal(trace, &fake);
	if (fake.attach_ret)
		(void)snprintf(why, len, "no room");
	else
		fake.nr_attach++;
	return fake.attach_ret;
}

void __wrap_gr_gup_trace_detach(struct gr_gup_trace *trace)
{
	assert_ptr_equal(trace, &fake);
	fake.nr_detach++;
}

void __wrap_gr_gup_trace_close(struct gr_gup_trace *trace)
{
	if (trace)
		fake.nr_open--;
}

bool __wrap_gr_gup_trace_tells_huge(const struct gr_gup_trace *trace)
{
	(void)trace;
	return fake.tells_huge;
}

int __wrap_gr_gup_trace_watch(struct gr_gup_trace *trace, pid_t pid,
			      uint64_t addr, uint64_t len)
{
	assert_ptr_equal(trace, &fake);
	fake.nr_watched++;
	fake.pid = pid;
	fake.addr = addr;
	fake.len = len;
	return 0;
}

/* A trial asks twice: after 7 pins by gup-fast, and after 7 with 1 fallback. */
void __wrap_gr_gup_trace_counts(const struct gr_gup_trace *trace,
				struct gr_gup_counts *out)
{
	static const struct gr_gup_counts trial[] = {
		{.nr_asked = 7},
		{.nr_asked = 14, .nr_fallback = 1},
	};

	assert_ptr_equal(trace, &fake);
	*out = fake.n;
	if (fake.pid == PID)
		return;
	assert_in_range(fake.nr_trial, 0, 1);
	*out = trial[fake.nr_trial++];
	if (fake.lame)
		out->nr_fallback = 0;
}

void __wrap_gr_gup_trace_forget(struct gr_gup_trace *trace)
{
	assert_ptr_equal(trace, &fake);
	fake.nr_watched = 0;
	fake.nr_trial = 0;
}

const uint64_t *__wrap_gr_gup_trace_slow(const struct gr_gup_trace *trace,
					 pid_t pid)
{
	assert_ptr_equal(trace, &fake);
	return pid == fake.pid ? &fake.slow : NULL;
}

struct life {
	struct gr_oracle o;
	struct gr_target_ops target;
	struct gr_pin_ops pin;
	struct gr_case c;
	struct gr_facts facts;
	struct gr_scene scene;
	struct gr_findings found;
	struct gr_reason why;
};

/* A balance of a pin by gup-fast with leaves of 2 MiB; all of it is well. */
static void start(struct life *l)
{
	memset(l, 0, sizeof(*l));
	memset(&fake, 0, sizeof(fake));
	fake.tells_huge = true;
	fake.n = (struct gr_gup_counts){
		.nr_asked = 1000,
		.nr_huge = 998,
		.nr_fallback = 2,
		.nr_faults = {0, 1, 0},
	};
	l->target.flags = GR_TARGET_MAPS_DEVICE;
	l->pin.name = "odirect_write";
	l->pin.flags = GR_PIN_GUP_FAST;
	l->c.kind = GR_CASE_BALANCE;
	l->c.target = &l->target;
	l->c.pin = &l->pin;
	l->c.spec.align = 2 * GR_MIB;
	l->facts.nr_pinners = 1;
	l->facts.pin[0].pid = PID;
	l->scene.c = &l->c;
	l->scene.facts = &l->facts;
	l->scene.op = "";
	l->o.ops = gr_oracle_find("reach");
	l->o.priv = calloc(1, l->o.ops->priv_size);
	assert_non_null(l->o.priv);
	assert_int_equal(l->o.ops->open(NULL, &l->o, &l->why), 0);
}

static void quiescent(struct life *l, enum gr_quiet state)
{
	bool mapped = state != GR_QUIET_UNMAPPED;

	l->facts.quiet.state = state;
	l->facts.pin[0].map_addr = mapped ? ADDR : 0;
	l->facts.pin[0].map_len = LEN;
	l->o.ops->sample(&l->o, &l->scene, GR_POINT_QUIESCENT, &l->found);
}

/* A whole case. */
static enum gr_sight run(struct life *l)
{
	enum gr_sight sight;

	(void)l->o.ops->begin(&l->o, &l->scene);
	quiescent(l, GR_QUIET_UNMAPPED);
	quiescent(l, GR_QUIET_MAPPED);
	l->facts.quiet.nr_pins = 1000;
	quiescent(l, GR_QUIET_DROPPED);
	quiescent(l, GR_QUIET_UNMAPPED);
	l->o.ops->sample(&l->o, &l->scene, GR_POINT_END, &l->found);
	sight = l->o.ops->judge(&l->o, &l->scene, &l->found, &l->why);
	return sight;
}

static void stop(struct life *l)
{
	l->o.ops->close(&l->o);
	free(l->o.priv);
	assert_int_equal(fake.nr_open, 0);
}

/* What each deviation from a good case must come to. */
static const struct deviation {
	const char *name;
	struct gr_gup_counts n;
	enum gr_sight sight;
	const char *text; /* of the finding, or of the reason */
} deviations[] = {
	{"good", {1000, 2, 998, {0, 1, 0}}, GR_SIGHT_CLEAN, ""},
	{"one is enough", {1000, 999, 1, {0, 1, 0}}, GR_SIGHT_CLEAN, ""},
	{"all fell back",
	 {1000, 1000, 0, {0, 1, 0}},
	 GR_SIGHT_VIOLATED,
	 "all 1000 requests of odirect_write at a 2 MiB leaf fell back"},
	{"too few", {7, 7, 0, {0, 1, 0}}, GR_SIGHT_BLIND, "only 7 requests"},
	{"never asked",
	 {0, 0, 0, {0, 1, 0}},
	 GR_SIGHT_BLIND,
	 "gup-fast was never asked"},
	{"small leaves",
	 {1000, 0, 0, {1, 0, 0}},
	 GR_SIGHT_VIOLATED,
	 "aligned to 2 MiB put in leaves of 4 KiB"},
	{"large leaves",
	 {1000, 0, 1000, {0, 0, 1}},
	 GR_SIGHT_VIOLATED,
	 "aligned to 2 MiB put in leaves of 1 GiB"},
	{"no fault",
	 {1000, 0, 1000, {0, 0, 0}},
	 GR_SIGHT_BLIND,
	 "no fault was seen"},
	{"no leaf function",
	 {1000, 0, 0, {0, 1, 0}},
	 GR_SIGHT_BLIND,
	 "0 times from huge leaves"},
};

static void deviations_are_told(void **state)
{
	struct life l;

	(void)state;
	for (size_t i = 0; i < GR_ARRAY_SIZE(deviations); i++) {
		const struct deviation *d = &deviations[i];
		const char *text = l.why.text;

		start(&l);
		fake.n = d->n;
		assert_int_equal(run(&l), d->sight);
		assert_int_equal(l.found.nr, d->sight == GR_SIGHT_VIOLATED);
		if (l.found.nr) {
			text = l.found.of[0].summary;
			assert_int_equal(l.found.of[0].class, GR_CLASS_POLICY);
			assert_false(l.found.of[0].spends_kernel);
		}
		if (!strstr(text, d->text))
			fail_msg("%s: '%s'", d->name, text);
		stop(&l);
	}
}

/* Huge leaves under a mapping of small ones; no function tells them apart. */
static void leaf_function_may_be_missing(void **state)
{
	struct life l;

	(void)state;
	start(&l);
	l.c.spec.align = 4 * GR_KIB;
	fake.n.nr_faults[GR_LEAF_PTE] = 1;
	fake.n.nr_faults[GR_LEAF_PMD] = 0;
	assert_int_equal(run(&l), GR_SIGHT_BLIND);
	fake.tells_huge = false;
	assert_int_equal(run(&l), GR_SIGHT_CLEAN);
	stop(&l);
}

/* Legally slow: nothing is declared, all is counted. */
static void slow_by_right_is_clean(void **state)
{
	struct life l;

	(void)state;
	start(&l);
	fake.n = (struct gr_gup_counts){500, 500, 0, {0, 500, 0}};
	assert_int_equal(run(&l), GR_SIGHT_VIOLATED);
	l.pin.flags |= GR_PIN_LONGTERM;
	assert_int_equal(run(&l), GR_SIGHT_CLEAN);
	l.pin.flags = 0;
	assert_int_equal(run(&l), GR_SIGHT_CLEAN);
	l.pin.flags = GR_PIN_GUP_FAST;
	l.c.shape = GR_SHAPE_UNTOUCHED;
	assert_int_equal(run(&l), GR_SIGHT_CLEAN);
	stop(&l);
}

/* A file system may take smaller leaves: the case has tried other ones then. */
static void leaves_of_a_file_are_a_doubt(void **state)
{
	struct life l;

	(void)state;
	start(&l);
	l.target.flags |= GR_TARGET_FILE;
	assert_int_equal(run(&l), GR_SIGHT_CLEAN);
	fake.n.nr_faults[GR_LEAF_PTE] = 3;
	assert_int_equal(run(&l), GR_SIGHT_BLIND);
	assert_int_equal(l.found.nr, 0);
	assert_string_equal(l.why.text,
			    "3 faults put in leaves of 4 KiB, where the file "
			    "is laid out for 2 MiB");
	/* who goes by the slow path maps it as well */
	l.pin.flags = 0;
	assert_int_equal(run(&l), GR_SIGHT_BLIND);
	fake.n = (struct gr_gup_counts){0, 0, 0, {0, 5, 0}};
	assert_int_equal(run(&l), GR_SIGHT_CLEAN);
	stop(&l);
}

static void figures_are_of_the_case(void **state)
{
	struct gr_figures f = {0};
	struct life l;

	(void)state;
	start(&l);
	(void)run(&l);
	l.o.ops->figures(&l.o, &f);
	assert_int_equal(f.nr_fast, 998);
	assert_int_equal(f.nr_fallback, 2);
	assert_int_equal(f.faults[GR_LEAF_PMD], 1);

	memset(&f, 0, sizeof(f));
	l.c.kind = GR_CASE_RACE;
	(void)run(&l);
	l.o.ops->figures(&l.o, &f);
	assert_int_equal(f.nr_fast + f.nr_fallback + f.faults[GR_LEAF_PMD], 0);
	stop(&l);
}

/* Faults from the first point on, requests once there is a mapping. */
static void watches_the_worker(void **state)
{
	struct life l;

	(void)state;
	start(&l);
	assert_int_equal(l.o.ops->begin(&l.o, &l.scene), 0);
	quiescent(&l, GR_QUIET_UNMAPPED);
	assert_int_equal(fake.pid, PID);
	assert_int_equal(fake.len, 0);
	quiescent(&l, GR_QUIET_MAPPED);
	assert_int_equal(fake.addr, ADDR);
	assert_int_equal(fake.len, LEN);
	quiescent(&l, GR_QUIET_HELD);
	assert_int_equal(fake.nr_watched, 2);
	l.o.ops->sample(&l.o, &l.scene, GR_POINT_END, &l.found);
	assert_int_equal(fake.nr_watched, 0);
	stop(&l);
}

static void unfinished_case_leaves_nothing(void **state)
{
	struct life l;

	(void)state;
	start(&l);
	assert_int_equal(l.o.ops->begin(&l.o, &l.scene), 0);
	quiescent(&l, GR_QUIET_MAPPED);
	assert_int_equal(fake.nr_watched, 1);
	assert_int_equal(l.o.ops->begin(&l.o, &l.scene), 0);
	assert_int_equal(fake.nr_watched, 0);
	stop(&l);
}

/* Attached by the first balance, and until a case comes that is none. */
static void hooks_stay_between_balances(void **state)
{
	struct life l;

	(void)state;
	start(&l);
	assert_int_equal(fake.nr_attach, 0);
	(void)run(&l);
	(void)run(&l);
	assert_int_equal(fake.nr_attach, 1);
	assert_int_equal(fake.nr_detach, 0);
	l.c.kind = GR_CASE_RACE;
	assert_int_equal(run(&l), GR_SIGHT_CLEAN);
	assert_int_equal(fake.nr_detach, 1);
	l.c.kind = GR_CASE_BALANCE;
	assert_int_equal(run(&l), GR_SIGHT_CLEAN);
	assert_int_equal(fake.nr_attach, 2);
	stop(&l);
}

static void cannot_attach_is_blind(void **state)
{
	struct life l;

	(void)state;
	start(&l);
	fake.attach_ret = -EBUSY;
	assert_int_equal(run(&l), GR_SIGHT_BLIND);
	assert_string_equal(l.why.text, "no room");
	fake.attach_ret = 0;
	assert_int_equal(run(&l), GR_SIGHT_CLEAN);
	stop(&l);
}

/* Hooks that miss our own pins would miss those of others. */
static void failed_trial_is_blind(void **state)
{
	struct life l;

	(void)state;
	start(&l);
	fake.lame = true;
	assert_int_equal(run(&l), GR_SIGHT_BLIND);
	assert_non_null(strstr(l.why.text, "0 rather than 1"));
	assert_int_equal(fake.nr_detach, 1);
	stop(&l);
}

/* Told while the pins are what was done last; and told when it ends before. */
static void found_once_pins_are_over(void **state)
{
	struct life l;

	(void)state;
	start(&l);
	fake.n = (struct gr_gup_counts){500, 500, 0, {0, 1, 0}};
	l.facts.quiet.nr_pins = 500;
	(void)l.o.ops->begin(&l.o, &l.scene);
	quiescent(&l, GR_QUIET_UNMAPPED);
	quiescent(&l, GR_QUIET_MAPPED);
	quiescent(&l, GR_QUIET_DROPPED);
	assert_int_equal(l.found.nr, 0);
	quiescent(&l, GR_QUIET_UNMAPPED);
	assert_int_equal(l.found.nr, 1);
	l.o.ops->sample(&l.o, &l.scene, GR_POINT_END, &l.found);
	assert_int_equal(l.found.nr, 1);

	memset(&l.found, 0, sizeof(l.found));
	(void)l.o.ops->begin(&l.o, &l.scene);
	quiescent(&l, GR_QUIET_MAPPED);
	l.o.ops->sample(&l.o, &l.scene, GR_POINT_END, &l.found);
	assert_int_equal(l.found.nr, 1);
	assert_int_equal(l.o.ops->judge(&l.o, &l.scene, &l.found, &l.why),
			 GR_SIGHT_VIOLATED);
	stop(&l);
}

static void never_mapped_is_blind(void **state)
{
	struct life l;

	(void)state;
	start(&l);
	(void)l.o.ops->begin(&l.o, &l.scene);
	quiescent(&l, GR_QUIET_UNMAPPED);
	l.o.ops->sample(&l.o, &l.scene, GR_POINT_END, &l.found);
	assert_int_equal(l.o.ops->judge(&l.o, &l.scene, &l.found, &l.why),
			 GR_SIGHT_BLIND);
	assert_int_equal(l.found.nr, 0);
	stop(&l);
}

static void cannot_open_says_why(void **state)
{
	struct life l;

	(void)state;
	start(&l);
	fake.open_ret = -EOPNOTSUPP;
	l.o.ops->close(&l.o);
	assert_int_equal(l.o.ops->open(NULL, &l.o, &l.why), -EOPNOTSUPP);
	assert_string_equal(l.why.text, "no BTF");
	stop(&l);
}

static void selftest_sees(void **state)
{
	const struct gr_oracle_ops *ops = gr_oracle_find("reach");
	struct gr_reason why = {""};

	(void)state;
	memset(&fake, 0, sizeof(fake));
	assert_int_equal(ops->selftest(NULL, &why), 0);
	fake.lame = true;
	assert_int_equal(ops->selftest(NULL, &why), -EINVAL);
	fake.open_ret = -EPERM;
	assert_int_equal(ops->selftest(NULL, &why), -EOPNOTSUPP);
	assert_string_equal(why.text, "no BTF");
	assert_int_equal(fake.nr_open, 0);
}

/* For its aim, and not to be judged. */
static void long_races_are_helped(void **state)
{
	const uint64_t *slow[GR_PINNERS_MAX] = {NULL};
	static const struct gr_invalidate_ops munmap,
		kill = {
			.flags = GR_INV_VICTIM,
		};
	struct life l;

	(void)state;
	start(&l);
	l.c.kind = GR_CASE_RACE;
	l.c.inv = &munmap;
	l.scene.slow = slow;
	l.pin.kind = GR_PIN_TRANSIENT;
	l.c.slice_ns = 4999999999ull;
	assert_int_equal(run(&l), GR_SIGHT_CLEAN);
	assert_int_equal(fake.nr_attach, 0);
	assert_null(slow[0]);
	l.c.slice_ns = 5000000000ull;
	fake.n.nr_fallback = fake.n.nr_asked;
	assert_int_equal(run(&l), GR_SIGHT_CLEAN);
	assert_int_equal(fake.nr_attach, 1);
	assert_ptr_equal(slow[0], &fake.slow);
	assert_null(slow[1]);
	slow[0] = NULL;
	l.c.inv = &kill; /* another process in each iteration */
	assert_int_equal(run(&l), GR_SIGHT_CLEAN);
	assert_null(slow[0]);
	assert_int_equal(fake.nr_detach, 1);
	assert_int_equal(l.found.nr, 0);
	stop(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(deviations_are_told),
		cmocka_unit_test(leaf_function_may_be_missing),
		cmocka_unit_test(slow_by_right_is_clean),
		cmocka_unit_test(leaves_of_a_file_are_a_doubt),
		cmocka_unit_test(figures_are_of_the_case),
		cmocka_unit_test(watches_the_worker),
		cmocka_unit_test(unfinished_case_leaves_nothing),
		cmocka_unit_test(hooks_stay_between_balances),
		cmocka_unit_test(cannot_attach_is_blind),
		cmocka_unit_test(failed_trial_is_blind),
		cmocka_unit_test(found_once_pins_are_over),
		cmocka_unit_test(never_mapped_is_blind),
		cmocka_unit_test(cannot_open_says_why),
		cmocka_unit_test(selftest_sees),
		cmocka_unit_test(long_races_are_helped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
