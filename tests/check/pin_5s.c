// SPDX-License-Identifier: GPL-2.0-only
/*
 * A cut that waits for the unpin, or does not, in the process that makes it: the
 * unpin is known by the pipe of vmsplice, which is drained.
 */
#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "fake_target.h"
#include "sys/call.h"
#include "sys/process.h"

#define CHECK "pin_5s"

int __wrap_gr_truncate(const char *path, off_t len);
ssize_t __real_gr_splice(int fd_in, int fd_out, size_t len, unsigned int flags);
ssize_t __wrap_gr_splice(int fd_in, int fd_out, size_t len, unsigned int flags);

static enum {
	WAITS,
	WAITS_NOT,
	FAILS,
	IS_LATE, /* by 1.5 s */
	NEVER,
} kernel;

static struct shared {
	unsigned int unpinned; /* futex */
	unsigned int nr_cuts;
} * shared;

ssize_t __wrap_gr_splice(int fd_in, int fd_out, size_t len, unsigned int flags)
{
	ssize_t n = __real_gr_splice(fd_in, fd_out, len, flags);

	__atomic_store_n(&shared->unpinned, 1, __ATOMIC_RELEASE);
	gr_futex_wake(&shared->unpinned);
	return n;
}

static void wait_unpinned(void)
{
	while (!__atomic_load_n(&shared->unpinned, __ATOMIC_ACQUIRE))
		(void)gr_futex_wait(&shared->unpinned, 0, GR_NSEC_PER_SEC);
}

int __wrap_gr_truncate(const char *path, off_t len)
{
	unsigned int nothing = 0;

	(void)path;
	shared->nr_cuts++;
	if (len)
		return -EINVAL;
	if (kernel == FAILS)
		return -EIO;
	if (kernel == WAITS_NOT)
		return 0;
	wait_unpinned();
	if (kernel == IS_LATE)
		(void)gr_futex_wait(&nothing, 0, 3 * GR_NSEC_PER_SEC / 2);
	while (kernel == NEVER)
		(void)gr_futex_wait(&nothing, 0, GR_NSEC_PER_SEC);
	return 0;
}

static struct gr_fake_env *begin(void **state)
{
	struct gr_fake_env *f = gr_fake_env_new(*state, GR_FAKE_GOOD);

	gr_fake_env_file(f);
	memset(shared, 0, sizeof(*shared));
	return f;
}

static void five_seconds_are_clean(void **state)
{
	uint64_t from = gr_now_ns();

	kernel = WAITS;
	gr_fake_finds(begin(state), CHECK, NULL);
	assert_true(gr_now_ns() - from >= 5 * GR_NSEC_PER_SEC);
	assert_int_equal(shared->nr_cuts, 1);
}

static void finds(void **state, int how, enum gr_class class,
		  const char *signature)
{
	struct gr_fake_env *f = begin(state);

	kernel = how;
	assert_int_equal(gr_fake_run(f, CHECK), 0);
	assert_int_equal(f->found.nr, 1);
	assert_string_equal(f->found.of[0].signature, signature);
	assert_int_equal(f->found.of[0].class, class);
	gr_fake_env_free(f);
}

static void too_early_is_found(void **state)
{
	finds(state, WAITS_NOT, GR_CLASS_EARLY_FREE, "returned-while-pinned");
}

static void too_late_is_found(void **state)
{
	finds(state, IS_LATE, GR_CLASS_LEAK, "returned-late");
}

static void never_is_found(void **state)
{
	finds(state, NEVER, GR_CLASS_LEAK, "never-returned");
}

static void a_cut_that_fails_tells_nothing(void **state)
{
	struct gr_fake_env *f = begin(state);

	kernel = FAILS;
	assert_int_equal(gr_fake_run(f, CHECK), -EIO);
	assert_int_equal(f->found.nr, 0);
	assert_int_equal(f->log.nr, 1);
	gr_fake_env_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(five_seconds_are_clean),
		cmocka_unit_test(too_early_is_found),
		cmocka_unit_test(too_late_is_found),
		cmocka_unit_test(never_is_found),
		cmocka_unit_test(a_cut_that_fails_tells_nothing),
	};
	void *mem;

	if (gr_shared_new(sizeof(*shared), &mem))
		return 99;
	shared = mem;
	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
