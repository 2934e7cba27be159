// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "fake_target.h"

/* A file may be mapped private; device-dax may not. */
static void private_mapping_is_found(void **state)
{
	gr_fake_fails(*state, "map_private", GR_FAKE_GOOD, "private-mapping");
}

/* Refused, but with another errno than it must be. */
static void other_errno_is_found(void **state)
{
	struct gr_fake_env *f = gr_fake_env_new(*state, GR_FAKE_GOOD);

	strcpy(f->fake.target.dev, "/proc/self/mem"); /* ENODEV */
	assert_int_equal(gr_fake_run(f, "map_private"), 0);
	assert_true(gr_fake_has(f, "private-mapping-errno"));
	gr_fake_env_free(f);
}

/* A length of zero is refused with EINVAL, as device-dax refuses. */
static void refusal_passes(void **state)
{
	struct gr_fake_env *f = gr_fake_env_new(*state, GR_FAKE_GOOD);

	f->fake.target.spec.align = 0;
	assert_int_equal(gr_fake_run(f, "map_private"), 0);
	assert_int_equal(f->found.nr, 0);
	assert_true(f->nr_ops > 0);
	gr_fake_env_free(f);
}

static void a_file_may_be_mapped_so(void **state)
{
	struct gr_fake_env *f = gr_fake_env_new(*state, GR_FAKE_GOOD);

	gr_fake_env_file(f);
	gr_fake_finds(f, "map_private", NULL);
}

static void cannot_be_tested_without_a_node(void **state)
{
	struct gr_fake_env *f = gr_fake_env_new(*state, GR_FAKE_GOOD);

	strcpy(f->fake.target.dev, "nowhere/dax0.0");
	assert_int_equal(gr_fake_run(f, "map_private"), -ENOENT);
	assert_non_null(strstr(f->log.text, "nowhere/dax0.0"));
	assert_int_equal(f->found.nr, 0);
	gr_fake_env_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(private_mapping_is_found),
		cmocka_unit_test(other_errno_is_found),
		cmocka_unit_test(refusal_passes),
		cmocka_unit_test(a_file_may_be_mapped_so),
		cmocka_unit_test(cannot_be_tested_without_a_node),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
