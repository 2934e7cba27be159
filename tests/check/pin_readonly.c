// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "fake_target.h"

#define CHECK "pin_readonly"

static void passes_on_good_memory(void **state)
{
	gr_test_need_direct(*state);
	gr_fake_passes(*state, CHECK);
}

static void written_is_found(void **state)
{
	gr_test_need_direct(*state);
	gr_fake_fails(*state, CHECK, GR_FAKE_IGNORES_PROT, "readonly-pinned");
	gr_fake_fails(*state, CHECK, GR_FAKE_IGNORES_PROT, "readonly-written");
}

/* What was written ahead is not what the read-only mapping shows. */
static void wrong_data_is_found(void **state)
{
	gr_test_need_direct(*state);
	gr_fake_fails(*state, CHECK, GR_FAKE_OTHER_PAGE, "wrong-data");
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
		cmocka_unit_test(written_is_found),
		cmocka_unit_test(wrong_data_is_found),
		cmocka_unit_test(skips_without_a_store),
		cmocka_unit_test(cannot_be_tested_without_a_mapping),
		cmocka_unit_test(unmap_must_succeed),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
