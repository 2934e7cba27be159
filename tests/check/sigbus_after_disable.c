// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "fake_nd.h"
#include "fake_target.h"
#include "sys/call.h"

#define CHECK "sigbus_after_disable"

int __real_gr_mmap(size_t len, int prot, int flags, int fd, off_t off,
		   void **addr);
int __wrap_gr_mmap(size_t len, int prot, int flags, int fd, off_t off,
		   void **addr);

/* What the hooks of the bus act on; a test has one. */
static struct {
	int fd;
	bool loses_data;
	bool dead;
	bool maps_when_dead;
	char data[GR_TEST_PAGE];
} memory;

int __wrap_gr_mmap(size_t len, int prot, int flags, int fd, off_t off,
		   void **addr)
{
	if (memory.dead && fd >= 0 && !memory.maps_when_dead)
		return -ENXIO;
	return __real_gr_mmap(len, prot, flags, fd, off, addr);
}

/* Pages beyond the end of a file give SIGBUS, as those of a dead device do. */
static void take_and_give(const char *call)
{
	if (!strncmp(call, "disable", 7)) {
		assert_int_equal(
			gr_pread(memory.fd, memory.data, GR_TEST_PAGE, 0),
			GR_TEST_PAGE);
		assert_int_equal(gr_truncate_fd(memory.fd, 0), 0);
		memory.dead = true;
		return;
	}
	memory.dead = false;
	assert_int_equal(
		gr_truncate_fd(memory.fd, GR_FAKE_LEAVES * GR_TEST_PAGE), 0);
	if (!memory.loses_data)
		assert_int_equal(
			gr_pwrite(memory.fd, memory.data, GR_TEST_PAGE, 0),
			GR_TEST_PAGE);
}

static struct gr_fake_env *begin(void **state)
{
	struct gr_fake_env *f = gr_fake_env_on_bus(*state, GR_FAKE_GOOD);

	memory.fd = f->fake.fd;
	memory.loses_data = false;
	memory.dead = false;
	memory.maps_when_dead = false;
	gr_fake_nd.on_call = take_and_give;
	return f;
}

static void run_and_find(struct gr_fake_env *f, const char *signature)
{
	assert_int_equal(gr_fake_run(f, CHECK), 0);
	assert_true(gr_fake_has(f, signature));
	assert_int_equal(gr_fake_nd.nr_open, 0);
	gr_fake_env_free(f);
}

static void passes_on_a_good_kernel(void **state)
{
	struct gr_fake_env *f = begin(state);

	assert_int_equal(gr_fake_run(f, CHECK), 0);
	assert_int_equal(f->found.nr, 0);
	gr_fake_nd_assert_calls("disable namespace0.0;enable namespace0.0;");
	gr_fake_env_free(f);
}

static void living_mapping_is_found(void **state)
{
	struct gr_fake_env *f = begin(state);

	gr_fake_nd.on_call = NULL;
	run_and_find(f, "mapping-survived");
}

static void living_untouched_page_is_found(void **state)
{
	struct gr_fake_env *f = begin(state);

	gr_fake_nd.on_call = NULL;
	run_and_find(f, "fault-survived");
}

static void mapping_of_the_dead_is_found(void **state)
{
	struct gr_fake_env *f = begin(state);

	memory.maps_when_dead = true;
	run_and_find(f, "dead-mapping");
}

static void lost_data_is_found(void **state)
{
	struct gr_fake_env *f = begin(state);

	memory.loses_data = true;
	run_and_find(f, "wrong-data");
}

static void failed_enable_is_found(void **state)
{
	struct gr_fake_env *f = begin(state);

	gr_fake_nd.on_call = NULL;
	strcpy(gr_fake_nd.fail_call, "enable");
	gr_fake_nd.fail_ret = -ENXIO;
	run_and_find(f, "not-usable-again");
}

static void failed_disable_cannot_be_tested(void **state)
{
	struct gr_fake_env *f = begin(state);

	strcpy(gr_fake_nd.fail_call, "disable");
	gr_fake_nd.fail_ret = -EBUSY;
	assert_int_equal(gr_fake_run(f, CHECK), -EBUSY);
	assert_int_equal(f->log.nr, 1);
	assert_int_equal(f->found.nr, 0);
	gr_fake_env_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passes_on_a_good_kernel),
		cmocka_unit_test(living_mapping_is_found),
		cmocka_unit_test(living_untouched_page_is_found),
		cmocka_unit_test(mapping_of_the_dead_is_found),
		cmocka_unit_test(lost_data_is_found),
		cmocka_unit_test(failed_enable_is_found),
		cmocka_unit_test(failed_disable_cannot_be_tested),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
