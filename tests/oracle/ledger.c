// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ledger on a kernel that is a table here: it looks where and when it has
 * to, and says what it could not see.
 */
#include "core/oracle.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "core/case.h"
#include "core/check.h"
#include "core/invalidate.h"
#include "core/pin.h"
#include "core/registry.h"
#include "sys/pgmap.h"
#include "test.h"

#define DATA_START 0x100200000ull
#define SIZE (256ull << 20)
#define WHOLE_START 0x100000000ull
#define WHOLE_SIZE (384ull << 20)
#define ALIGN (2ull << 20)
#define IDLE 129

/* What the stand-in of the reader says, and what it was asked. */
static struct {
	int open_ret, ref_ret, scan_ret;
	const char *limits;
	struct gr_pgmap_ref ref;
	struct gr_page_scan scan;
	unsigned int extra_looks; /* then what is extra is gone */
	unsigned int nr_refs, nr_scans;
	uint64_t phys, bytes, again; /* of the last question */
	int state; /* of the task that invalidates */
	const char *stack;
} kernel;

int __wrap_gr_pgmap_open(struct gr_pgmap **r, char *why, size_t len);
void __wrap_gr_pgmap_close(struct gr_pgmap *r);
const char *__wrap_gr_pgmap_limits(const struct gr_pgmap *r);
int __wrap_gr_pgmap_ref(struct gr_pgmap *r, uint64_t phys,
			struct gr_pgmap_ref *out);
int __wrap_gr_pgmap_ref_again(struct gr_pgmap *r, uint64_t address,
			      struct gr_pgmap_ref *out);
int __wrap_gr_pgmap_scan(struct gr_pgmap *r, uint64_t phys, uint64_t bytes,
			 struct gr_page_scan *out);

int __wrap_gr_process_state(pid_t pid);
void __wrap_gr_process_stack(pid_t pid, char *buf, size_t len);

int __wrap_gr_process_state(pid_t pid)
{
	(void)pid;
	return kernel.state;
}

void __wrap_gr_process_stack(pid_t pid, char *buf, size_t len)
{
	(void)pid;
	(void)snprintf(buf, len, "%s", kernel.stack ? kernel.stack : "");
}

int __wrap_gr_pgmap_open(struct gr_pgmap **r, char *why, size_t len)
{
	*r = NULL;
	if (kernel.open_ret)
		snprintf(why, len, "no eyes");
	return kernel.open_ret;
}

void __wrap_gr_pgmap_close(struct gr_pgmap *r)
{
	(void)r;
}

const char *__wrap_gr_pgmap_limits(const struct gr_pgmap *r)
{
	(void)r;
	return kernel.limits;
}

int __wrap_gr_pgmap_ref(struct gr_pgmap *r, uint64_t phys,
			struct gr_pgmap_ref *out)
{
	(void)r;
	kernel.phys = phys;
	*out = kernel.ref;
	if (kernel.extra_looks && kernel.extra_looks <= kernel.nr_refs)
		out->refs = out->idle;
	kernel.nr_refs++;
	return kernel.ref_ret;
}

int __wrap_gr_pgmap_ref_again(struct gr_pgmap *r, uint64_t address,
			      struct gr_pgmap_ref *out)
{
	(void)r;
	kernel.again = address;
	*out = kernel.ref;
	return kernel.ref_ret;
}

int __wrap_gr_pgmap_scan(struct gr_pgmap *r, uint64_t phys, uint64_t bytes,
			 struct gr_page_scan *out)
{
	(void)r;
	kernel.phys = phys;
	kernel.bytes = bytes;
	kernel.nr_scans++;
	*out = kernel.scan;
	return kernel.scan_ret;
}

static const struct gr_target_ops device = {.flags = GR_TARGET_MAPS_DEVICE};
static const struct gr_target_ops moving = {
	.flags = GR_TARGET_MAPS_DEVICE | GR_TARGET_MOVES,
};
static const struct gr_pin_ops pin = {.name = "pins", .kind = GR_PIN_HELD};
static const struct gr_invalidate_ops unmaps = {.name = "unmaps"};
static const struct gr_invalidate_ops tears = {.name = "tears",
					       .flags = GR_INV_TEARDOWN};
static const struct gr_invalidate_ops cuts = {
	.name = "cuts",
	.flags = GR_INV_FILE,
};

