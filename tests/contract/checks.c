// SPDX-License-Identifier: GPL-2.0-only
/*
 * Contract of every check, on the machine as it is and a namespace that does
 * not exist: what cannot be tested is never taken for good.
 */
#include "core/check.h"

#include <string.h>

#include "core/pair.h"
#include "core/registry.h"
#include "fake_target.h"

static void is_described(void **state)
{
	const struct gr_test_each *each = *state;
	const struct gr_check_ops *ops = each->ops;

	assert_true(ops->summary && *ops->summary);
	assert_ptr_equal(gr_check_find(ops->name), ops);
	assert_non_null(ops->run);
}

/* Of no target it would never run; of all of them it has not been thought about. */
static void is_for_some_target(void **state)
{
	const struct gr_test_each *each = *state;
	const struct gr_target_ops *const *t;
	size_t fit = 0;

	for (t = gr_targets(); *t; t++)
		fit += gr_check_fits(*t, each->ops);
	assert_true(fit > 0);
	assert_true(fit < (size_t)(t - gr_targets()));
}

static void run_on_nothing(const struct gr_test_each *each)
{
	const struct gr_check_ops *ops = each->ops;
	struct gr_fake_env *f = gr_fake_env_new(each->disks, GR_FAKE_NO_MAP);
	int ret;

	strcpy(f->fake.target.dev, "nowhere/dax0.0");
	ret = gr_fake_run(f, ops->name);
	assert_int_equal(f->found.nr, 0);
	if (ret)
		assert_true(ret < 0 && f->log.nr > 0);
	else
		assert_true(f->skipped.text[0] != '\0');
	/* nor was anything tried that policy has to say something about */
	assert_int_equal(f->facts.policy.nr, 0);
	assert_int_equal(f->sight,
			 ops->policies ? GR_SIGHT_BLIND : GR_SIGHT_CLEAN);
	gr_fake_env_free(f);
}

static void nothing_is_not_good(void **state)
{
	struct gr_test_holds before;

	run_on_nothing(*state); /* libraries keep what they load once */
	gr_test_holds(&before);
	run_on_nothing(*state);
	gr_test_assert_holds(&before);
}

int main(void)
{
	static struct gr_test_table table;
	const struct gr_check_ops *const *c;

	for (c = gr_checks(); *c; c++) {
		gr_test_add(&table, "is described", (*c)->name, *c,
			    is_described);
		gr_test_add(&table, "is for some target", (*c)->name, *c,
			    is_for_some_target);
		gr_test_add(&table, "nothing is not good", (*c)->name, *c,
			    nothing_is_not_good);
	}
	return gr_test_run(&table, "checks");
}
