// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "fake_nd.h"
#include "fake_target.h"
#include "sys/call.h"

#define CHECK "data_carried"

/* Shared memory takes O_DIRECT from Linux 6.6 on. */
static struct gr_fake_env *begin(void **state, enum gr_fake_flaw flaw)
{
	struct gr_fake_env *f = gr_fake_env_on_bus(*state, flaw);
	int fd = gr_open(f->fake.target.dev, O_RDWR | O_DIRECT);

	if (fd < 0) {
		gr_fake_env_free(f);
		gr_test_skip("no O_DIRECT on shared memory: %s", strerror(-fd));
	}
	assert_int_equal(gr_close(fd), 0);
	return f;
}

static void passes_on_one_memory(void **state)
{
	struct gr_fake_env *f = begin(state, GR_FAKE_GOOD);

	/* twice: what the first run left must not matter */
	for (int i = 0; i < 2; i++) {
		assert_int_equal(gr_fake_run(f, CHECK), 0);
		assert_int_equal(f->found.nr, 0);
		gr_fake_nd_assert_calls("create namespace0.0 fsdax mem 4K;"
					"create namespace0.0 devdax mem 4K;"
					"create namespace0.0 fsdax mem 4K;"
					"create namespace0.0 devdax mem 4K;");
	}
	assert_int_equal(gr_fake_nd.nr_open, 0);
	gr_fake_env_free(f);
}

static void find(void **state, enum gr_fake_flaw flaw, const char *way)
{
	struct gr_fake_env *f = begin(state, flaw);

	assert_int_equal(gr_fake_run(f, CHECK), 0);
	assert_int_equal(f->found.nr, 1);
	assert_string_equal(f->found.of[0].signature, "data-not-carried");
	assert_non_null(strstr(f->found.of[0].summary, way));
	gr_fake_env_free(f);
}

static void lost_on_the_way_down(void **state)
{
	struct gr_fake_env *f = begin(state, GR_FAKE_OTHER_PAGE);

	assert_int_equal(gr_fake_run(f, CHECK), 0);
	assert_true(gr_fake_has(f, "data-not-carried"));
	assert_non_null(strstr(f->found.of[0].summary, "fsdax to devdax"));
	gr_fake_env_free(f);
}

static void lost_on_the_way_up(void **state)
{
	find(state, GR_FAKE_PRIVATE, "devdax to fsdax");
}

static void failed_change_cannot_be_tested(void **state)
{
	struct gr_fake_env *f = begin(state, GR_FAKE_GOOD);

	strcpy(gr_fake_nd.fail_call, "create namespace0.0 devdax");
	gr_fake_nd.fail_ret = -ENXIO;
	assert_int_equal(gr_fake_run(f, CHECK), -ENXIO);
	assert_int_equal(f->found.nr, 0);
	assert_int_equal(gr_fake_nd.nr_open, 0);
	gr_fake_env_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passes_on_one_memory),
		cmocka_unit_test(lost_on_the_way_down),
		cmocka_unit_test(lost_on_the_way_up),
		cmocka_unit_test(failed_change_cannot_be_tested),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