struct life {
	struct gr_oracle o;
	struct gr_case c;
	struct gr_target target;
	struct gr_facts facts;
	struct gr_scene scene;
	struct gr_findings found;
	struct gr_reason why;
};

static int setup(void **state)
{
	struct life *l = calloc(1, sizeof(*l));

	assert_non_null(l);
	memset(&kernel, 0, sizeof(kernel));
	kernel.limits = "";
	kernel.ref = (struct gr_pgmap_ref){
		.address = 0xffff888000001000,
		.refs = IDLE,
		.idle = IDLE,
		.own = true,
		.device_dax = true,
		.order = 9,
	};
	l->o.ops = gr_oracle_find("ledger");
	assert_non_null(l->o.ops);
	l->o.priv = calloc(1, l->o.ops->priv_size);
	assert_non_null(l->o.priv);
	l->c = (struct gr_case){
		.kind = GR_CASE_BALANCE,
		.pin = &pin,
		.spec = {.align = ALIGN},
	};
	l->target = (struct gr_target){
		.ops = &device,
		.spec = {.align = ALIGN},
		.ns = "namespace0.0",
		.size = SIZE,
		.data_start = DATA_START,
		.whole_start = WHOLE_START,
		.whole_size = WHOLE_SIZE,
	};
	l->facts.attached = 1;
	l->facts.iteration = 1;
	l->facts.nr_pinners = 1;
	l->scene = (struct gr_scene){
		.c = &l->c, .target = &l->target, .facts = &l->facts, .op = ""};
	assert_int_equal(l->o.ops->open(NULL, &l->o, &l->why), 0);
	assert_int_equal(l->o.ops->begin(&l->o, &l->scene), 0);
	*state = l;
	return 0;
}

static int teardown(void **state)
{
	struct life *l = *state;

	l->o.ops->close(&l->o);
	free(l->o.priv);
	free(l);
	return 0;
}

static void quiet(struct life *l, enum gr_quiet state, uint64_t pins)
{
	l->facts.quiet.state = state;
	l->facts.quiet.nr_pins = pins;
	l->facts.quiet.nr_points++;
	l->o.ops->sample(&l->o, &l->scene, GR_POINT_QUIESCENT, &l->found);
}

static void end(struct life *l)
{
	l->o.ops->sample(&l->o, &l->scene, GR_POINT_END, &l->found);
}

static enum gr_sight judge(struct life *l)
{
	l->why.text[0] = '\0';
	return l->o.ops->judge(&l->o, &l->scene, &l->found, &l->why);
}

static void assert_finding(const struct life *l, enum gr_class class,
			   const char *signature, const char *summary)
{
	const struct gr_finding *f = &l->found.of[0];

	assert_int_equal(l->found.nr, 1);
	assert_string_equal(f->oracle, "ledger");
	assert_int_equal(f->class, class);
	assert_string_equal(f->signature, signature);
	assert_string_equal(f->summary, summary);
	assert_true(f->spends_kernel);
}

static void balanced_is_clean(void **state)
{
	struct gr_figures figures = {.nr_samples = 1};
	struct life *l = *state;

	quiet(l, GR_QUIET_UNMAPPED, 0);
	quiet(l, GR_QUIET_MAPPED, 0);
	quiet(l, GR_QUIET_DROPPED, 1);
	end(l);
	assert_int_equal(judge(l), GR_SIGHT_CLEAN);
	assert_int_equal(l->found.nr, 0);
	l->o.ops->figures(&l->o, &figures);
	assert_int_equal(figures.nr_samples, 5);
	assert_true(figures.sample_ns > 0);
}

static void looks_at_what_is_mapped(void **state)
{
	struct life *l = *state;

	quiet(l, GR_QUIET_MAPPED, 0);
	assert_int_equal(kernel.phys, DATA_START);
	assert_int_equal(kernel.bytes, 2 * ALIGN);
	l->facts.pin[0].map_len = 3 * ALIGN;
	quiet(l, GR_QUIET_MAPPED, 0);
	assert_int_equal(kernel.bytes, 3 * ALIGN);
	l->target.size = ALIGN;
	quiet(l, GR_QUIET_MAPPED, 0);
	assert_int_equal(kernel.bytes, ALIGN);
	l->target.size = SIZE;
	end(l);
	assert_int_equal(kernel.phys, WHOLE_START);
	assert_int_equal(kernel.bytes, WHOLE_SIZE);
	quiet(l, GR_QUIET_LAST, 0);
	assert_int_equal(kernel.phys, WHOLE_START);
	assert_int_equal(kernel.bytes, WHOLE_SIZE);
}

