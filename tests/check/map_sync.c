// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "fake_target.h"
#include "sys/call.h"

#define CHECK "map_sync"

int __real_gr_mmap(size_t len, int prot, int flags, int fd, off_t off,
		   void **addr);
int __wrap_gr_mmap(size_t len, int prot, int flags, int fd, off_t off,
		   void **addr);

static bool allows_sync;

/* Ordinary memory refuses MAP_SYNC; one that allows it maps as ever. */
int __wrap_gr_mmap(size_t len, int prot, int flags, int fd, off_t off,
		   void **addr)
{
	if (allows_sync && flags & MAP_SYNC) {
		assert_int_equal(flags & MAP_TYPE, MAP_SHARED_VALIDATE);
		flags = MAP_SHARED;
	}
	return __real_gr_mmap(len, prot, flags, fd, off, addr);
}

static void passes_where_it_is_allowed(void **state)
{
	allows_sync = true;
	gr_fake_passes(*state, CHECK);
	allows_sync = false;
}

static void refusal_is_found(void **state)
{
	gr_fake_fails(*state, CHECK, GR_FAKE_GOOD, "sync-mapping");
}

static void cannot_be_tested_without_a_node(void **state)
{
	struct gr_fake_env *f = gr_fake_env_new(*state, GR_FAKE_GOOD);

	strcpy(f->fake.target.dev, "nowhere/dax0.0");
	assert_int_equal(gr_fake_run(f, CHECK), -ENOENT);
	assert_int_equal(f->sight, GR_SIGHT_BLIND);
	gr_fake_env_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passes_where_it_is_allowed),
		cmocka_unit_test(refusal_is_found),
		cmocka_unit_test(cannot_be_tested_without_a_node),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
