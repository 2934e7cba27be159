// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "fake_target.h"
#include "sys/call.h"

#define CHECK "mprotect_writable"

static void passes_on_good_memory(void **state)
{
	gr_test_need_direct(*state);
	gr_fake_passes(*state, CHECK);
}

/* Writable by mprotect(2), and a write faults all the same: sealed behind it. */
static void seal(struct gr_check_env *env, const char *what)
{
	struct gr_fake_env *f = env->engine;

	f->nr_ops++;
	if (strstr(what, "made writable"))
		assert_int_equal(
			gr_mprotect(f->fake.last, GR_TEST_PAGE, PROT_READ), 0);
}

static void refused_write_is_found(void **state)
{
	struct gr_fake_env *f = gr_fake_env_new(*state, GR_FAKE_GOOD);

	f->env.op = seal;
	assert_int_equal(gr_fake_run(f, CHECK), 0);
	assert_true(gr_fake_has(f, "upgrade-refused"));
	gr_fake_env_free(f);
}

/* Memory that changes between the write and the pin: the data is compared. */
static void swap(struct gr_check_env *env, const char *what)
{
	struct gr_fake_env *f = env->engine;

	f->nr_ops++;
	if (strstr(what, "odirect_write"))
		memset(f->fake.last, 0xee, GR_TEST_PAGE);
}

static void wrong_data_is_found(void **state)
{
	struct gr_fake_env *f;

	gr_test_need_direct(*state);
	f = gr_fake_env_new(*state, GR_FAKE_GOOD);
	f->env.op = swap;
	assert_int_equal(gr_fake_run(f, CHECK), 0);
	assert_true(gr_fake_has(f, "wrong-data"));
	gr_fake_env_free(f);
}

static void cannot_be_tested_without_a_mapping(void **state)
{
	gr_fake_breaks(*state, CHECK, GR_FAKE_NO_MAP, -ENXIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passes_on_good_memory),
		cmocka_unit_test(refused_write_is_found),
		cmocka_unit_test(wrong_data_is_found),
		cmocka_unit_test(cannot_be_tested_without_a_mapping),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
