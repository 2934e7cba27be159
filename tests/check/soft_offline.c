// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "fake_target.h"
#include "sys/call.h"

#define CHECK "soft_offline"

int __wrap_gr_soft_offline(void *addr, size_t len);

static int answer;
static unsigned int nr_asked;

/* Never the real one: the memory of this machine is ordinary memory. */
int __wrap_gr_soft_offline(void *addr, size_t len)
{
	assert_non_null(addr);
	assert_int_equal(len, GR_TEST_PAGE);
	nr_asked++;
	return answer;
}

static void refusal_passes(void **state)
{
	answer = -EIO;
	nr_asked = 0;
	gr_fake_passes(*state, CHECK);
	assert_int_equal(nr_asked, 1);
}

static void success_is_found(void **state)
{
	answer = 0;
	gr_fake_fails(*state, CHECK, GR_FAKE_GOOD, "soft-offline");
}

static void other_errno_is_found(void **state)
{
	answer = -EBUSY;
	gr_fake_fails(*state, CHECK, GR_FAKE_GOOD, "soft-offline-errno");
}

static void needs_the_page(void **state)
{
	struct gr_fake_env *f = gr_fake_env_new(*state, GR_FAKE_GOOD);

	assert_int_equal(gr_truncate_fd(f->fake.fd, 0), 0);
	assert_int_equal(gr_fake_run(f, CHECK), -EFAULT);
	assert_int_equal(f->facts.policy.nr, 0);
	gr_fake_env_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refusal_passes),
		cmocka_unit_test(success_is_found),
		cmocka_unit_test(other_errno_is_found),
		cmocka_unit_test(needs_the_page),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
