// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "invalidate_file.h"
#include "invalidate_life.h"

#define CALL "umount ./umount-test.tmp 0;"

static void unmounts_by_the_path(void **state)
{
	struct gr_test_file x;

	(void)state;
	gr_test_file_begin(&x, "umount", GR_TEST_PAGE);
	for (int i = 0; i < 2; i++) {
		gr_test_file_does(&x, CALL);
		gr_test_file_undoes(&x, "");
	}
	gr_test_file_fails(&x, "umount", EBUSY, CALL);
	gr_test_file_end(&x);
}

/* There is a mapping in every window: success would be a bug. */
static void must_be_refused(void **state)
{
	(void)state;
	assert_int_equal(gr_test_inv_expects("umount", EBUSY),
			 GR_EXPECT_LEGAL_WHILE_PINNED);
	assert_int_equal(gr_test_inv_expects("umount", 0), GR_EXPECT_BUG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unmounts_by_the_path),
		cmocka_unit_test(must_be_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
