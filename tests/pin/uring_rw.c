// SPDX-License-Identifier: GPL-2.0-only
#include "contract.h"

/* A write, a read, a write: each moves what the one before left. */
static void writes_and_reads_in_turn(void **state)
{
	struct gr_test_disks *disks = *state;
	const struct gr_pin_ops *ops = gr_test_need_pin(disks, "uring_rw");
	struct iovec iov = {gr_test_pages(1), GR_TEST_PAGE};
	char on_disk[GR_TEST_PAGE];
	struct gr_pin pin;

	assert_int_equal(gr_pin_init(&pin, ops, &disks->target), 0);
	assert_int_equal(ops->setup(&disks->ctx, &pin, &iov, 1), 0);
	for (unsigned char tag = 10; tag < 14; tag += 2) {
		gr_test_fill(iov.iov_base, GR_TEST_PAGE, tag);
		assert_int_equal(ops->pin(&pin, &iov, 1), GR_TEST_PAGE);
		gr_test_disk_read(disks->ctx.sink, on_disk, sizeof(on_disk));
		gr_test_assert_filled(on_disk, sizeof(on_disk), tag);

		gr_test_fill(iov.iov_base, GR_TEST_PAGE, tag + 1);
		assert_int_equal(ops->pin(&pin, &iov, 1), GR_TEST_PAGE);
		gr_test_assert_filled(iov.iov_base, GR_TEST_PAGE, tag);
	}
	ops->teardown(&pin);
	gr_pin_fini(&pin);
	gr_test_unmap(iov.iov_base, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_and_reads_in_turn),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
