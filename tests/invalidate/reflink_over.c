// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>

#include "invalidate_file.h"

#define CALL "clone other+0 data+4096 32768;"

static void takes_the_blocks_of_a_copy(void **state)
{
	char got[GR_TEST_FILE_PAGES * GR_TEST_PAGE];
	char want[sizeof(got) + GR_TEST_PAGE];
	struct gr_test_file x;
	char path[128];

	(void)state;
	gr_test_file_begin(&x, "reflink_over", GR_TEST_PAGE);
	assert_int_equal(gr_test_file_size(&x, "other"), sizeof(got));
	snprintf(path, sizeof(path), "%s/other", x.target.mnt);
	gr_test_disk_read(path, got, sizeof(got));
	gr_test_fill(want, sizeof(want), 7); /* of which a page is in front */
	assert_memory_equal(got, want + GR_TEST_PAGE, sizeof(got));
	for (int i = 0; i < 2; i++) {
		gr_test_file_does(&x, CALL);
		gr_test_file_undoes(&x, "");
	}
	gr_test_file_end(&x);
}

static void failure_is_a_fact(void **state)
{
	struct gr_test_file x;

	(void)state;
	gr_test_file_begin(&x, "reflink_over", GR_TEST_PAGE);
	gr_test_file_fails(&x, "clone", EOPNOTSUPP, CALL);
	gr_test_file_gone(&x);
	x.inv.ops->teardown(&x.inv); /* the other one is gone as well */
	assert_int_equal(x.inv.ops->invalidate(&x.inv), -ENOENT);
	gr_test_file_end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_the_blocks_of_a_copy),
		cmocka_unit_test(failure_is_a_fact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
