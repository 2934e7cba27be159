// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "fake_target.h"
#include "sys/call.h"

#define CHECK "map_unaligned"
#define LEAF (4 * GR_TEST_PAGE)

int __real_gr_mmap(size_t len, int prot, int flags, int fd, off_t off,
		   void **addr);
int __wrap_gr_mmap(size_t len, int prot, int flags, int fd, off_t off,
		   void **addr);
int __real_gr_mmap_shared_at(void *at, size_t len, int prot, int fd, off_t off);
int __wrap_gr_mmap_shared_at(void *at, size_t len, int prot, int fd, off_t off);

/* What the kernel of a test looks at. */
static struct {
	bool offset, length, fixed;
} looks;

int __wrap_gr_mmap(size_t len, int prot, int flags, int fd, off_t off,
		   void **addr)
{
	if (fd >= 0 && looks.offset && off % LEAF)
		return -EINVAL;
	if (fd >= 0 && looks.length && len % LEAF)
		return -EINVAL;
	return __real_gr_mmap(len, prot, flags, fd, off, addr);
}

int __wrap_gr_mmap_shared_at(void *at, size_t len, int prot, int fd, off_t off)
{
	assert_int_equal((uintptr_t)at % LEAF, 0);
	assert_int_equal(len, LEAF);
	assert_int_not_equal(off % LEAF, 0);
	if (looks.fixed)
		return -EINVAL;
	return __real_gr_mmap_shared_at(at, len, prot, fd, off);
}

static struct gr_fake_env *begin(void **state)
{
	struct gr_fake_env *f = gr_fake_env_new(*state, GR_FAKE_GOOD);

	f->fake.target.spec.align = LEAF;
	looks.offset = looks.length = looks.fixed = true;
	return f;
}

static void passes_where_all_is_looked_at(void **state)
{
	gr_fake_finds(begin(state), CHECK, NULL);
}

static void offset_is_found(void **state)
{
	struct gr_fake_env *f = begin(state);

	looks.offset = false;
	gr_fake_finds(f, CHECK, "unaligned-offset");
}

static void length_is_found(void **state)
{
	struct gr_fake_env *f = begin(state);

	looks.length = false;
	gr_fake_finds(f, CHECK, "unaligned-length");
}

static void fixed_offset_is_found(void **state)
{
	struct gr_fake_env *f = begin(state);

	looks.fixed = false;
	gr_fake_finds(f, CHECK, "unaligned-offset-fixed");
}

/* With leaves of a page nothing can be unaligned. */
static void skips_leaves_of_a_page(void **state)
{
	struct gr_fake_env *f = begin(state);

	f->fake.target.spec.align = GR_TEST_PAGE;
	assert_int_equal(gr_fake_run(f, CHECK), 0);
	assert_true(f->skipped.text[0] != '\0');
	gr_fake_env_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passes_where_all_is_looked_at),
		cmocka_unit_test(offset_is_found),
		cmocka_unit_test(length_is_found),
		cmocka_unit_test(fixed_offset_is_found),
		cmocka_unit_test(skips_leaves_of_a_page),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
