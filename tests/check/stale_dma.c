// SPDX-License-Identifier: GPL-2.0-only
/*
 * A disable that waits for the read in flight, or does not, in the process that
 * makes it. The mapping and the block device are one memory, so what the read
 * brings late is in the blocks that have been given away.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "core/tag.h"
#include "fake_dm.h"
#include "fake_nd.h"
#include "fake_target.h"
#include "sys/call.h"
#include "sys/process.h"

#define CHECK "stale_dma"
#define LEAF (2 * GR_TEST_PAGE)

static enum {
	WAITS,
	WAITS_NOT,
	LOSES, /* waits not, and what is read late goes nowhere */
	SPOILS, /* waits not, and something else is written */
	NEVER,
} kernel;

/* What both processes see. */
static struct shared {
	unsigned int unpinned; /* futex */
	unsigned int nr_pages; /* that the read was given */
	char calls[256]; /* of the bus, by either */
} * shared;

/* The end of the read. */
static ssize_t end_of_read(void)
{
	ssize_t n = (ssize_t)gr_fake_dm.nr * GR_TEST_PAGE;

	if (kernel == SPOILS)
		memset(gr_fake_dm.iov[0].iov_base, 0x55, 64);
	else if (kernel != LOSES)
		n = gr_fake_dm_copy();
	shared->nr_pages = (unsigned int)gr_fake_dm.nr;
	__atomic_store_n(&shared->unpinned, 1, __ATOMIC_RELEASE);
	gr_futex_wake(&shared->unpinned);
	return n;
}

static void on_call(const char *call)
{
	size_t used = strlen(shared->calls);
	unsigned int nothing = 0;

	snprintf(shared->calls + used, sizeof(shared->calls) - used, "%s;",
		 call);
	if (strncmp(call, "disable ", strlen("disable ")) != 0)
		return;
	while (kernel == NEVER)
		(void)gr_futex_wait(&nothing, 0, GR_NSEC_PER_SEC);
	while (kernel == WAITS &&
	       !__atomic_load_n(&shared->unpinned, __ATOMIC_ACQUIRE))
		(void)gr_futex_wait(&shared->unpinned, 0, GR_NSEC_PER_SEC);
}

/* Shared memory takes O_DIRECT from Linux 6.6 on. */
static struct gr_fake_env *begin(void **state, int how)
{
	struct gr_fake_env *f = gr_fake_env_on_bus(*state, GR_FAKE_GOOD);
	int fd = gr_open(f->fake.target.dev, O_RDWR | O_DIRECT);

	if (fd < 0) {
		gr_fake_env_free(f);
		gr_test_skip("no O_DIRECT on shared memory: %s", strerror(-fd));
	}
	assert_int_equal(gr_close(fd), 0);
	kernel = how;
	memset(shared, 0, sizeof(*shared));
	gr_fake_dm_reset();
	gr_fake_dm.copy = end_of_read;
	gr_fake_nd.on_call = on_call;
	return f;
}

/* Away and back again, and nothing left open. */
static void assert_calls(const char *align)
{
	char calls[256];

	snprintf(calls, sizeof(calls),
		 "disable namespace0.0;create namespace0.0 fsdax mem %s;"
		 "create namespace0.0 devdax mem %s;",
		 align, align);
	assert_string_equal(shared->calls, calls);
	assert_int_equal(gr_fake_nd.nr_open, 0);
}

static void a_disable_that_waits_is_clean(void **state)
{
	/* twice: what the first run left must not matter */
	for (int i = 0; i < 2; i++) {
		gr_fake_finds(begin(state, WAITS), CHECK, NULL);
		assert_int_equal(shared->unpinned, 1);
		assert_int_equal(shared->nr_pages, 2);
		assert_calls("4K");
	}
}

static void both_ends_of_a_leaf_are_looked_at(void **state)
{
	const struct gr_tag tag = {
		.owner = GR_TAG_CANARY, .off = LEAF - GR_TEST_PAGE, .gen = 1};
	struct gr_fake_env *f = begin(state, WAITS);
	char block[GR_TEST_PAGE];

	f->fake.target.spec.align = LEAF;
	assert_int_equal(gr_fake_run(f, CHECK), 0);
	assert_int_equal(f->found.nr, 0);
	assert_int_equal(shared->nr_pages, 4);
	assert_calls("8K");
	assert_int_equal(
		gr_pread(f->fake.fd, block, sizeof(block), LEAF - GR_TEST_PAGE),
		GR_TEST_PAGE);
	assert_int_equal(gr_tag_check(block, &tag), -1);
	gr_fake_env_free(f);
}

