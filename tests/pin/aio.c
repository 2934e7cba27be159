// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <sys/mman.h>

#include "contract.h"
#include "sys/aio.h"
#include "sys/call.h"

struct trial {
	struct gr_test_disks *disks;
	struct gr_pin pin;
	struct iovec iov;
};

static void set_up(struct trial *x, void **state)
{
	const struct gr_pin_ops *ops;

	x->disks = *state;
	ops = gr_test_need_pin(x->disks, "aio");
	x->iov = (struct iovec){gr_test_pages(1), GR_TEST_PAGE};
	assert_int_equal(gr_pin_init(&x->pin, ops, &x->disks->target), 0);
	assert_int_equal(ops->setup(&x->disks->ctx, &x->pin, &x->iov, 1), 0);
}

static void end(struct trial *x)
{
	x->pin.ops->teardown(&x->pin);
	gr_pin_fini(&x->pin);
	gr_test_unmap(x->iov.iov_base, 1);
}

/* A write, a read, a write: each is over, data and all, when pin() returns. */
static void writes_and_reads_in_turn(void **state)
{
	char on_disk[GR_TEST_PAGE];
	struct trial x;

	set_up(&x, state);
	for (unsigned char tag = 10; tag < 14; tag += 2) {
		gr_test_fill(x.iov.iov_base, GR_TEST_PAGE, tag);
		assert_int_equal(x.pin.ops->pin(&x.pin, &x.iov, 1),
				 GR_TEST_PAGE);
		gr_test_disk_read(x.disks->ctx.sink, on_disk, sizeof(on_disk));
		gr_test_assert_filled(on_disk, sizeof(on_disk), tag);

		gr_test_fill(x.iov.iov_base, GR_TEST_PAGE, tag + 1);
		assert_int_equal(x.pin.ops->pin(&x.pin, &x.iov, 1),
				 GR_TEST_PAGE);
		gr_test_assert_filled(x.iov.iov_base, GR_TEST_PAGE, tag);
	}
	end(&x);
}

/* FOLL_WRITE where the device writes, and only there. */
static void readonly_is_only_read(void **state)
{
	struct trial x;

	set_up(&x, state);
	gr_test_fill(x.iov.iov_base, GR_TEST_PAGE, 5);
	assert_int_equal(gr_mprotect(x.iov.iov_base, GR_TEST_PAGE, PROT_READ),
			 0);
	assert_int_equal(x.pin.ops->pin(&x.pin, &x.iov, 1), GR_TEST_PAGE);
	assert_int_equal(x.pin.ops->pin(&x.pin, &x.iov, 1), -EFAULT);
	gr_test_assert_filled(x.iov.iov_base, GR_TEST_PAGE, 5);
	end(&x);
}

/* What io_submit itself refuses is told as well. */
static void refused_request_is_told(void **state)
{
	struct trial x;

	set_up(&x, state);
	assert_int_equal(gr_aio_rw(0, 0, &x.iov, 1, true), -EINVAL);
	end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_and_reads_in_turn),
		cmocka_unit_test(readonly_is_only_read),
		cmocka_unit_test(refused_request_is_told),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
