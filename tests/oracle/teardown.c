// SPDX-License-Identifier: GPL-2.0-only
#include "core/oracle.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "core/ctx.h"
#include "core/invalidate.h"
#include "core/pin.h"
#include "core/registry.h"
#include "test.h"

#define SEC GR_NSEC_PER_SEC

static const struct gr_target_ops device = {
	.name = "device",
	.flags = GR_TARGET_MAPS_DEVICE,
};
static const struct gr_target_ops file = {
	.name = "file",
	.flags = GR_TARGET_MAPS_DEVICE | GR_TARGET_FILE,
};
static const struct gr_target_ops blockdev = {.name = "blockdev"};

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "it is gone"},
	{EBUSY, GR_EXPECT_LEGAL_WHILE_PINNED, "somebody has it open"},
	{EIO, GR_EXPECT_BUG, "must not be"},
	{0, GR_EXPECT_BUG, NULL},
};
static const struct gr_invalidate_ops teardown_inv = {
	.name = "disable",
	.flags = GR_INV_TEARDOWN,
	.expect = expect,
};
static const struct gr_invalidate_ops same_mm_inv = {
	.name = "munmap",
	.flags = GR_INV_SAME_MM,
	.expect = expect,
};
static const struct gr_invalidate_ops file_inv = {
	.name = "truncate",
	.flags = GR_INV_FILE | GR_INV_WAITS | GR_INV_SIGBUS,
	.expect = expect,
};
static const struct gr_pin_ops pin = {.name = "pin", .kind = GR_PIN_HELD};

/* A race on the stage, one pinner, no trouble yet. */
struct race {
	struct gr_case c;
	struct gr_target target;
	struct gr_facts facts;
	struct gr_scene scene;
	struct gr_oracle o;
	struct gr_findings found;
};

static void race_new(struct race *r)
{
	memset(r, 0, sizeof(*r));
	r->c = (struct gr_case){
		.kind = GR_CASE_RACE,
		.inv = &teardown_inv,
		.pin = &pin,
	};
	r->target = (struct gr_target){.ops = &device, .ns = "namespace0.0"};
	r->facts.iteration = 1;
	r->facts.nr_pinners = 1;
	r->scene = (struct gr_scene){
		.c = &r->c,
		.target = &r->target,
		.facts = &r->facts,
		.op = "disable of namespace0.0",
	};
	r->o.ops = gr_oracle_find("teardown");
	r->o.priv = calloc(1, r->o.ops->priv_size);
	assert_non_null(r->o.priv);
	assert_int_equal(r->o.ops->begin(&r->o, &r->scene), 0);
}

static void sample(struct race *r)
{
	r->o.ops->sample(&r->o, &r->scene, GR_POINT_POLL, &r->found);
}

static enum gr_sight judge(struct race *r)
{
	struct gr_reason why;
	enum gr_sight sight;

	sight = r->o.ops->judge(&r->o, &r->scene, &r->found, &why);
	free(r->o.priv);
	return sight;
}

static void assert_clean(struct race *r)
{
	sample(r);
	assert_int_equal(judge(r), GR_SIGHT_CLEAN);
	assert_int_equal(r->found.nr, 0);
}

static void assert_finds(struct race *r, const char *signature)
{
	sample(r);
	assert_int_equal(judge(r), GR_SIGHT_VIOLATED);
	assert_int_equal(r->found.nr, 1);
	assert_string_equal(r->found.of[0].signature, signature);
	assert_string_equal(r->found.of[0].oracle, "teardown");
	assert_non_null(strstr(r->found.of[0].summary, "namespace0.0"));
}

/* The pin is dropped, then the teardown returns. */
static void good_order(struct race *r)
{
	r->facts.pin[0].held_ns = 1 * SEC;
	r->facts.pin[0].unpin_ns = 2 * SEC;
	r->facts.pin[0].unpinned_ns = 2 * SEC;
	r->facts.pins_over_ns = 2 * SEC;
	r->facts.inv.begin_ns = 1 * SEC;
	r->facts.inv.end_ns = 2 * SEC + 1;
}

static void good_teardown_is_clean(void **state)
{
	struct race r;

	(void)state;
	race_new(&r);
	good_order(&r);
	assert_clean(&r);
}

