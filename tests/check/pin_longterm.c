// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "fake_target.h"
#include "sys/call.h"

#define CHECK "pin_longterm"

static void need_both(void **state)
{
	(void)gr_test_need_pin(*state, "af_xdp");
	(void)gr_test_need_pin(*state, "uring_fixed");
}

static void passes_on_shared_memory(void **state)
{
	need_both(state);
	gr_fake_passes(*state, CHECK);
}

/* Memory that the named pin cannot have, whatever it says. */
static const char *refused;

static void seal(struct gr_check_env *env, const char *what)
{
	struct gr_fake_env *f = env->engine;
	int prot = strstr(what, refused) ? PROT_READ : PROT_READ | PROT_WRITE;

	f->nr_ops++;
	assert_int_equal(gr_mprotect(f->fake.last, 2 * GR_TEST_PAGE, prot), 0);
}

static void run_and_find(void **state, const char *pin, const char *signature)
{
	struct gr_fake_env *f;

	need_both(state);
	f = gr_fake_env_new(*state, GR_FAKE_GOOD);
	refused = pin;
	f->env.op = seal;
	assert_int_equal(gr_fake_run(f, CHECK), 0);
	assert_int_equal(f->found.nr, 1);
	assert_true(gr_fake_has(f, signature));
	assert_non_null(strstr(f->found.of[0].summary, pin));
	gr_fake_env_free(f);
}

static void refused_umem_is_found(void **state)
{
	run_and_find(state, "af_xdp", "long-term-pin");
}

static void refused_buffer_is_found(void **state)
{
	run_and_find(state, "uring_fixed", "registered-buffer");
}

/* Files refuse both: memory that has no DAX is pinned, which is found. */
static void a_file_that_is_pinned_is_found(void **state)
{
	struct gr_fake_env *f;

	need_both(state);
	f = gr_fake_env_new(*state, GR_FAKE_GOOD);
	gr_fake_env_file(f);
	assert_int_equal(gr_fake_run(f, CHECK), 0);
	assert_int_equal(f->found.nr, 2);
	assert_true(gr_fake_has(f, "long-term-pin"));
	assert_true(gr_fake_has(f, "registered-buffer"));
	assert_non_null(strstr(f->found.of[0].summary, strerror(EOPNOTSUPP)));
	gr_fake_env_free(f);
}

static void skips_without_a_sink(void **state)
{
	struct gr_fake_env *f;
	struct gr_ctx nothing = {0};

	need_both(state);
	f = gr_fake_env_new(*state, GR_FAKE_GOOD);
	f->env.ctx = &nothing;
	assert_int_equal(gr_fake_run(f, CHECK), 0);
	assert_non_null(strstr(f->skipped.text, "uring_fixed"));
	assert_true(gr_fake_saw(f, GR_POLICY_PIN_LONGTERM, 0));
	assert_int_equal(f->sight, GR_SIGHT_BLIND);
	gr_fake_env_free(f);
}

static void cannot_be_tested_without_a_mapping(void **state)
{
	gr_fake_breaks(*state, CHECK, GR_FAKE_NO_MAP, -ENXIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passes_on_shared_memory),
		cmocka_unit_test(refused_umem_is_found),
		cmocka_unit_test(refused_buffer_is_found),
		cmocka_unit_test(a_file_that_is_pinned_is_found),
		cmocka_unit_test(skips_without_a_sink),
		cmocka_unit_test(cannot_be_tested_without_a_mapping),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