/* Each page in use is a reference on the pgmap, and any of them may be. */
static void what_moves_counts_what_is_used(void **state)
{
	struct life *l = *state;

	l->target.ops = &moving;
	kernel.ref.moves = true;
	kernel.ref.device_dax = false;
	kernel.ref.idle = 1;
	kernel.ref.refs = 4;
	kernel.scan.nr_used = 3;
	quiet(l, GR_QUIET_MAPPED, 0);
	assert_int_equal(kernel.phys, WHOLE_START);
	assert_int_equal(kernel.bytes, WHOLE_SIZE);
	/* what is pinned is the system's: nothing has to show */
	quiet(l, GR_QUIET_HELD, 1);
	quiet(l, GR_QUIET_DROPPED, 1);
	assert_int_equal(judge(l), GR_SIGHT_CLEAN);
	kernel.scan.nr_used = 4;
	end(l);
	assert_int_equal(judge(l), GR_SIGHT_VIOLATED);
	assert_finding(
		l, GR_CLASS_UNDERFLOW, "pgmap-ref-lost",
		"pins, 2 MiB leaf: -1 pgmap reference after the last of 1 "
		"pins");
}

static void looks_only_where_it_may(void **state)
{
	static const struct gr_target_ops memory = {.flags = 0};
	struct life *l = *state;

	l->o.ops->sample(&l->o, &l->scene, GR_POINT_POLL, &l->found);
	quiet(l, GR_QUIET_NONE, 0);
	l->facts.attached = 0;
	quiet(l, GR_QUIET_MAPPED, 0);
	end(l);
	l->facts.attached = 1;
	l->target.ops = &memory;
	quiet(l, GR_QUIET_MAPPED, 0);
	assert_int_equal(kernel.nr_refs + kernel.nr_scans, 0);
	assert_int_equal(judge(l), GR_SIGHT_BLIND);
	assert_string_equal(l->why.text, "no quiescent point was reached");
	l->c.kind = GR_CASE_RACE;
	l->c.inv = &unmaps;
	assert_int_equal(judge(l), GR_SIGHT_CLEAN);
}

static void lost_before_the_first_pin(void **state)
{
	struct life *l = *state;

	kernel.ref.refs = IDLE - 1;
	quiet(l, GR_QUIET_UNMAPPED, 0);
	assert_finding(l, GR_CLASS_UNDERFLOW, "pgmap-ref-lost",
		       "pins, 2 MiB leaf: -1 pgmap reference before the first "
		       "pin");
	quiet(l, GR_QUIET_MAPPED, 0);
	end(l);
	assert_int_equal(l->found.nr, 1);
	assert_int_equal(judge(l), GR_SIGHT_VIOLATED);
}

/* Without a formula the first look is what the others are compared with. */
static void first_look_is_the_baseline(void **state)
{
	struct life *l = *state;

	kernel.ref.idle = 0;
	kernel.ref.refs = 1000;
	quiet(l, GR_QUIET_UNMAPPED, 0);
	assert_int_equal(l->found.nr, 0);
	kernel.ref.refs = 999;
	quiet(l, GR_QUIET_DROPPED, 1);
	assert_int_equal(l->found.nr, 0); /* perhaps it is regular */
	end(l);
	assert_finding(l, GR_CLASS_UNDERFLOW, "pgmap-ref-lost",
		       "pins, 2 MiB leaf: -1 pgmap reference at pin and unpin "
		       "1");
}

static void regular_is_told_at_the_fourth(void **state)
{
	struct life *l = *state;

	for (uint64_t pins = 0; pins < 4; pins++) {
		kernel.ref.refs = IDLE - (int64_t)pins;
		quiet(l, pins ? GR_QUIET_DROPPED : GR_QUIET_MAPPED, pins);
		assert_int_equal(l->found.nr, 0);
	}
	kernel.ref.refs = IDLE - 4;
	quiet(l, GR_QUIET_DROPPED, 4);
	assert_finding(l, GR_CLASS_UNDERFLOW, "pgmap-ref-lost",
		       "pins, 2 MiB leaf: -1 pgmap reference for every pin "
		       "and unpin");
}

