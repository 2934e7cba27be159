// SPDX-License-Identifier: GPL-2.0-only
#include "core/oracle.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/check.h"
#include "core/ctx.h"
#include "core/registry.h"
#include "sys/kernel.h"
#include "test.h"

/* The stand-in of kallsyms. */
bool __wrap_gr_kernel_symbol(const char *name);

static bool has_symbol;
static unsigned int nr_asked;

bool __wrap_gr_kernel_symbol(const char *name)
{
	assert_string_equal(name, "dev_dax_split");
	nr_asked++;
	return has_symbol;
}

/* One case: a check that is to try @policies. */
struct life {
	struct gr_ctx ctx;
	struct gr_oracle o;
	struct gr_target_ops target;
	struct gr_check_ops check;
	struct gr_case c;
	struct gr_facts facts;
	struct gr_scene scene;
	struct gr_findings found;
	struct gr_reason why;
};

static void begin(struct life *l, uint64_t policies)
{
	memset(l, 0, sizeof(*l));
	l->o.ops = gr_oracle_find("policy");
	l->o.priv = calloc(1, l->o.ops->priv_size);
	assert_non_null(l->o.priv);
	l->target.name = "devdax";
	l->check.policies = policies;
	l->c = (struct gr_case){
		.kind = GR_CASE_CHECK,
		.target = &l->target,
		.check = &l->check,
	};
	l->scene = (struct gr_scene){.c = &l->c, .facts = &l->facts, .op = ""};
	assert_int_equal(l->o.ops->open(&l->ctx, &l->o, &l->why), 0);
	assert_int_equal(l->o.ops->begin(&l->o, &l->scene), 0);
	nr_asked = 0;
}

static void tell(struct life *l, enum gr_policy id, int err, const char *who)
{
	struct gr_policy_fact fact = {.id = id, .err = err, .align = 2 << 20};

	strcpy(fact.who, who);
	gr_policy_fact_add(&l->facts.policy, &fact);
}

static enum gr_sight end(struct life *l)
{
	enum gr_sight sight =
		l->o.ops->judge(&l->o, &l->scene, &l->found, &l->why);

	free(l->o.priv);
	return sight;
}

#define PRIVATE (1ull << GR_POLICY_MAP_PRIVATE)
#define MOVE (1ull << GR_POLICY_MOVE_PART)

static void right_answer_is_clean(void **state)
{
	struct life l;

	(void)state;
	begin(&l, PRIVATE);
	tell(&l, GR_POLICY_MAP_PRIVATE, EINVAL, "");
	assert_int_equal(end(&l), GR_SIGHT_CLEAN);
	assert_int_equal(l.found.nr, 0);
}

/* The finding says all: row, leaf, who, what was seen, what is right, where. */
static void wrong_answer_is_told(void **state)
{
	const struct gr_finding *f;
	struct life l;

	(void)state;
	begin(&l, 0);
	tell(&l, GR_POLICY_PIN_READONLY, EIO, "odirect_read");
	assert_int_equal(end(&l), GR_SIGHT_VIOLATED);
	assert_int_equal(l.found.nr, 1);
	f = &l.found.of[0];
	assert_int_equal(f->class, GR_CLASS_POLICY);
	assert_string_equal(f->oracle, "policy");
	assert_string_equal(f->signature, "readonly-pinned-errno");
	assert_non_null(strstr(f->summary, "devdax at 2M by odirect_read"));
	assert_non_null(strstr(f->summary, strerror(EIO)));
	assert_non_null(strstr(f->summary, strerror(EFAULT)));
	assert_non_null(strstr(f->summary, "mm/gup.c"));
	assert_false(f->spends_kernel);
}

/* Who reaches memory that is gone has spent the kernel; SIGSEGV has not. */
static void reaching_the_dead_spends(void **state)
{
	struct life l;

	(void)state;
	begin(&l, 0);
	tell(&l, GR_POLICY_OLD_TOUCHED, 0, "");
	tell(&l, GR_POLICY_OLD_UNTOUCHED, EFAULT, "");
	assert_int_equal(end(&l), GR_SIGHT_VIOLATED);
	assert_int_equal(l.found.nr, 2);
	assert_true(l.found.of[0].spends_kernel);
	assert_non_null(strstr(l.found.of[0].summary, "its data"));
	assert_false(l.found.of[1].spends_kernel);
	assert_non_null(strstr(l.found.of[1].summary, "SIGSEGV"));
	assert_non_null(strstr(l.found.of[1].summary, "SIGBUS"));
}

/* Each fact once, however often one looks. */
static void judged_as_they_come(void **state)
{
	struct life l;

	(void)state;
	begin(&l, PRIVATE);
	tell(&l, GR_POLICY_MAP_PRIVATE, 0, "");
	l.o.ops->sample(&l.o, &l.scene, GR_POINT_POLL, &l.found);
	assert_int_equal(l.found.nr, 1);
	l.o.ops->sample(&l.o, &l.scene, GR_POINT_POLL, &l.found);
	tell(&l, GR_POLICY_MAP_LENGTH, 0, "");
	assert_int_equal(end(&l), GR_SIGHT_VIOLATED);
	assert_int_equal(l.found.nr, 2);
}

static void a_case_forgets_the_last(void **state)
{
	struct life l;

	(void)state;
	begin(&l, PRIVATE);
	tell(&l, GR_POLICY_MAP_PRIVATE, 0, "");
	assert_int_equal(l.o.ops->judge(&l.o, &l.scene, &l.found, &l.why),
			 GR_SIGHT_VIOLATED);
	memset(&l.facts, 0, sizeof(l.facts));
	memset(&l.found, 0, sizeof(l.found));
	assert_int_equal(l.o.ops->begin(&l.o, &l.scene), 0);
	tell(&l, GR_POLICY_MAP_PRIVATE, EINVAL, "");
	assert_int_equal(end(&l), GR_SIGHT_CLEAN);
	assert_int_equal(l.found.nr, 0);
}

