// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "fake_target.h"
#include "sys/call.h"
#include "sys/kernel.h"

#define CHECK "partial_unmap"
#define LEAF (4 * GR_TEST_PAGE)

int __real_gr_munmap(void *addr, size_t len);
int __wrap_gr_munmap(void *addr, size_t len);
int __real_gr_mprotect(void *addr, size_t len, int prot);
int __wrap_gr_mprotect(void *addr, size_t len, int prot);
int __real_gr_mremap_to(void *addr, size_t len, void *to);
int __wrap_gr_mremap_to(void *addr, size_t len, void *to);
bool __wrap_gr_kernel_symbol(const char *name);

/* The kernel of a test: what it refuses, and whether it is an old one. */
static struct {
	bool keeps, protects, stays;
	bool old;
	bool moved_is_alive;
	char *first; /* of the mapping in work */
} kernel;

static bool is_part(const void *addr, size_t len)
{
	const char *p = addr;

	return len == GR_TEST_PAGE && p > kernel.first &&
	       p < kernel.first + LEAF;
}

int __wrap_gr_munmap(void *addr, size_t len)
{
	if (kernel.keeps && is_part(addr, len))
		return -EINVAL;
	return __real_gr_munmap(addr, len);
}

int __wrap_gr_mprotect(void *addr, size_t len, int prot)
{
	if (kernel.protects && is_part(addr, len))
		return -EINVAL;
	return __real_gr_mprotect(addr, len, prot);
}

/* Pages beyond the end of a file give SIGBUS. */
static int put_dead_page(void *to)
{
	int ret, fd = memfd_create("dead", MFD_CLOEXEC);

	assert_true(fd >= 0);
	if (kernel.moved_is_alive)
		assert_int_equal(gr_truncate_fd(fd, GR_TEST_PAGE), 0);
	ret = gr_mmap_shared_at(to, GR_TEST_PAGE, PROT_READ, fd, 0);
	assert_int_equal(gr_close(fd), 0);
	return ret;
}

int __wrap_gr_mremap_to(void *addr, size_t len, void *to)
{
	assert_true(is_part(addr, len));
	return kernel.stays ? -EINVAL : put_dead_page(to);
}

bool __wrap_gr_kernel_symbol(const char *name)
{
	assert_string_equal(name, "dev_dax_split");
	return kernel.old;
}

static void note_mapping(struct gr_check_env *env, const char *what)
{
	struct gr_fake_env *f = env->engine;

	(void)what;
	f->nr_ops++;
	kernel.first = f->fake.last;
}

static struct gr_fake_env *begin(void **state)
{
	struct gr_fake_env *f = gr_fake_env_new(*state, GR_FAKE_GOOD);

	memset(&kernel, 0, sizeof(kernel));
	kernel.keeps = kernel.protects = kernel.stays = true;
	f->env.op = note_mapping;
	f->fake.target.spec.align = LEAF;
	return f;
}

static void passes_where_all_is_refused(void **state)
{
	gr_fake_finds(begin(state), CHECK, NULL);
}

static void munmap_is_found(void **state)
{
	struct gr_fake_env *f = begin(state);

	kernel.keeps = false;
	gr_fake_finds(f, CHECK, "part-unmapped");
}

static void mprotect_is_found(void **state)
{
	struct gr_fake_env *f = begin(state);

	kernel.protects = false;
	gr_fake_finds(f, CHECK, "part-protected");
}

static void mremap_is_found(void **state)
{
	struct gr_fake_env *f = begin(state);

	kernel.stays = false;
	gr_fake_finds(f, CHECK, "part-moved");
}

/* A kernel from before it asked moves the part, and leaves it dead. */
static void an_old_kernel_moves(void **state)
{
	struct gr_fake_env *f = begin(state);

	kernel.old = true;
	kernel.stays = false;
	gr_fake_finds(f, CHECK, NULL);
}

static void an_old_kernel_may_not_give_memory(void **state)
{
	struct gr_fake_env *f = begin(state);

	kernel.old = true;
	kernel.stays = false;
	kernel.moved_is_alive = true;
	gr_fake_finds(f, CHECK, "moved-part");
}

static void skips_leaves_of_a_page(void **state)
{
	struct gr_fake_env *f = begin(state);

	f->fake.target.spec.align = GR_TEST_PAGE;
	assert_int_equal(gr_fake_run(f, CHECK), 0);
	assert_true(f->skipped.text[0] != '\0');
	gr_fake_env_free(f);
}

static void needs_the_page(void **state)
{
	struct gr_fake_env *f = begin(state);

	f->fake.flaw = GR_FAKE_SHORT;
	f->fake.target.spec.align = LEAF;
	assert_int_equal(gr_truncate_fd(f->fake.fd, 0), 0);
	assert_int_equal(gr_fake_run(f, CHECK), -EFAULT);
	assert_int_equal(f->sight, GR_SIGHT_BLIND);
	gr_fake_env_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passes_where_all_is_refused),
		cmocka_unit_test(munmap_is_found),
		cmocka_unit_test(mprotect_is_found),
		cmocka_unit_test(mremap_is_found),
		cmocka_unit_test(an_old_kernel_moves),
		cmocka_unit_test(an_old_kernel_may_not_give_memory),
		cmocka_unit_test(skips_leaves_of_a_page),
		cmocka_unit_test(needs_the_page),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
