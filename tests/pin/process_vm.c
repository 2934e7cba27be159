// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <sys/mman.h>

#include "contract.h"
#include "sys/call.h"

struct trial {
	struct gr_pin pin;
	char *pages;
	struct iovec iov;
};

static void set_up(struct trial *x, void **state)
{
	struct gr_test_disks *disks = *state;
	const struct gr_pin_ops *ops = gr_test_need_pin(disks, "process_vm");

	x->pages = gr_test_pages(2);
	x->iov = (struct iovec){x->pages, 2 * GR_TEST_PAGE};
	assert_int_equal(gr_pin_init(&x->pin, ops, &disks->target), 0);
	assert_int_equal(ops->setup(&disks->ctx, &x->pin, &x->iov, 1), 0);
}

static void end(struct trial *x)
{
	x->pin.ops->teardown(&x->pin);
	gr_pin_fini(&x->pin);
	gr_test_unmap(x->pages, 2);
}

/* What the first reads comes back by the second, and so on. */
static void reads_and_writes_in_turn(void **state)
{
	struct trial x;

	set_up(&x, state);
	for (unsigned char tag = 10; tag < 14; tag += 2) {
		gr_test_fill(x.pages, x.iov.iov_len, tag);
		assert_int_equal(x.pin.ops->pin(&x.pin, &x.iov, 1),
				 x.iov.iov_len);
		gr_test_fill(x.pages, x.iov.iov_len, tag + 1);
		assert_int_equal(x.pin.ops->pin(&x.pin, &x.iov, 1),
				 x.iov.iov_len);
		gr_test_assert_filled(x.pages, x.iov.iov_len, tag);
	}
	end(&x);
}

/* FOLL_WRITE where it writes, and only there. */
static void readonly_is_only_read(void **state)
{
	struct trial x;

	set_up(&x, state);
	gr_test_fill(x.pages, x.iov.iov_len, 5);
	assert_int_equal(gr_mprotect(x.pages, x.iov.iov_len, PROT_READ), 0);
	assert_int_equal(x.pin.ops->pin(&x.pin, &x.iov, 1), x.iov.iov_len);
	assert_int_equal(x.pin.ops->pin(&x.pin, &x.iov, 1), -EFAULT);
	gr_test_assert_filled(x.pages, x.iov.iov_len, 5);
	end(&x);
}

/* The second page cannot be had: the first was. */
static void a_hole_makes_it_short(void **state)
{
	struct trial x;

	set_up(&x, state);
	assert_int_equal(
		gr_mprotect(x.pages + GR_TEST_PAGE, GR_TEST_PAGE, PROT_NONE),
		0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(x.pin.ops->pin(&x.pin, &x.iov, 1),
				 GR_TEST_PAGE);
	end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_and_writes_in_turn),
		cmocka_unit_test(readonly_is_only_read),
		cmocka_unit_test(a_hole_makes_it_short),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
