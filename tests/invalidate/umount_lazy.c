// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "invalidate_file.h"
#include "invalidate_life.h"

#define CALL "umount ./umount_lazy-test.tmp 0x2;"

static void takes_the_mount_out_of_the_tree(void **state)
{
	struct gr_test_file x;

	(void)state;
	gr_test_file_begin(&x, "umount_lazy", GR_TEST_PAGE);
	for (int i = 0; i < 2; i++) {
		gr_test_file_does(&x, CALL);
		gr_test_file_undoes(&x, "");
	}
	gr_test_file_fails(&x, "umount", EBUSY, CALL);
	gr_test_file_end(&x);
}

/* Whoever has a file of it keeps it. */
static void is_never_refused(void **state)
{
	(void)state;
	assert_int_equal(gr_test_inv_expects("umount_lazy", EBUSY),
			 GR_EXPECT_BUG);
	assert_int_equal(gr_test_inv_expects("umount_lazy", 0),
			 GR_EXPECT_LEGAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_the_mount_out_of_the_tree),
		cmocka_unit_test(is_never_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
