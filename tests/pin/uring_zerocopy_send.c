// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <sys/mman.h>

#include "contract.h"
#include "sys/call.h"

#define MANY 20u /* pages; more than a datagram can have */

struct trial {
	struct gr_pin pin;
	char *pages;
	struct iovec iov;
};

static void set_up(struct trial *x, void **state)
{
	struct gr_test_disks *disks = *state;
	const struct gr_pin_ops *ops =
		gr_test_need_pin(disks, "uring_zerocopy_send");

	x->pages = gr_test_pages(MANY);
	x->iov = (struct iovec){x->pages, MANY * GR_TEST_PAGE};
	assert_int_equal(gr_pin_init(&x->pin, ops, &disks->target), 0);
	assert_int_equal(ops->setup(&disks->ctx, &x->pin, &x->iov, 1), 0);
}

static void end(struct trial *x)
{
	x->pin.ops->teardown(&x->pin);
	gr_pin_fini(&x->pin);
	gr_test_unmap(x->pages, MANY);
}

/* Both completions are taken, or the ring of four would be full before long. */
static void is_over_when_it_returns(void **state)
{
	char got[GR_TEST_PAGE];
	struct trial x;

	set_up(&x, state);
	x.iov.iov_len = GR_TEST_PAGE;
	for (int i = 0; i < 2000; i++) {
		gr_test_fill(x.pages, GR_TEST_PAGE, (unsigned char)i);
		assert_int_equal(x.pin.ops->pin(&x.pin, &x.iov, 1),
				 GR_TEST_PAGE);
		assert_int_equal(x.pin.ops->fetch(&x.pin, got, sizeof(got)),
				 sizeof(got));
		gr_test_assert_filled(got, sizeof(got), (unsigned char)i);
	}
	end(&x);
}

/* Each piece is a datagram; what they carried lies one after the other. */
static void pieces_arrive_in_order(void **state)
{
	char got[2 * GR_TEST_PAGE];
	struct iovec pieces[2];
	struct trial x;

	set_up(&x, state);
	pieces[0] = (struct iovec){x.pages + 3 * GR_TEST_PAGE, GR_TEST_PAGE};
	pieces[1] = (struct iovec){x.pages, GR_TEST_PAGE};
	gr_test_fill(pieces[0].iov_base, GR_TEST_PAGE, 1);
	gr_test_fill(pieces[1].iov_base, GR_TEST_PAGE, 2);
	assert_int_equal(x.pin.ops->pin(&x.pin, pieces, 2), sizeof(got));
	assert_int_equal(x.pin.ops->fetch(&x.pin, got, sizeof(got)),
			 sizeof(got));
	gr_test_assert_filled(got, GR_TEST_PAGE, 1);
	gr_test_assert_filled(got + GR_TEST_PAGE, GR_TEST_PAGE, 2);
	end(&x);
}

static void too_much_is_short(void **state)
{
	static char got[MANY * GR_TEST_PAGE];
	struct trial x;
	ssize_t n;

	set_up(&x, state);
	gr_test_fill(x.pages, sizeof(got), 4);
	n = x.pin.ops->pin(&x.pin, &x.iov, 1);
	assert_in_range(n, 8 * GR_TEST_PAGE, (MANY - 1) * GR_TEST_PAGE);
	assert_int_equal(x.pin.ops->fetch(&x.pin, got, (size_t)n), n);
	gr_test_assert_filled(got, (size_t)n, 4);
	end(&x);
}

/* A failed request has its notice as well, and the next one is not mixed up. */
static void a_hole_sends_nothing(void **state)
{
	struct trial x;

	set_up(&x, state);
	x.iov.iov_len = 2 * GR_TEST_PAGE;
	assert_int_equal(
		gr_mprotect(x.pages + GR_TEST_PAGE, GR_TEST_PAGE, PROT_NONE),
		0);
	for (int i = 0; i < 20; i++) {
		x.iov.iov_len = 2 * GR_TEST_PAGE;
		assert_int_equal(x.pin.ops->pin(&x.pin, &x.iov, 1), -EFAULT);
		x.iov.iov_len = GR_TEST_PAGE;
		assert_int_equal(x.pin.ops->pin(&x.pin, &x.iov, 1),
				 GR_TEST_PAGE);
	}
	end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_over_when_it_returns),
		cmocka_unit_test(pieces_arrive_in_order),
		cmocka_unit_test(too_much_is_short),
		cmocka_unit_test(a_hole_sends_nothing),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
