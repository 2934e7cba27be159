// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "invalidate_file.h"
#include "invalidate_life.h"

#define CALL "umount ./umount_pinned-test.tmp 0;"

static void unmounts_by_the_path(void **state)
{
	struct gr_test_file x;

	(void)state;
	gr_test_file_begin(&x, "umount_pinned", GR_TEST_PAGE);
	for (int i = 0; i < 2; i++) {
		gr_test_file_does(&x, CALL);
		gr_test_file_undoes(&x, "");
	}
	gr_test_file_fails(&x, "umount", EBUSY, CALL);
	gr_test_file_end(&x);
}

/* A pin is of a page, and holds no mount. */
static void is_not_kept_by_a_pin(void **state)
{
	(void)state;
	assert_int_equal(gr_test_inv_expects("umount_pinned", EBUSY),
			 GR_EXPECT_BUG);
	assert_int_equal(gr_test_inv_expects("umount_pinned", 0),
			 GR_EXPECT_LEGAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unmounts_by_the_path),
		cmocka_unit_test(is_not_kept_by_a_pin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
