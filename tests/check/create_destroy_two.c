// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "base/size.h"
#include "fake_nd.h"
#include "fake_target.h"
#include "sys/call.h"

#define CHECK "create_destroy_two"

static struct gr_fake_env *begin(void **state)
{
	struct gr_fake_env *f = gr_fake_env_on_bus(*state, GR_FAKE_GOOD);

	assert_int_equal(gr_truncate_fd(f->fake.fd, 8 * GR_MIB), 0);
	f->fake.target.ns_size = 8 * GR_MIB;
	gr_fake_nd.nr_ns = 2;
	gr_fake_nd.ns[0].raw_size = 8 * GR_MIB;
	gr_fake_nd.ns[1] = gr_fake_nd.ns[0];
	strcpy(gr_fake_nd.ns[1].name, "namespace1.0");
	return f;
}

static void passes_with_two(void **state)
{
	struct gr_fake_env *f = begin(state);

	assert_int_equal(gr_fake_run(f, CHECK), 0);
	assert_int_equal(f->found.nr, 0);
	assert_string_equal(f->skipped.text, "");
	/* our side; the other one was in a process of its own */
	assert_non_null(strstr(gr_fake_nd.calls, "destroy namespace0.0;"));
	assert_null(strstr(gr_fake_nd.calls, "namespace1.0"));
	gr_fake_env_free(f);
}

static void one_is_not_enough(void **state)
{
	struct gr_fake_env *f = begin(state);

	gr_fake_nd.nr_ns = 1;
	assert_int_equal(gr_fake_run(f, CHECK), 0);
	assert_non_null(strstr(f->skipped.text, "there is no second one"));
	assert_string_equal(gr_fake_nd.calls, "");
	gr_fake_env_free(f);
}

/* What the other process could not do is not lost with it. */
static void failure_of_the_other_counts(void **state)
{
	struct gr_fake_env *f = begin(state);

	strcpy(gr_fake_nd.fail_call, "create namespace1.0 fsdax");
	gr_fake_nd.fail_ret = -ENXIO;
	assert_int_equal(gr_fake_run(f, CHECK), -EIO);
	assert_int_equal(f->found.nr, 0);
	gr_fake_env_free(f);
}

static void failure_of_ours_counts(void **state)
{
	struct gr_fake_env *f = begin(state);

	strcpy(gr_fake_nd.fail_call, "destroy namespace0.0");
	gr_fake_nd.fail_ret = -EBUSY;
	assert_int_equal(gr_fake_run(f, CHECK), -EBUSY);
	gr_fake_env_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passes_with_two),
		cmocka_unit_test(one_is_not_enough),
		cmocka_unit_test(failure_of_the_other_counts),
		cmocka_unit_test(failure_of_ours_counts),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
