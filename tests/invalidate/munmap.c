// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>

#include "contract.h"
#include "core/invalidate.h"
#include "core/registry.h"
#include "sys/access.h"
#include "sys/call.h"

#define LEN (2 * GR_TEST_PAGE)

static void map_store(const struct gr_test_disks *disks, struct gr_mapping *m)
{
	m->fd = gr_open(disks->ctx.store, O_RDWR);
	m->range.len = LEN;
	assert_true(m->fd >= 0);
	assert_int_equal(gr_mmap(LEN, PROT_READ | PROT_WRITE, MAP_SHARED, m->fd,
				 0, &m->range.addr),
			 0);
}

/* The memory is gone, and comes back at the same place with its bytes. */
static void takes_the_mapping_away(void **state)
{
	const struct gr_test_disks *disks = *state;
	struct gr_mapping m;
	struct gr_invalidate inv = {
		.ops = gr_invalidate_find("munmap"),
		.ctx = &disks->ctx,
		.target = &disks->target,
		.mapping = &m,
	};

	map_store(disks, &m);
	gr_test_fill(m.range.addr, LEN, 1);
	assert_int_equal(inv.ops->setup(inv.ctx, &inv), 0);
	for (int i = 0; i < 2; i++) {
		char *addr = m.range.addr;

		assert_int_equal(inv.ops->invalidate(&inv), 0);
		assert_int_equal(gr_touch(addr, false), -EFAULT);
		assert_int_equal(gr_touch(addr + LEN - 1, false), -EFAULT);
		assert_int_equal(inv.ops->restore(&inv), 0);
		assert_ptr_equal(m.range.addr, addr);
		assert_int_equal(gr_touch(addr, true), 0);
		gr_test_assert_filled(addr, LEN, 1);
	}
	inv.ops->teardown(&inv);
	assert_int_equal(gr_munmap(m.range.addr, LEN), 0);
	assert_int_equal(gr_close(m.fd), 0);
}

/* Memory that moves has no node: another takes its place. */
static void private_memory_is_made_anew(void **state)
{
	const struct gr_target_ops moves = {.flags = GR_TARGET_MOVES};
	const struct gr_target target = {.ops = &moves};
	struct gr_mapping m = {.range = {gr_test_pages(2), LEN}, .fd = -1};
	struct gr_invalidate inv = {
		.ops = gr_invalidate_find("munmap"),
		.target = &target,
		.mapping = &m,
	};

	(void)state;
	assert_int_equal(inv.ops->invalidate(&inv), 0);
	assert_int_equal(inv.ops->restore(&inv), 0);
	assert_int_equal(gr_touch(m.range.addr, true), 0);
	gr_test_unmap(m.range.addr, 2);
}

/* What the kernel says comes back as it is. */
static void failure_is_a_fact(void **state)
{
	const struct gr_test_disks *disks = *state;
	struct gr_mapping m = {.range = {(char *)8, LEN}, .fd = -1};
	struct gr_invalidate inv = {
		.ops = gr_invalidate_find("munmap"),
		.target = &disks->target,
		.mapping = &m,
	};

	assert_int_equal(inv.ops->invalidate(&inv), -EINVAL);
	assert_int_equal(inv.ops->restore(&inv), -EBADF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_the_mapping_away),
		cmocka_unit_test(failure_is_a_fact),
		cmocka_unit_test(private_memory_is_made_anew),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
