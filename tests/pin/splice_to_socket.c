// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <unistd.h>

#include "contract.h"

#define NR_PAGES 2u
#define LEN (NR_PAGES * GR_TEST_PAGE)

struct trial {
	struct gr_pin pin;
	char *pages;
	struct iovec iov;
};

static void set_up(struct trial *x, void **state)
{
	struct gr_test_disks *disks = *state;
	const struct gr_pin_ops *ops =
		gr_test_need_pin(disks, "splice_to_socket");

	x->pages = gr_test_pages(NR_PAGES);
	x->iov = (struct iovec){x->pages, LEN};
	assert_int_equal(gr_pin_init(&x->pin, ops, &disks->target), 0);
	assert_int_equal(ops->setup(&disks->ctx, &x->pin, &x->iov, 1), 0);
}

static void end(struct trial *x)
{
	x->pin.ops->teardown(&x->pin);
	gr_pin_fini(&x->pin);
}

/* No copy on the way: what is written later is seen, when the mapping is gone. */
static void outlives_the_mapping(void **state)
{
	struct trial x;
	char got[LEN];

	set_up(&x, state);
	gr_test_fill(x.pages, LEN, 8); /* not the zero page */
	assert_int_equal(x.pin.ops->pin(&x.pin, &x.iov, 1), LEN);
	gr_test_fill(x.pages, LEN, 9);
	gr_test_unmap(x.pages, NR_PAGES);
	assert_int_equal(x.pin.ops->fetch(&x.pin, got, LEN), LEN);
	gr_test_assert_filled(got, LEN, 9);
	assert_int_equal(x.pin.ops->unpin(&x.pin), 0);
	end(&x);
}

/* What was not read is gone after unpin(). */
static void unpin_leaves_nothing(void **state)
{
	struct trial x;
	char got[LEN];

	set_up(&x, state);
	gr_test_fill(x.pages, LEN, 3);
	assert_int_equal(x.pin.ops->pin(&x.pin, &x.iov, 1), LEN);
	assert_int_equal(x.pin.ops->unpin(&x.pin), 0);
	assert_int_equal(x.pin.ops->fetch(&x.pin, got, LEN), 0);
	end(&x);
	gr_test_unmap(x.pages, NR_PAGES);
}

/* A full queue is an answer; what does not fit is not kept in the pipe. */
static void never_waits(void **state)
{
	struct trial x;

	set_up(&x, state);
	(void)alarm(20); /* one that waits is ended, and has failed */
	for (int i = 0; i < 2; i++) {
		unsigned int nr = 0;
		ssize_t n;

		while ((n = x.pin.ops->pin(&x.pin, &x.iov, 1)) > 0)
			nr++;
		assert_int_equal(n, -EAGAIN);
		assert_in_range(nr, 1, 1000);
		assert_int_equal(x.pin.ops->unpin(&x.pin), 0);
	}
	(void)alarm(0);
	end(&x);
	gr_test_unmap(x.pages, NR_PAGES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(outlives_the_mapping),
		cmocka_unit_test(unpin_leaves_nothing),
		cmocka_unit_test(never_waits),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
