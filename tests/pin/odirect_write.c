// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>
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
	ops = gr_test_need_pin(x->disks, "odirect_write");
	x->page = gr_test_pages(1);
	x->iov = (struct iovec){x->page, GR_TEST_PAGE};
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

/* Without FOLL_WRITE a read-only mapping is as good as any other. */
static void readonly_is_read(void **state)
{
	char got[GR_TEST_PAGE];
	struct trial x;

	set_up(&x, state, true);
	gr_test_fill(x.page, GR_TEST_PAGE, 5);
	assert_int_equal(gr_mprotect(x.page, GR_TEST_PAGE, PROT_READ), 0);
	assert_int_equal(x.pin.ops->pin(&x.pin, &x.iov, 1), GR_TEST_PAGE);
	assert_int_equal(x.pin.ops->fetch(&x.pin, got, sizeof(got)),
			 GR_TEST_PAGE);
	gr_test_assert_filled(got, sizeof(got), 5);
	end(&x);
}

/* A race must not fill the store, nor a check of data the sink. */
static void takes_the_right_device(void **state)
{
	char got[GR_TEST_PAGE], zeros[GR_TEST_PAGE] = {0};
	struct gr_test_disks *disks = *state;

	for (int keep = 0; keep < 2; keep++) {
		const char *used = keep ? disks->ctx.store : disks->ctx.sink;
		const char *other = keep ? disks->ctx.sink : disks->ctx.store;
		struct trial x;

		gr_test_disk_write(used, zeros, sizeof(zeros));
		gr_test_disk_write(other, zeros, sizeof(zeros));
		set_up(&x, state, keep);
		gr_test_fill(x.page, GR_TEST_PAGE, 6);
		assert_int_equal(x.pin.ops->pin(&x.pin, &x.iov, 1),
				 GR_TEST_PAGE);
		end(&x);
		gr_test_disk_read(used, got, sizeof(got));
		gr_test_assert_filled(got, sizeof(got), 6);
		gr_test_disk_read(other, got, sizeof(got));
		assert_memory_equal(got, zeros, sizeof(got));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(readonly_is_read),
		cmocka_unit_test(takes_the_right_device),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