/* Where kernels differ the kernel is asked, once in a run. */
static void the_kernel_is_probed(void **state)
{
	struct life l;

	(void)state;
	for (int old = 0; old < 2; old++) {
		has_symbol = old;
		begin(&l, MOVE);
		tell(&l, GR_POLICY_MOVE_PART, 0, "");
		tell(&l, GR_POLICY_MOVE_PART, EINVAL, "");
		assert_int_equal(end(&l), GR_SIGHT_VIOLATED);
		assert_int_equal(l.found.nr, 1);
		assert_non_null(
			strstr(l.found.of[0].summary,
			       old ? "must give success" : "gave success"));
		assert_int_equal(nr_asked, 1);
	}
}

/* Leave to answer otherwise is one pin's alone. */
static void leave_is_for_one_pin(void **state)
{
	struct life l;

	(void)state;
	begin(&l, 0);
	tell(&l, GR_POLICY_PIN_READONLY, EIO, "odirect_read");
	tell(&l, GR_POLICY_PIN_READONLY, EFAULT, "vmsplice");
	assert_int_equal(end(&l), GR_SIGHT_VIOLATED);
	assert_int_equal(l.found.nr, 1);
	assert_non_null(strstr(l.found.of[0].summary, "odirect_read"));
}

/* What device-dax must allow, files must refuse, and the other way round. */
static void files_have_answers_of_their_own(void **state)
{
	struct life l;

	(void)state;
	begin(&l, 0);
	l.target.flags = GR_TARGET_FILE;
	tell(&l, GR_POLICY_PIN_LONGTERM, EOPNOTSUPP, "af_xdp");
	tell(&l, GR_POLICY_MAP_PRIVATE, 0, "");
	tell(&l, GR_POLICY_SOFT_OFFLINE, EIO, "");
	assert_int_equal(end(&l), GR_SIGHT_CLEAN);

	begin(&l, 0);
	l.target.name = "fsdax";
	l.target.flags = GR_TARGET_FILE;
	tell(&l, GR_POLICY_PIN_LONGTERM, 0, "af_xdp");
	assert_int_equal(end(&l), GR_SIGHT_VIOLATED);
	assert_int_equal(l.found.nr, 1);
	assert_non_null(strstr(l.found.of[0].summary,
			       "a long-term pin of fsdax at 2M by af_xdp gave "
			       "success where it must give Operation not "
			       "supported (mm/gup.c"));
}

static void what_was_not_tried_is_blind(void **state)
{
	struct life l;

	(void)state;
	begin(&l, PRIVATE | MOVE);
	tell(&l, GR_POLICY_MAP_PRIVATE, EINVAL, "");
	assert_int_equal(end(&l), GR_SIGHT_BLIND);
	assert_non_null(strstr(l.why.text, "mremap()"));
}

static void lost_results_are_blind(void **state)
{
	struct life l;
	char who[24];

	(void)state;
	begin(&l, 0);
	for (int i = 0; i <= GR_POLICY_FACTS_MAX; i++) {
		snprintf(who, sizeof(who), "pin%d", i);
		tell(&l, GR_POLICY_PIN_READONLY, EFAULT, who);
	}
	assert_int_equal(l.facts.policy.nr_lost, 1);
	assert_int_equal(end(&l), GR_SIGHT_BLIND);
	assert_int_equal(l.found.nr, 0);
}

static void equal_results_are_one_fact(void **state)
{
	struct life l;

	(void)state;
	begin(&l, PRIVATE);
	for (int i = 0; i < 3; i++)
		tell(&l, GR_POLICY_MAP_PRIVATE, EINVAL, "");
	assert_int_equal(l.facts.policy.nr, 1);
	assert_int_equal(l.facts.policy.of[0].nr, 3);
	assert_int_equal(end(&l), GR_SIGHT_CLEAN);
}

/* What is no check is not its business. */
static void races_are_left_alone(void **state)
{
	struct life l;

	(void)state;
	begin(&l, PRIVATE);
	l.c.kind = GR_CASE_RACE;
	l.c.check = NULL;
	assert_int_equal(end(&l), GR_SIGHT_CLEAN);
}

static void selftest_sees(void **state)
{
	const struct gr_oracle_ops *ops = gr_oracle_find("policy");
	const struct gr_ctx ctx = {0};
	struct gr_reason why = {""};

	(void)state;
	nr_asked = 0;
	assert_int_equal(ops->selftest(&ctx, &why), 0);
	assert_int_equal(nr_asked, 0); /* without a kernel */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(right_answer_is_clean),
		cmocka_unit_test(wrong_answer_is_told),
		cmocka_unit_test(reaching_the_dead_spends),
		cmocka_unit_test(judged_as_they_come),
		cmocka_unit_test(a_case_forgets_the_last),
		cmocka_unit_test(the_kernel_is_probed),
		cmocka_unit_test(leave_is_for_one_pin),
		cmocka_unit_test(files_have_answers_of_their_own),
		cmocka_unit_test(what_was_not_tried_is_blind),
		cmocka_unit_test(lost_results_are_blind),
		cmocka_unit_test(equal_results_are_one_fact),
		cmocka_unit_test(races_are_left_alone),
		cmocka_unit_test(selftest_sees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
