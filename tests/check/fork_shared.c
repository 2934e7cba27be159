// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "fake_target.h"

static void passes_on_good_memory(void **state)
{
	gr_fake_passes(*state, "fork_shared");
}

/* Copied on write, what the child writes stays with the child. */
static void private_memory_is_found(void **state)
{
	gr_fake_fails(*state, "fork_shared", GR_FAKE_PRIVATE, "fork-parent");
}

static void missing_leaf_is_found(void **state)
{
	gr_fake_fails(*state, "fork_shared", GR_FAKE_LOST, "fork-child");
}

static void cannot_be_tested_without_a_mapping(void **state)
{
	gr_fake_breaks(*state, "fork_shared", GR_FAKE_NO_MAP, -ENXIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passes_on_good_memory),
		cmocka_unit_test(private_memory_is_found),
		cmocka_unit_test(missing_leaf_is_found),
		cmocka_unit_test(cannot_be_tested_without_a_mapping),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
