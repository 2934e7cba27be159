// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "contract.h"
#include "core/invalidate.h"
#include "core/registry.h"
#include "sys/call.h"

static void empties_the_file(void **state)
{
	struct gr_test_disks *disks = *state;
	struct gr_invalidate inv = {
		.ops = gr_invalidate_find("truncate"),
		.ctx = &disks->ctx,
		.target = &disks->target,
	};
	char byte;
	int fd;

	strcpy(disks->target.mnt, ".");
	assert_int_equal(inv.ops->setup(inv.ctx, &inv), 0);
	assert_int_equal(inv.ops->invalidate(&inv), 0);
	fd = gr_open(disks->target.dev, O_RDONLY);
	assert_true(fd >= 0);
	assert_int_equal(gr_read(fd, &byte, 1), 0);
	assert_int_equal(gr_close(fd), 0);
	assert_int_equal(inv.ops->restore(&inv), 0);
	inv.ops->teardown(&inv);
}

static void failure_is_a_fact(void **state)
{
	struct gr_target gone = {.dev = "nowhere/file", .mnt = "nowhere"};
	struct gr_invalidate inv = {
		.ops = gr_invalidate_find("truncate"),
		.target = &gone,
	};

	(void)state;
	assert_int_equal(inv.ops->invalidate(&inv), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empties_the_file),
		cmocka_unit_test(failure_is_a_fact),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
