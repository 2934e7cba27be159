// SPDX-License-Identifier: GPL-2.0-only
#include "core/recipe.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/plan.h"
#include "core/scenario.h"
#include "test.h"

static int yes_target(void *arg, const struct gr_target_ops *ops,
		      const struct gr_target_spec *spec, struct gr_reason *why)
{
	(void)arg, (void)ops, (void)spec, (void)why;
	return 0;
}

static int yes_pin(void *arg, const struct gr_pin_ops *ops,
		   struct gr_reason *why)
{
	(void)arg, (void)ops, (void)why;
	return 0;
}

static int yes_inv(void *arg, const struct gr_invalidate_ops *ops,
		   struct gr_reason *why)
{
	(void)arg, (void)ops, (void)why;
	return 0;
}

static int yes_check(void *arg, const struct gr_check_ops *ops,
		     struct gr_reason *why)
{
	(void)arg, (void)ops, (void)why;
	return 0;
}

static const struct gr_prober yes = {
	.target = yes_target,
	.pin = yes_pin,
	.inv = yes_inv,
	.check = yes_check,
};

static void plan_text(struct gr_plan *plan, const char *text)
{
	static struct gr_scenario s;
	static const struct gr_filter all;

	assert_int_equal(gr_scenario_parse(text, "replay.ini", &s), 0);
	assert_int_equal(gr_plan_add(plan, &s, &all, &yes), 0);
}

/* Name to scenario to case: the same name, and no other. */
static void one_way_and_back(const char *name)
{
	struct gr_plan plan = {0};
	struct gr_case c;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	assert_int_equal(gr_recipe_parse(name, &c), 0);
	assert_string_equal(c.name, name);
	gr_recipe_write(f, &c, "3s");
	assert_int_equal(fclose(f), 0);
	plan_text(&plan, text);
	assert_int_equal(plan.nr, 1);
	assert_string_equal(plan.cases[0].name, name);
	assert_int_equal(plan.cases[0].slice_ns, 3000000000ull);
	gr_plan_fini(&plan);
	free(text);
}

static void every_name_of_every_scenario(void **state)
{
	unsigned int nr = 0;

	(void)state;
	for (const struct gr_scenario_text *t = gr_scenario_texts(); t->name;
	     t++) {
		struct gr_plan plan = {0};

		plan_text(&plan, t->text);
		for (size_t i = 0; i < plan.nr; i++, nr++)
			if (plan.cases[i].kind != GR_CASE_REFUSAL)
				one_way_and_back(plan.cases[i].name);
		gr_plan_fini(&plan);
	}
	assert_true(nr > 100);
}

static void names_what_was_changed(void **state)
{
	struct gr_case c;

	(void)state;
	assert_int_equal(
		gr_recipe_parse("devdax/2M-dev/odirect_vec/munmap/cross/two",
				&c),
		0);
	c.nr_pinners = 1;
	c.spec.align = 4096;
	c.spec.memmap = GR_MEMMAP_MEM;
	c.shape = GR_SHAPE_PAGE;
	gr_recipe_name(&c);
	assert_string_equal(c.name, "devdax/4K/odirect_vec/munmap/page");
}

static void refuses_what_is_no_case(void **state)
{
	static const char *const names[] = {
		"",
		"devdax",
		"devdax/4K",
		"devdax/4K/nothing",
		"nowhere/4K/map_private",
		"fsdax-zfs/4K/vmsplice/truncate/page",
		"devdax/4K/vmsplice/ns_disable",
		"devdax/4K/vmsplice/ns_disable/nowhere",
		"devdax/4K/vmsplice/nothing/page",
		"devdax/4K/vmsplice/ns_disable/page/three",
		"devdax/4K/vmsplice/ns_disable/page/two/witness/and/more",
		"devdax/4K/vmsplice/balance/page/two",
		"devdax/big/vmsplice/ns_disable/page",
	};
	struct gr_case c;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_equal(gr_recipe_parse(names[i], &c), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_name_of_every_scenario),
		cmocka_unit_test(names_what_was_changed),
		cmocka_unit_test(refuses_what_is_no_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
