// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "fake_target.h"

#define CHECK "pin_touched"

static void passes_on_good_memory(void **state)
{
	gr_test_need_direct(*state);
	gr_fake_passes(*state, CHECK);
}

/* Half of a range is missing. */
static void missing_leaf_is_found(void **state)
{
	gr_test_need_direct(*state);
	gr_fake_fails(*state, CHECK, GR_FAKE_SHORT, "fault-failed");
}

static void swap(struct gr_check_env *env, const char *what)
{
	struct gr_fake_env *f = env->engine;

	f->nr_ops++;
	if (strstr(what, "vmsplice of"))
		memset(f->fake.last, 0xee, GR_TEST_PAGE);
}

/* The bytes change between the program's write and the pin. */
static void wrong_data_is_found(void **state)
{
	struct gr_fake_env *f;

	gr_test_need_direct(*state);
	f = gr_fake_env_new(*state, GR_FAKE_GOOD);
	f->env.op = swap;
	assert_int_equal(gr_fake_run(f, CHECK), 0);
	assert_true(gr_fake_has(f, "wrong-data"));
	assert_non_null(strstr(f->found.of[0].summary, "vmsplice"));
	gr_fake_env_free(f);
}

/* Without the device that keeps data nothing can be said. */
static void skips_without_a_store(void **state)
{
	struct gr_fake_env *f = gr_fake_env_new(*state, GR_FAKE_GOOD);
	struct gr_ctx nothing = {0};

	f->env.ctx = &nothing;
	assert_int_equal(gr_fake_run(f, CHECK), 0);
	assert_true(f->skipped.text[0] != '\0');
	assert_int_equal(f->found.nr, 0);
	gr_fake_env_free(f);
}

static void cannot_be_tested_without_a_mapping(void **state)
{
	gr_test_need_direct(*state);
	gr_fake_breaks(*state, CHECK, GR_FAKE_NO_MAP, -ENXIO);
}

static void unmap_must_succeed(void **state)
{
	gr_test_need_direct(*state);
	gr_fake_fails(*state, CHECK, GR_FAKE_NO_UNMAP, "unmap-failed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passes_on_good_memory),
		cmocka_unit_test(missing_leaf_is_found),
		cmocka_unit_test(wrong_data_is_found),
		cmocka_unit_test(skips_without_a_store),
		cmocka_unit_test(cannot_be_tested_without_a_mapping),
		cmocka_unit_test(unmap_must_succeed),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
