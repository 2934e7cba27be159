// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "fake_fs.h"
#include "invalidate_file.h"

#define FREEZE "freeze fs_freeze-test.tmp;"
#define THAW "thaw fs_freeze-test.tmp;"

static void thaws_at_once(void **state)
{
	struct gr_test_file x;

	(void)state;
	gr_test_file_begin(&x, "fs_freeze", GR_TEST_PAGE);
	for (int i = 0; i < 2; i++) {
		gr_test_file_does(&x, FREEZE THAW);
		gr_test_file_undoes(&x, THAW);
	}
	gr_test_file_end(&x);
}

/* That it is not frozen is no error of restore(), any other one is. */
static void thaws_what_stayed_frozen(void **state)
{
	struct gr_test_file x;

	(void)state;
	gr_test_file_begin(&x, "fs_freeze", GR_TEST_PAGE);
	gr_test_file_fails(&x, "thaw", EINTR, FREEZE THAW);
	strcpy(gr_fake_fs.fail_call, "thaw");
	gr_fake_fs.fail_ret = -EINVAL;
	gr_test_file_undoes(&x, THAW);
	gr_fake_fs.fail_ret = -EIO;
	assert_int_equal(x.inv.ops->restore(&x.inv), -EIO);
	gr_fake_fs_assert_calls(THAW);
	gr_test_file_end(&x);
}

/* What could not be frozen must not be thawed: it may be another's. */
static void failure_is_a_fact(void **state)
{
	struct gr_test_file x;

	(void)state;
	gr_test_file_begin(&x, "fs_freeze", GR_TEST_PAGE);
	gr_test_file_fails(&x, "freeze", EBUSY, FREEZE);
	strcpy(x.target.mnt, "./nowhere");
	assert_int_equal(x.inv.ops->invalidate(&x.inv), -ENOENT);
	assert_int_equal(x.inv.ops->restore(&x.inv), -ENOENT);
	strcpy(x.target.mnt, "./fs_freeze-test.tmp");
	gr_test_file_end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(thaws_at_once),
		cmocka_unit_test(thaws_what_stayed_frozen),
		cmocka_unit_test(failure_is_a_fact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
