// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>

#include "invalidate_file.h"
#include "sys/call.h"

#define CALL "clone data+4096 other+0 32768;"

static void shares_with_an_empty_file(void **state)
{
	struct gr_test_file x;

	(void)state;
	gr_test_file_begin(&x, "reflink_from", GR_TEST_PAGE);
	assert_int_equal(gr_test_file_size(&x, "other"), 0);
	for (int i = 0; i < 2; i++) {
		gr_test_file_does(&x, CALL);
		gr_test_file_undoes(&x, "");
	}
	gr_test_file_end(&x);
}

/* What the clone has is cut off, and only that. */
static void gives_the_share_back(void **state)
{
	struct gr_test_file x;
	char path[128];

	(void)state;
	gr_test_file_begin(&x, "reflink_from", GR_TEST_PAGE);
	snprintf(path, sizeof(path), "%s/other", x.target.mnt);
	assert_int_equal(gr_truncate(path, 3 * GR_TEST_PAGE), 0);
	gr_test_file_undoes(&x, "");
	assert_int_equal(gr_test_file_size(&x, "other"), 0);
	assert_int_equal(gr_test_file_size(&x, "data"),
			 x.target.file_off + x.target.size);
	gr_test_file_end(&x);
}

static void failure_is_a_fact(void **state)
{
	struct gr_test_file x;

	(void)state;
	gr_test_file_begin(&x, "reflink_from", GR_TEST_PAGE);
	gr_test_file_fails(&x, "clone", EINVAL, CALL);
	gr_test_file_undoes(&x, "");
	gr_test_file_gone(&x);
	gr_test_file_end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shares_with_an_empty_file),
		cmocka_unit_test(gives_the_share_back),
		cmocka_unit_test(failure_is_a_fact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