static void late_put_is_no_finding(void **state)
{
	struct life *l = *state;

	kernel.ref.refs = IDLE + 3;
	kernel.extra_looks = 5;
	quiet(l, GR_QUIET_DROPPED, 100);
	end(l);
	assert_true(kernel.nr_refs >= 6);
	assert_int_equal(judge(l), GR_SIGHT_CLEAN);
}

static void extra_that_stays_is_found(void **state)
{
	struct life *l = *state;

	kernel.scan = (struct gr_page_scan){
		.nr_off = 2,
		.refs_extra = 7,
		.nr_shown = 2,
		.off = {{0x100200, 0, 3, 0}, {0x100400, ALIGN, 4, 0}},
	};
	quiet(l, GR_QUIET_DROPPED, 100);
	assert_finding(l, GR_CLASS_LEAK, "page-ref-extra",
		       "pins, 2 MiB leaf: +7 page references between pin 1 "
		       "and pin 100");
	assert_non_null(
		strstr(l->found.of[0].evidence,
		       "pages off balance: 2\n"
		       "pfn 0x100200, offset 0: refs +3, pins +0\n"
		       "pfn 0x100400, offset 0x200000: refs +4, pins +0\n"));
}

static void held_pins_must_show(void **state)
{
	struct life *l = *state;

	kernel.scan.refs_extra = 1;
	quiet(l, GR_QUIET_HELD, 1);
	kernel.scan.refs_extra = 0;
	quiet(l, GR_QUIET_DROPPED, 1);
	assert_int_equal(l->found.nr, 0);
	assert_int_equal(judge(l), GR_SIGHT_CLEAN);

	quiet(l, GR_QUIET_HELD, 2);
	assert_int_equal(judge(l), GR_SIGHT_BLIND);
	assert_string_equal(l->why.text,
			    "pages that pins holds do not show in their "
			    "counts");
}

static void what_cannot_be_read_is_blind(void **state)
{
	struct life *l = *state;

	kernel.scan_ret = -EFAULT;
	quiet(l, GR_QUIET_DROPPED, 1);
	assert_int_equal(judge(l), GR_SIGHT_BLIND);
	assert_non_null(strstr(l->why.text, "namespace0.0"));

	kernel.scan_ret = 0;
	l->o.ops->begin(&l->o, &l->scene);
	quiet(l, GR_QUIET_DROPPED, 1);
	assert_int_equal(judge(l), GR_SIGHT_CLEAN);

	l->o.ops->begin(&l->o, &l->scene);
	l->target.data_start = UINT64_MAX;
	quiet(l, GR_QUIET_DROPPED, 1);
	assert_int_equal(judge(l), GR_SIGHT_BLIND);
	assert_int_equal(l->found.nr, 0);
}

/* After a teardown it is another pgmap, though it lies in the same place. */
static void teardown_makes_a_new_pgmap(void **state)
{
	struct life *l = *state;

	l->c.kind = GR_CASE_RACE;
	l->c.inv = &tears;
	kernel.ref.idle = 0;
	quiet(l, GR_QUIET_MAPPED, 0);
	kernel.ref.refs = IDLE - 1;
	l->facts.iteration = 2;
	quiet(l, GR_QUIET_MAPPED, 100);
	assert_int_equal(judge(l), GR_SIGHT_CLEAN);

	l->o.ops->begin(&l->o, &l->scene);
	l->c.inv = &unmaps;
	l->facts.iteration = 1;
	quiet(l, GR_QUIET_UNMAPPED, 100);
	kernel.ref.refs = IDLE - 3;
	l->facts.iteration = 4;
	quiet(l, GR_QUIET_MAPPED, 400);
	assert_finding(l, GR_CLASS_UNDERFLOW, "pgmap-ref-lost",
		       "iterations 2 to 3 of pins against unmaps, 2 MiB leaf: "
		       "-2 pgmap references");
}