/* The early return is told first, whatever becomes of the data. */
static struct gr_fake_env *find_early(void **state, int how, unsigned int nr)
{
	struct gr_fake_env *f = begin(state, how);

	assert_int_equal(gr_fake_run(f, CHECK), 0);
	assert_int_equal(f->found.nr, nr);
	assert_int_equal(f->found.of[0].class, GR_CLASS_EARLY_FREE);
	assert_string_equal(f->found.of[0].signature, "returned-while-pinned");
	assert_calls("4K");
	return f;
}

static void late_data_in_canaries_is_found(void **state)
{
	struct gr_fake_env *f = find_early(state, WAITS_NOT, 2);

	assert_int_equal(f->found.of[1].class, GR_CLASS_STALE_DMA);
	assert_string_equal(f->found.of[1].signature,
			    "foreign-tag-in-namespace");
	assert_string_equal(
		f->found.of[1].summary,
		"block 0 of namespace0.0, device offset 0, from byte 0: data "
		"of the pin at 0, generation 0, not data of the canary at 0, "
		"generation 1; in 2 of 2 blocks");
	gr_fake_env_free(f);
}

static void other_bytes_in_canaries_are_found(void **state)
{
	struct gr_fake_env *f = find_early(state, SPOILS, 2);

	assert_int_equal(f->found.of[1].class, GR_CLASS_DATA);
	assert_string_equal(f->found.of[1].signature,
			    "wrong-bytes-in-namespace");
	assert_non_null(strstr(f->found.of[1].summary, "1 of 2 blocks"));
	gr_fake_env_free(f);
}

static void too_early_is_found_without_late_data(void **state)
{
	gr_fake_env_free(find_early(state, LOSES, 1));
}

static void never_is_found(void **state)
{
	struct gr_fake_env *f = begin(state, NEVER);

	assert_int_equal(gr_fake_run(f, CHECK), 0);
	assert_int_equal(f->found.nr, 1);
	assert_string_equal(f->found.of[0].signature, "never-returned");
	assert_int_equal(f->found.of[0].class, GR_CLASS_LEAK);
	assert_string_equal(shared->calls, "disable namespace0.0;");
	gr_fake_env_free(f);
}

/* It must not be taken for an early return, nor leave the read in flight. */
static void fails(void **state, const char *call)
{
	struct gr_fake_env *f = begin(state, WAITS);

	strcpy(gr_fake_nd.fail_call, call);
	gr_fake_nd.fail_ret = -EIO;
	assert_int_equal(gr_fake_run(f, CHECK), -EIO);
	assert_int_equal(f->found.nr, 0);
	assert_int_equal(f->log.nr, 1);
	assert_int_equal(shared->unpinned, 1);
	gr_fake_env_free(f);
}

static void a_disable_that_fails_tells_nothing(void **state)
{
	fails(state, "disable");
}

static void no_other_mode_tells_nothing(void **state)
{
	fails(state, "create namespace0.0 fsdax");
}

static void needs_the_pin(void **state)
{
	struct gr_fake_env *f = begin(state, WAITS);

	gr_fake_dm.module = false;
	assert_int_equal(gr_fake_run(f, CHECK), 0);
	assert_non_null(strstr(f->skipped.text, "dm_delay"));
	assert_string_equal(shared->calls, "");
	gr_fake_env_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_disable_that_waits_is_clean),
		cmocka_unit_test(both_ends_of_a_leaf_are_looked_at),
		cmocka_unit_test(late_data_in_canaries_is_found),
		cmocka_unit_test(other_bytes_in_canaries_are_found),
		cmocka_unit_test(too_early_is_found_without_late_data),
		cmocka_unit_test(never_is_found),
		cmocka_unit_test(a_disable_that_fails_tells_nothing),
		cmocka_unit_test(no_other_mode_tells_nothing),
		cmocka_unit_test(needs_the_pin),
	};
	void *mem;

	if (gr_shared_new(sizeof(*shared), &mem))
		return 99;
	shared = mem;
	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
