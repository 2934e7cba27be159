// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "base/size.h"
#include "fake_nd.h"
#include "fake_target.h"
#include "sys/call.h"

#define CHECK "create_destroy"
#define AND_DESTROY ";destroy namespace0.0;"

static struct gr_fake_env *begin(void **state, uint64_t ns_size)
{
	struct gr_fake_env *f = gr_fake_env_on_bus(*state, GR_FAKE_GOOD);

	/* sparse: a leaf of it is mapped, a page of that is touched */
	assert_int_equal(gr_truncate_fd(f->fake.fd, (off_t)ns_size), 0);
	f->fake.target.ns_size = ns_size;
	return f;
}

/* 8 MiB has room for two leaves of 2 MiB behind a rounded start, no more. */
static void tries_what_fits(void **state)
{
	struct gr_fake_env *f = begin(state, 8 * GR_MIB);

	assert_int_equal(gr_fake_run(f, CHECK), 0);
	assert_int_equal(f->found.nr, 0);
	gr_fake_nd_assert_calls(
		"create namespace0.0 raw none 0" AND_DESTROY
		"create namespace0.0 sector none 0" AND_DESTROY
		"create namespace0.0 fsdax mem 4K" AND_DESTROY
		"create namespace0.0 fsdax mem 2M" AND_DESTROY
		"create namespace0.0 fsdax dev 4K" AND_DESTROY
		"create namespace0.0 fsdax dev 2M" AND_DESTROY
		"create namespace0.0 devdax mem 4K" AND_DESTROY
		"create namespace0.0 devdax mem 2M" AND_DESTROY
		"create namespace0.0 devdax dev 4K" AND_DESTROY
		"create namespace0.0 devdax dev 2M" AND_DESTROY);
	assert_int_equal(gr_fake_nd.nr_open, 0);
	gr_fake_env_free(f);
}

static void tries_the_largest_leaf(void **state)
{
	struct gr_fake_env *f = begin(state, 2 * GR_GIB);

	assert_int_equal(gr_fake_run(f, CHECK), 0);
	assert_int_equal(f->found.nr, 0);
	assert_non_null(
		strstr(gr_fake_nd.calls, "create namespace0.0 devdax dev 1G;"));
	gr_fake_env_free(f);
}

static void find(void **state, const char *node, const char *signature)
{
	struct gr_fake_env *f = begin(state, 8 * GR_MIB);

	strcpy(gr_fake_nd.ns[0].blockdev, node);
	assert_int_equal(gr_fake_run(f, CHECK), 0);
	assert_true(gr_fake_has(f, signature));
	gr_fake_env_free(f);
}

static void node_that_cannot_be_used_is_found(void **state)
{
	find(state, "null", "node-unusable"); /* reads nothing */
	find(state, "pts", "node-missing"); /* a folder */
}

static void give_up(void **state, const char *call, int ret)
{
	struct gr_fake_env *f = begin(state, 8 * GR_MIB);

	strcpy(gr_fake_nd.fail_call, call);
	gr_fake_nd.fail_ret = ret;
	assert_int_equal(gr_fake_run(f, CHECK), ret);
	assert_int_equal(f->found.nr, 0);
	assert_int_equal(gr_fake_nd.nr_open, 0);
	gr_fake_env_free(f);
}

static void failure_cannot_be_tested(void **state)
{
	give_up(state, "create namespace0.0 fsdax mem 2M", -ENXIO);
	give_up(state, "destroy", -EBUSY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tries_what_fits),
		cmocka_unit_test(tries_the_largest_leaf),
		cmocka_unit_test(node_that_cannot_be_used_is_found),
		cmocka_unit_test(failure_cannot_be_tested),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
