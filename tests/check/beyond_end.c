// SPDX-License-Identifier: GPL-2.0-only
/* A file in memory is cut as a file must be; a kernel that cuts wrongly is told. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "fake_target.h"
#include "sys/call.h"

#define CHECK "beyond_end"

int __real_gr_truncate(const char *path, off_t len);
int __wrap_gr_truncate(const char *path, off_t len);

static enum {
	CUTS,
	CUTS_NOT, /* and says that it did */
	FAILS,
	CUTS_TOO_MUCH,
	KEEPS_OLD, /* shows them when the file grows */
	GROWS_NOT,
} kernel;

static unsigned int nr_calls;
static int fd;

int __wrap_gr_truncate(const char *path, off_t len)
{
	bool grows = nr_calls++;
	int ret;

	if (kernel == FAILS)
		return -EIO;
	if (kernel == CUTS_NOT || (kernel == GROWS_NOT && grows))
		return 0;
	ret = __real_gr_truncate(path, len);
	if (kernel == CUTS_TOO_MUCH && !grows) {
		assert_int_equal(__real_gr_truncate(path, len / 2), 0);
		assert_int_equal(__real_gr_truncate(path, len), 0);
	}
	if (kernel == KEEPS_OLD && grows)
		assert_int_equal(pwrite(fd, "old", 3, len - GR_TEST_PAGE), 3);
	return ret;
}

static struct gr_fake_env *begin(void **state)
{
	struct gr_fake_env *f = gr_fake_env_new(*state, GR_FAKE_GOOD);

	gr_fake_env_file(f);
	nr_calls = 0;
	fd = f->fake.fd;
	return f;
}

static void a_cut_is_out_of_reach(void **state)
{
	struct gr_fake_env *f = begin(state);

	kernel = CUTS;
	assert_int_equal(gr_fake_run(f, CHECK), 0);
	assert_int_equal(f->found.nr, 0);
	assert_int_equal(f->sight, GR_SIGHT_CLEAN);
	assert_int_equal(nr_calls, 2);
	assert_true(gr_fake_saw(f, GR_POLICY_CUT_TOUCHED, ENXIO));
	assert_true(gr_fake_saw(f, GR_POLICY_CUT_UNTOUCHED, ENXIO));
	assert_true(gr_fake_saw(f, GR_POLICY_CUT_PINNED, EFAULT));
	gr_fake_env_free(f);
}

static void what_stays_is_found(void **state)
{
	struct gr_fake_env *f = begin(state);

	kernel = CUTS_NOT;
	assert_int_equal(gr_fake_run(f, CHECK), 0);
	assert_true(gr_fake_has(f, "cut-survived"));
	assert_true(gr_fake_has(f, "beyond-end"));
	assert_true(gr_fake_has(f, "pinned-beyond-end"));
	assert_true(gr_fake_has(f, "old-data"));
	gr_fake_env_free(f);
}

/* What is no policy: data, and a file that does not grow. */
static void finds(void **state, int how, const char *signature)
{
	struct gr_fake_env *f = begin(state);

	kernel = how;
	assert_int_equal(gr_fake_run(f, CHECK), 0);
	assert_int_equal(f->found.nr, 1);
	assert_true(gr_fake_has(f, signature));
	assert_int_equal(f->sight, GR_SIGHT_CLEAN);
	gr_fake_env_free(f);
}

static void too_much_is_found(void **state)
{
	finds(state, CUTS_TOO_MUCH, "wrong-data");
}

static void old_bytes_are_found(void **state)
{
	finds(state, KEEPS_OLD, "old-data");
}

static void no_growth_is_found(void **state)
{
	finds(state, GROWS_NOT, "not-grown");
}

static void a_failure_is_no_finding(void **state)
{
	struct gr_fake_env *f = begin(state);

	kernel = FAILS;
	assert_int_equal(gr_fake_run(f, CHECK), -EIO);
	assert_int_equal(f->found.nr, 0);
	assert_true(f->log.nr > 0);
	gr_fake_env_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cut_is_out_of_reach),
		cmocka_unit_test(what_stays_is_found),
		cmocka_unit_test(too_much_is_found),
		cmocka_unit_test(old_bytes_are_found),
		cmocka_unit_test(no_growth_is_found),
		cmocka_unit_test(a_failure_is_no_finding),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
