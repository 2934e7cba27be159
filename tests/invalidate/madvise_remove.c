// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "own_mapping.h"
#include "sys/access.h"
#include "sys/call.h"

/* The bytes are gone from the file, whose size stays. */
static void punches_a_hole(void **state)
{
	static const char zeros[GR_TEST_OWN_LEN];
	char got[GR_TEST_OWN_LEN];
	struct gr_test_own x;

	(void)state;
	gr_test_own_begin(&x, "madvise_remove");
	assert_int_equal(x.inv.ops->invalidate(&x.inv), 0);
	assert_int_equal(gr_pread(x.mapping.fd, got, sizeof(got), 0),
			 sizeof(got));
	assert_memory_equal(got, zeros, sizeof(got));
	assert_int_equal(gr_touch(x.addr, true), 0);
	assert_int_equal(x.inv.ops->restore(&x.inv), 0);
	gr_test_own_end(&x);
}

/* A target without a file is none for it. */
static void needs_a_file(void **state)
{
	struct gr_test_own x;
	struct gr_test_log log;

	(void)state;
	gr_test_own_begin(&x, "madvise_remove");
	assert_true(x.inv.ops->flags & GR_INV_FILE);
	x.target.mnt[0] = '\0';
	gr_test_log_to(&log);
	assert_int_equal(x.inv.ops->setup(&x.ctx, &x.inv), -ENODEV);
	gr_test_log_to(NULL);
	assert_int_equal(log.nr, 1);
	gr_test_own_end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(punches_a_hole),
		cmocka_unit_test(needs_a_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