static void early_is_found_with_its_evidence(void **state)
{
	struct race r;

	(void)state;
	race_new(&r);
	good_order(&r);
	r.facts.pin[0].unpin_ns = 0; /* still held */
	assert_finds(&r, "returned-while-pinned");
	assert_int_equal(r.found.of[0].class, GR_CLASS_EARLY_FREE);
	assert_true(r.found.of[0].pin_in_flight);
	assert_true(r.found.of[0].spends_kernel);
	assert_false(r.found.of[0].hang);
}

/* The struct pages of a file are still there: the kernel is as good as before. */
static void early_free_of_a_file_is_found(void **state)
{
	struct race r;

	(void)state;
	race_new(&r);
	good_order(&r);
	r.c.inv = &file_inv;
	r.target.ops = &file;
	r.target.file_off = 4096;
	r.facts.pin[0].unpin_ns = 0;
	r.facts.pin[0].nr_spans = 1;
	r.facts.pin[0].span[0] = (struct gr_span){.off = 8192, .len = 4096};
	assert_finds(&r, "returned-while-pinned");
	assert_false(r.found.of[0].spends_kernel);
	assert_non_null(strstr(r.found.of[0].summary,
			       "held its pages at offset 12288 of the file"));
}

/* Who takes nothing of it away need not wait, and must not. */
static void waiting_for_nothing_is_found(void **state)
{
	static const struct gr_invalidate_ops either = {
		.name = "either",
		.flags = GR_INV_FILE | GR_INV_MAY_WAIT,
		.expect = expect,
	};
	struct race r;

	(void)state;
	race_new(&r);
	r.c.inv = &same_mm_inv;
	r.facts.waited_in = 1;
	sample(&r); /* reported once */
	assert_finds(&r, "waited-for-pin");
	for (int i = 0; i < 3; i++) {
		race_new(&r);
		r.c.inv = i == 0   ? &teardown_inv
			  : i == 1 ? &either
				   : &same_mm_inv;
		r.facts.waited_in = i < 2;
		assert_clean(&r);
	}
}

/* Gup must not give what was denied, but to who may force it. */
static void what_is_denied_must_not_be_pinned(void **state)
{
	static const struct gr_invalidate_ops denies = {
		.name = "mprotect",
		.flags = GR_INV_SAME_MM | GR_INV_DENIES,
		.expect = expect,
	};
	static const struct gr_pin_ops forced = {
		.name = "forced",
		.flags = GR_PIN_FORCED,
	};
	struct race r;

	(void)state;
	race_new(&r);
	r.c.inv = &denies;
	r.facts.pin[0].nr_after_ok = 3;
	sample(&r);
	sample(&r); /* reported once */
	assert_finds(&r, "pinned-after");
	for (int i = 0; i < 3; i++) {
		race_new(&r);
		r.c.inv = i == 1 ? &same_mm_inv : &denies;
		r.c.pin = i == 2 ? &forced : &pin;
		r.facts.nr_pinners = 2;
		r.facts.pin[i ? 0 : 1].nr_after_ok = 3; /* another's mapping */
		assert_clean(&r);
	}
}

/* Once in an iteration, and again in the next one. */
static void early_is_found_once_an_iteration(void **state)
{
	struct race r;

	(void)state;
	race_new(&r);
	good_order(&r);
	r.facts.pin[0].unpin_ns = 0;
	sample(&r);
	sample(&r);
	assert_int_equal(r.found.nr, 1);
	r.facts.iteration++;
	sample(&r);
	assert_int_equal(r.found.nr, 2);
	assert_int_equal(judge(&r), GR_SIGHT_VIOLATED);
}

/* Of several pinners one is enough. */
static void any_pinner_counts(void **state)
{
	struct race r;

	(void)state;
	race_new(&r);
	good_order(&r);
	r.facts.nr_pinners = 2;
	r.facts.pin[1] = r.facts.pin[0];
	r.facts.pin[1].unpin_ns = 0;
	assert_finds(&r, "returned-while-pinned");
}

/*
 * What did not take the memory away may return whenever it likes, and what
 * waits for the pin does as it should.
 */