static void hang_gets_what_is_left(void **state)
{
	struct life *l = *state;
	struct gr_finding *f;

	quiet(l, GR_QUIET_MAPPED, 0);
	f = gr_finding_add(&l->found, "teardown", GR_CLASS_LEAK,
			   "never-returned", "it");
	f->hang = true;
	gr_finding_evidence(f, "a stack\n");
	l->facts.attached = 0;
	l->o.ops->sample(&l->o, &l->scene, GR_POINT_HANG, &l->found);
	assert_string_equal(f->evidence,
			    "a stack\n"); /* it is alive: not this one */
	kernel.ref.dead = kernel.ref.atomic = true;
	kernel.ref.refs = 3;
	l->o.ops->sample(&l->o, &l->scene, GR_POINT_HANG, &l->found);
	assert_int_equal(kernel.again, kernel.ref.address);
	assert_string_equal(f->evidence,
			    "the pgmap still has 3 references\na stack\n");
}

/* What frees the blocks of a file waits for its pages. */
static void hang_of_a_file_gets_its_pages(void **state)
{
	struct life *l = *state;
	struct gr_finding *f;

	l->c.kind = GR_CASE_RACE;
	l->c.inv = &cuts;
	f = gr_finding_add(&l->found, "teardown", GR_CLASS_LEAK,
			   "never-returned", "it");
	f->hang = true;
	l->facts.inv.begin_ns = 1;
	l->facts.inv.end_ns = 2; /* it has returned: it waits for nothing */
	l->o.ops->sample(&l->o, &l->scene, GR_POINT_HANG, &l->found);
	assert_int_equal(l->found.nr, 1);
	l->facts.inv.end_ns = 0;
	l->o.ops->sample(&l->o, &l->scene, GR_POINT_HANG, &l->found);
	assert_int_equal(kernel.phys, DATA_START);
	assert_string_equal(f->evidence, "");
	assert_int_equal(l->found.nr, 2);
	assert_string_equal(l->found.of[1].signature, "wake-up-lost");
	assert_true(l->found.of[1].hang);
	l->found.nr = 1;
	assert_int_equal(l->o.ops->begin(&l->o, &l->scene), 0);
	kernel.scan = (struct gr_page_scan){.nr_mapped = 1};
	l->o.ops->sample(&l->o, &l->scene, GR_POINT_HANG, &l->found);
	assert_string_equal(f->evidence, "");
	assert_string_equal(l->found.of[1].signature, "waits-for-mapping");
	assert_true(l->found.of[1].hang);
	l->found.nr = 1;
	f->evidence[0] = '\0';
	kernel.scan = (struct gr_page_scan){
		.nr_off = 2,
		.refs_extra = 3,
		.nr_shown = 2,
		.off = {{0x100400, ALIGN, 2, 0}, {0x100401, ALIGN + 4096, 1}},
	};
	l->o.ops->sample(&l->o, &l->scene, GR_POINT_HANG, &l->found);
	assert_string_equal(f->evidence,
			    "2 pages are held, the first one at 0x200000 by "
			    "2\n");
	f->evidence[0] = '\0';
	l->target.size = 0;
	l->o.ops->sample(&l->o, &l->scene, GR_POINT_HANG, &l->found);
	assert_non_null(strstr(f->evidence, "cannot be read"));
	assert_int_equal(l->found.nr, 1);
}

#define ASLEEP_IN_LAYOUT                        \
	"[<0>] ext4_break_layouts+0x92/0x120\n" \
	"[<0>] ext4_setattr+0x1/0x2\n"

/* @ms of looks while it waits, with pages as they are said to be. */
static void poll_for(struct life *l, unsigned int ms)
{
	uint64_t until = gr_now_ns() + ms * GR_NSEC_PER_MSEC;

	while (gr_now_ns() < until)
		l->o.ops->sample(&l->o, &l->scene, GR_POINT_POLL, &l->found);
}

