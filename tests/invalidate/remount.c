// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "invalidate_file.h"
#include "invalidate_life.h"

#define READONLY "readonly ./remount-test.tmp;"
#define WRITABLE "writable ./remount-test.tmp;"

static void goes_there_and_back(void **state)
{
	struct gr_test_file x;

	(void)state;
	gr_test_file_begin(&x, "remount", GR_TEST_PAGE);
	for (int i = 0; i < 2; i++) {
		gr_test_file_does(&x, READONLY WRITABLE);
		gr_test_file_undoes(&x, WRITABLE);
	}
	gr_test_file_end(&x);
}

/* The first error counts, and what failed half-way is mended by restore(). */
static void refusal_changes_nothing(void **state)
{
	struct gr_test_file x;

	(void)state;
	gr_test_file_begin(&x, "remount", GR_TEST_PAGE);
	gr_test_file_fails(&x, "readonly", EBUSY, READONLY);
	gr_test_file_fails(&x, "writable", EIO, READONLY WRITABLE);
	gr_test_file_undoes(&x, WRITABLE);
	gr_test_file_end(&x);
}

/* A file is open for writing in every window: success would be a bug. */
static void must_be_refused(void **state)
{
	(void)state;
	assert_int_equal(gr_test_inv_expects("remount", EBUSY),
			 GR_EXPECT_LEGAL_WHILE_PINNED);
	assert_int_equal(gr_test_inv_expects("remount", 0), GR_EXPECT_BUG);
	assert_int_equal(gr_test_inv_expects("remount", EROFS), GR_EXPECT_BUG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goes_there_and_back),
		cmocka_unit_test(refusal_changes_nothing),
		cmocka_unit_test(must_be_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