static void early_needs_a_teardown_of_pages(void **state)
{
	for (int i = 0; i < 4; i++) {
		struct race r;

		(void)state;
		race_new(&r);
		good_order(&r);
		r.facts.pin[0].unpin_ns = 0;
		if (i == 0)
			r.c.inv = &same_mm_inv;
		else if (i == 1)
			r.target.ops = &blockdev;
		else if (i == 2)
			r.facts.inv.ret = -EBUSY;
		else
			r.facts.inv.end_ns = r.facts.pins_over_ns = 0;
		assert_clean(&r);
	}
}

/* TRANSIENT pins hold nothing between their calls. */
static void transient_pins_are_not_held(void **state)
{
	struct race r;

	(void)state;
	race_new(&r);
	good_order(&r);
	r.facts.pin[0] = (struct gr_pin_facts){.in_pin = 1};
	assert_clean(&r);
}

static void never(struct race *r, uint64_t ago_ns)
{
	uint64_t now = gr_now_ns();

	race_new(r);
	r->facts.pins_over_ns = now - ago_ns;
	r->facts.inv.begin_ns = now - ago_ns - SEC;
}

static void hang_is_found_after_its_deadline(void **state)
{
	struct race r;

	(void)state;
	never(&r, 11 * SEC);
	sample(&r); /* reported once */
	assert_finds(&r, "never-returned");
	assert_int_equal(r.found.of[0].class, GR_CLASS_LEAK);
	assert_true(r.found.of[0].hang);
	assert_true(r.found.of[0].spends_kernel);
	assert_non_null(strstr(r.found.of[0].evidence, "state"));
}

/* The end of the case lets go what it waited for. */
static void hang_that_ends_is_told_once(void **state)
{
	struct race r;

	(void)state;
	never(&r, 11 * SEC);
	sample(&r);
	r.facts.inv.end_ns = gr_now_ns();
	assert_finds(&r, "never-returned");
}

/* A loop that does not come out of its last pin holds it. */
static void stuck_pin_is_found_after_its_deadline(void **state)
{
	struct race r;

	(void)state;
	never(&r, 11 * SEC);
	r.facts.quieted_ns = r.facts.pins_over_ns;
	r.facts.pins_over_ns = 0;
	r.facts.pin[0].in_pin = 1;
	sample(&r); /* reported once */
	assert_finds(&r, "stuck-with-pin");
	assert_true(r.found.of[0].hang);

	never(&r, 5 * SEC);
	r.facts.quieted_ns = r.facts.pins_over_ns;
	r.facts.pins_over_ns = 0;
	assert_clean(&r);
}

/* So it was with a file whose blocks are shared, on 6.1 and 6.12. */
static void pin_that_stays_behind_is_found(void **state)
{
	struct race r;

	(void)state;
	race_new(&r);
	r.facts.inv.begin_ns = 1 * SEC;
	r.facts.inv.end_ns = 2 * SEC;
	r.facts.pin[0].in_pin = 1;
	r.facts.settling_ns = gr_now_ns() - 5 * SEC;
	assert_clean(&r);

	race_new(&r);
	r.c.inv = &file_inv;
	r.target.ops = &file;
	r.facts.inv.begin_ns = 1 * SEC;
	r.facts.inv.end_ns = 2 * SEC;
	r.facts.settling_ns = gr_now_ns() - 11 * SEC;
	assert_clean(&r); /* they are over, and look at what is left */

	race_new(&r);
	r.c.inv = &file_inv;
	r.target.ops = &file;
	r.facts.inv.begin_ns = 1 * SEC;
	r.facts.inv.end_ns = 2 * SEC;
	r.facts.settling_ns = gr_now_ns() - 11 * SEC;
	r.facts.pin[0].in_pin = 1;
	sample(&r); /* reported once */
	assert_finds(&r, "pin-stuck");
	assert_true(r.found.of[0].hang);
	assert_false(r.found.of[0].spends_kernel);
}