/* Asleep, all the time, where it waits for pages, and no page is held. */
static void a_sleep_for_idle_pages_is_found(void **state)
{
	static const struct {
		int state;
		const char *stack;
		uint64_t nr_off;
		bool over, returned, found;
	} rows[] = {
		{'S', ASLEEP_IN_LAYOUT, 0, true, false, true},
		{'R', ASLEEP_IN_LAYOUT, 0, true, false, false},
		{'S', "[<0>] jbd2_log_wait_commit+0x1/0x2\n" ASLEEP_IN_LAYOUT,
		 0, true, false, false},
		{'S', ASLEEP_IN_LAYOUT, 1, true, false, false},
		{'S', ASLEEP_IN_LAYOUT, 0, false, false, false},
		{'S', ASLEEP_IN_LAYOUT, 0, true, true, false},
	};
	struct life *l = *state;

	l->c.kind = GR_CASE_RACE;
	l->c.inv = &cuts;
	for (size_t i = 0; i < GR_ARRAY_SIZE(rows); i++) {
		assert_int_equal(l->o.ops->begin(&l->o, &l->scene), 0);
		kernel.state = rows[i].state;
		kernel.stack = rows[i].stack;
		kernel.scan = (struct gr_page_scan){.nr_off = rows[i].nr_off};
		l->facts.inv.begin_ns = 1;
		l->facts.inv.end_ns = rows[i].returned;
		l->facts.pins_over_ns = rows[i].over;
		poll_for(l, 2100);
		assert_int_equal(l->found.nr, rows[i].found);
		if (!rows[i].found)
			continue;
		assert_string_equal(l->found.of[0].signature, "wake-up-lost");
		assert_true(l->found.of[0].hang);
		assert_string_equal(l->found.of[0].evidence, ASLEEP_IN_LAYOUT);
		l->o.ops->sample(&l->o, &l->scene, GR_POINT_HANG, &l->found);
		assert_int_equal(l->found.nr, 1); /* told once */
		l->found.nr = 0;
	}
}

/* Each look begins anew what was interrupted. */
static void a_wake_up_in_between_is_no_sleep(void **state)
{
	struct life *l = *state;

	l->c.kind = GR_CASE_RACE;
	l->c.inv = &cuts;
	kernel.stack = ASLEEP_IN_LAYOUT;
	l->facts.inv.begin_ns = 1;
	l->facts.pins_over_ns = 1;
	kernel.state = 'S';
	poll_for(l, 1500);
	kernel.state = 'R';
	poll_for(l, 10);
	kernel.state = 'S';
	poll_for(l, 1500);
	assert_int_equal(l->found.nr, 0);
}

static void a_check_is_named(void **state)
{
	static const struct gr_check_ops check = {.name = "carries"};
	struct life *l = *state;

	l->c = (struct gr_case){
		.kind = GR_CASE_CHECK,
		.check = &check,
		.spec = {.align = 4096},
	};
	kernel.ref.refs = IDLE - 2;
	end(l);
	assert_finding(l, GR_CLASS_UNDERFLOW, "pgmap-ref-lost",
		       "after carries, 4 KiB leaf: -2 pgmap references");
}

static void what_a_kernel_hides_is_named(void **state)
{
	struct life *l = *state;

	kernel.limits = "it hides this";
	l->why.text[0] = '\0';
	assert_int_equal(l->o.ops->open(NULL, &l->o, &l->why), 0);
	assert_string_equal(l->why.text, "it hides this");
	kernel.open_ret = -EPERM;
	assert_int_equal(l->o.ops->open(NULL, &l->o, &l->why), -EPERM);
	assert_string_equal(l->why.text, "no eyes");
}

static void selftest_judges_without_a_kernel(void **state)
{
	struct life *l = *state;

	kernel.open_ret = -EPERM;
	assert_int_equal(l->o.ops->selftest(NULL, &l->why), -EOPNOTSUPP);
	assert_string_equal(l->why.text, "no eyes");
}

#define LIFE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIFE(balanced_is_clean),
		LIFE(looks_at_what_is_mapped),
		LIFE(what_moves_counts_what_is_used),
		LIFE(looks_only_where_it_may),
		LIFE(lost_before_the_first_pin),
		LIFE(first_look_is_the_baseline),
		LIFE(regular_is_told_at_the_fourth),
		LIFE(late_put_is_no_finding),
		LIFE(extra_that_stays_is_found),
		LIFE(held_pins_must_show),
		LIFE(what_cannot_be_read_is_blind),
		LIFE(teardown_makes_a_new_pgmap),
		LIFE(hang_gets_what_is_left),
		LIFE(hang_of_a_file_gets_its_pages),
		LIFE(a_sleep_for_idle_pages_is_found),
		LIFE(a_wake_up_in_between_is_no_sleep),
		LIFE(a_check_is_named),
		LIFE(what_a_kernel_hides_is_named),
		LIFE(selftest_judges_without_a_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
