// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "invalidate_file.h"
#include "invalidate_life.h"

#define CALL "dedupe other+0 data+4096 32768;"

/* The file is emptied, so that attach() makes it the copy's like again. */
static void compares_with_a_copy(void **state)
{
	struct gr_test_file x;

	(void)state;
	gr_test_file_begin(&x, "dedupe", GR_TEST_PAGE);
	assert_int_equal(gr_test_file_size(&x, "other"), x.target.size);
	for (int i = 0; i < 2; i++) {
		gr_test_file_does(&x, CALL);
		gr_test_file_undoes(&x, "");
		assert_int_equal(gr_test_file_size(&x, "data"), 0);
		gr_test_file_make(&x);
	}
	gr_test_file_end(&x);
}

static void other_bytes_are_no_bug(void **state)
{
	struct gr_test_file x;

	(void)state;
	gr_test_file_begin(&x, "dedupe", GR_TEST_PAGE);
	gr_test_file_fails(&x, "dedupe", EBADE, CALL);
	gr_test_file_end(&x);
	assert_int_equal(gr_test_inv_expects("dedupe", EBADE),
			 GR_EXPECT_LEGAL_WHILE_PINNED);
}

static void failure_is_a_fact(void **state)
{
	struct gr_test_file x;

	(void)state;
	gr_test_file_begin(&x, "dedupe", GR_TEST_PAGE);
	gr_test_file_fails(&x, "dedupe", EINVAL, CALL);
	gr_test_file_gone(&x);
	gr_test_file_end(&x);
	assert_int_equal(gr_test_inv_expects("dedupe", EINVAL), GR_EXPECT_BUG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compares_with_a_copy),
		cmocka_unit_test(other_bytes_are_no_bug),
		cmocka_unit_test(failure_is_a_fact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