/* A victim is not in a pin for long, it dies. */
static void victim_that_dies_in_a_pin_is_not_stuck(void **state)
{
	struct gr_invalidate_ops kill = same_mm_inv;
	struct race r;

	(void)state;
	kill.flags = GR_INV_VICTIM;
	race_new(&r);
	r.c.inv = &kill;
	r.facts.inv.begin_ns = 1 * SEC;
	r.facts.inv.end_ns = 2 * SEC;
	r.facts.settling_ns = gr_now_ns() - 11 * SEC;
	r.facts.pin[0].in_pin = 1;
	assert_clean(&r);
}

/* A task that waits for a file can be killed. */
static void hang_of_a_file_does_not_spend(void **state)
{
	struct race r;

	(void)state;
	never(&r, 11 * SEC);
	r.c.inv = &file_inv;
	assert_finds(&r, "never-returned");
	assert_false(r.found.of[0].spends_kernel);
}

static void waiting_is_no_hang_yet(void **state)
{
	struct race r;

	(void)state;
	never(&r, 5 * SEC);
	assert_clean(&r);
	never(&r, 20 * SEC);
	r.facts.pins_over_ns = 0; /* a pin is held: it must wait */
	assert_clean(&r);
	never(&r, 20 * SEC);
	r.facts.pins_over_ns = r.facts.inv.begin_ns - 1; /* of the last one */
	assert_clean(&r);
}

static void late_is_counted_from_the_last_unpin(void **state)
{
	struct race r;

	(void)state;
	race_new(&r);
	good_order(&r);
	r.facts.inv.end_ns = r.facts.pins_over_ns + 4 * SEC;
	assert_clean(&r);

	race_new(&r);
	good_order(&r);
	r.facts.inv.end_ns = r.facts.pins_over_ns + 6 * SEC;
	assert_finds(&r, "returned-late");
	assert_int_equal(r.found.of[0].class, GR_CLASS_LEAK);

	/* somebody else has told that it hangs, and the case has let it go */
	race_new(&r);
	good_order(&r);
	r.facts.inv.end_ns = r.facts.pins_over_ns + 6 * SEC;
	r.scene.hang = true;
	assert_clean(&r);

	/* it took long because the pin was held long */
	race_new(&r);
	good_order(&r);
	r.facts.pins_over_ns = 60 * SEC;
	r.facts.pin[0].unpin_ns = 60 * SEC;
	r.facts.inv.end_ns = 61 * SEC;
	assert_clean(&r);
}

static void errnos_are_held_against_the_table(void **state)
{
	static const struct {
		int err;
		bool legal;
	} rows[] = {
		{0, true},
		{EBUSY, true},
		{EIO, false},
		{ENXIO, false},
	};

	(void)state;
	for (size_t i = 0; i < GR_ARRAY_SIZE(rows); i++) {
		struct race r;

		race_new(&r);
		good_order(&r);
		r.facts.inv.by_errno[3].err = rows[i].err;
		r.facts.inv.by_errno[3].nr = 1;
		if (rows[i].legal) {
			assert_clean(&r);
			continue;
		}
		assert_finds(&r, "unexpected-errno");
		assert_int_equal(r.found.of[0].class, GR_CLASS_POLICY);
		assert_non_null(
			strstr(r.found.of[0].summary, strerror(rows[i].err)));
	}
}

/* A row that was not used says nothing, whatever errno it has. */
static void unused_errno_is_no_errno(void **state)
{
	struct race r;

	(void)state;
	race_new(&r);
	good_order(&r);
	r.facts.inv.by_errno[0].err = EIO;
	assert_clean(&r);
}

static void old_mapping_must_sigbus(void **state)
{
	struct race r;

	(void)state;
	race_new(&r);
	good_order(&r);
	r.facts.pin[0].touched[GR_ACCESS_SIGBUS] = 9;
	r.facts.pin[0].untouched[GR_ACCESS_SIGBUS] = 9;
	assert_clean(&r);

	race_new(&r);
	good_order(&r);
	r.facts.pin[0].touched[GR_ACCESS_OK] = 1;
	assert_finds(&r, "mapping-survived");
	assert_true(r.found.of[0].spends_kernel);

	race_new(&r);
	good_order(&r);
	r.facts.pin[0].untouched[GR_ACCESS_SIGSEGV] = 1;
	assert_finds(&r, "mapping-segv");
	assert_int_equal(r.found.of[0].class, GR_CLASS_POLICY);
}

