// SPDX-License-Identifier: GPL-2.0-only
/* Which oracles judge, and what becomes of a case whose own one does not. */
#include "engine/oracles.h"

#include <string.h>

#include "core/case.h"
#include "core/registry.h"
#include "test.h"

static int open_it(const struct gr_ctx *ctx, struct gr_oracle *o,
		   struct gr_reason *why)
{
	(void)ctx, (void)o, (void)why;
	return 0;
}

static enum gr_sight is_clean(struct gr_oracle *o, const struct gr_scene *scene,
			      struct gr_findings *out, struct gr_reason *why)
{
	(void)o, (void)scene, (void)out, (void)why;
	return GR_SIGHT_CLEAN;
}

static enum gr_sight is_blind(struct gr_oracle *o, const struct gr_scene *scene,
			      struct gr_findings *out, struct gr_reason *why)
{
	(void)o, (void)scene, (void)out;
	gr_reason_set(why, "it is dark");
	return GR_SIGHT_BLIND;
}

static const struct gr_oracle_ops seeing = {
	.name = "seeing",
	.required_for = 1u << GR_CASE_RACE,
	.open = open_it,
	.judge = is_clean,
};
static const struct gr_oracle_ops blind = {
	.name = "blind",
	.required_for = 1u << GR_CASE_BALANCE,
	.open = open_it,
	.judge = is_blind,
};

/* The registry of this program: what can be chosen. */
static const struct gr_oracle_ops *const all[] = {&blind, &seeing, NULL};

const struct gr_oracle_ops *const *__wrap_gr_oracles(void);
const struct gr_oracle_ops *const *__wrap_gr_oracles(void)
{
	return all;
}

/* Why a case of @kind cannot pass under @chosen; NULL = it can. */
static const char *judged(struct gr_run *run, enum gr_case_kind kind,
			  const struct gr_oracle_ops *const *chosen)
{
	static struct gr_findings found;
	const struct gr_case c = {.kind = kind};
	const struct gr_scene scene = {.c = &c};
	const char *why;

	memset(run, 0, sizeof(*run));
	gr_oracles_open(run, chosen);
	why = gr_oracles_judge(run, &scene, &found);
	assert_int_equal(found.nr, 0);
	gr_oracles_close(run);
	return why;
}

static void all_judge_by_default(void **state)
{
	static struct gr_run run;

	(void)state;
	assert_null(judged(&run, GR_CASE_RACE, all));
	assert_null(judged(&run, GR_CASE_CHECK, all));
	assert_string_equal(judged(&run, GR_CASE_BALANCE, all), "it is dark");
}

static void a_case_does_not_pass_without_its_oracle(void **state)
{
	static const struct gr_oracle_ops *const one[] = {&blind, NULL};
	static struct gr_run run;

	(void)state;
	assert_string_equal(judged(&run, GR_CASE_RACE, one),
			    "'seeing' was not chosen, and such a case requires "
			    "it");
	assert_null(judged(&run, GR_CASE_CHECK, one));
	assert_string_equal(judged(&run, GR_CASE_BALANCE, one), "it is dark");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_judge_by_default),
		cmocka_unit_test(a_case_does_not_pass_without_its_oracle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
