// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <sys/mman.h>

#include "contract.h"
#include "sys/call.h"

struct trial {
	struct gr_test_disks *disks;
	struct gr_pin pin;
	char *page;
	struct iovec iov;
};

static void set_up(struct trial *x, void **state, bool keep_data)
{
	const struct gr_pin_ops *ops;

	x->disks = *state;
	ops = gr_test_need_pin(x->disks, "odirect_read");
	x->page = gr_test_pages(1);
	x->iov = (struct iovec){x->page, GR_TEST_PAGE};
	gr_test_fill(x->page, GR_TEST_PAGE, 1);
	assert_int_equal(gr_pin_init(&x->pin, ops, &x->disks->target), 0);
	x->pin.keep_data = keep_data;
	assert_int_equal(ops->setup(&x->disks->ctx, &x->pin, &x->iov, 1), 0);
}

static void end(struct trial *x)
{
	x->pin.ops->teardown(&x->pin);
	gr_pin_fini(&x->pin);
	gr_test_unmap(x->page, 1);
}

/* FOLL_WRITE: the pages of a read-only mapping are not to be had. */
static void readonly_is_refused(void **state)
{
	struct trial x;

	set_up(&x, state, true);
	assert_int_equal(gr_mprotect(x.page, GR_TEST_PAGE, PROT_READ), 0);
	assert_int_equal(x.pin.ops->pin(&x.pin, &x.iov, 1), -EFAULT);
	gr_test_assert_filled(x.page, GR_TEST_PAGE, 1);
	end(&x);
}

/* A race uses the sink, a check of data the store. */
static void takes_the_right_device(void **state)
{
	char food[GR_TEST_PAGE];
	struct gr_test_disks *disks = *state;

	gr_test_fill(food, sizeof(food), 2);
	gr_test_disk_write(disks->ctx.sink, food, sizeof(food));
	gr_test_fill(food, sizeof(food), 3);
	gr_test_disk_write(disks->ctx.store, food, sizeof(food));
	for (int keep = 0; keep < 2; keep++) {
		struct trial x;

		set_up(&x, state, keep);
		assert_int_equal(x.pin.ops->pin(&x.pin, &x.iov, 1),
				 GR_TEST_PAGE);
		gr_test_assert_filled(x.page, GR_TEST_PAGE, keep ? 3 : 2);
		end(&x);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(readonly_is_refused),
		cmocka_unit_test(takes_the_right_device),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