static void must_be_usable_again(void **state)
{
	struct race r;

	(void)state;
	race_new(&r);
	good_order(&r);
	r.facts.inv.restore_ret = -ENXIO;
	assert_finds(&r, "not-usable-again");
	assert_non_null(strstr(r.found.of[0].summary, strerror(ENXIO)));
}

static void a_full_file_system_is_no_finding(void **state)
{
	struct race r;

	(void)state;
	race_new(&r);
	good_order(&r);
	r.target.ops = &file;
	r.facts.inv.restore_ret = -ENOSPC;
	assert_clean(&r);

	race_new(&r);
	good_order(&r);
	r.target.ops = &file;
	r.facts.inv.restore_ret = -EIO;
	assert_finds(&r, "not-usable-again");

	race_new(&r); /* not a file: there is nothing that could be full */
	good_order(&r);
	r.facts.inv.restore_ret = -ENOSPC;
	assert_finds(&r, "not-usable-again");
}

static void witness_must_not_notice(void **state)
{
	struct race r;

	(void)state;
	race_new(&r);
	good_order(&r);
	r.facts.witness.nr_ok = 100;
	assert_clean(&r);

	race_new(&r);
	good_order(&r);
	r.facts.witness.nr_failed = 2;
	r.facts.witness.first_err = EFAULT;
	assert_finds(&r, "witness-noticed");
}

/* Checks tear nothing down that this oracle could judge. */
static void checks_are_not_judged(void **state)
{
	struct race r;

	(void)state;
	race_new(&r);
	good_order(&r);
	r.facts.pin[0].unpin_ns = 0;
	r.facts.inv.restore_ret = -ENXIO;
	r.c.kind = GR_CASE_CHECK;
	r.c.inv = NULL;
	assert_clean(&r);
}

/* What one case was found guilty of is forgotten in the next. */
static void begin_forgets(void **state)
{
	struct race r;

	(void)state;
	never(&r, 11 * SEC);
	sample(&r);
	assert_int_equal(r.found.nr, 1);
	memset(&r.found, 0, sizeof(r.found));
	assert_int_equal(r.o.ops->begin(&r.o, &r.scene), 0);
	memset(&r.facts.inv, 0, sizeof(r.facts.inv));
	r.facts.pins_over_ns = 0;
	assert_clean(&r);
}

static void selftest_sees(void **state)
{
	const struct gr_ctx ctx = {0};
	struct gr_reason why = {""};

	(void)state;
	assert_int_equal(gr_oracle_find("teardown")->selftest(&ctx, &why), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_teardown_is_clean),
		cmocka_unit_test(early_is_found_with_its_evidence),
		cmocka_unit_test(early_free_of_a_file_is_found),
		cmocka_unit_test(waiting_for_nothing_is_found),
		cmocka_unit_test(what_is_denied_must_not_be_pinned),
		cmocka_unit_test(early_is_found_once_an_iteration),
		cmocka_unit_test(any_pinner_counts),
		cmocka_unit_test(early_needs_a_teardown_of_pages),
		cmocka_unit_test(transient_pins_are_not_held),
		cmocka_unit_test(hang_is_found_after_its_deadline),
		cmocka_unit_test(hang_that_ends_is_told_once),
		cmocka_unit_test(stuck_pin_is_found_after_its_deadline),
		cmocka_unit_test(pin_that_stays_behind_is_found),
		cmocka_unit_test(victim_that_dies_in_a_pin_is_not_stuck),
		cmocka_unit_test(hang_of_a_file_does_not_spend),
		cmocka_unit_test(waiting_is_no_hang_yet),
		cmocka_unit_test(late_is_counted_from_the_last_unpin),
		cmocka_unit_test(errnos_are_held_against_the_table),
		cmocka_unit_test(unused_errno_is_no_errno),
		cmocka_unit_test(old_mapping_must_sigbus),
		cmocka_unit_test(must_be_usable_again),
		cmocka_unit_test(a_full_file_system_is_no_finding),
		cmocka_unit_test(witness_must_not_notice),
		cmocka_unit_test(checks_are_not_judged),
		cmocka_unit_test(begin_forgets),
		cmocka_unit_test(selftest_sees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
