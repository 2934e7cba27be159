// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <unistd.h>

#include "contract.h"

#define PIPE_PAGES 16u /* pipe(7): the default capacity */

struct trial {
	struct gr_pin pin;
	char *pages;
	struct iovec iov;
};

static void set_up(struct trial *x, void **state)
{
	struct gr_test_disks *disks = *state;
	const struct gr_pin_ops *ops = gr_test_need_pin(disks, "vmsplice");

	x->pages = gr_test_pages(2);
	x->iov = (struct iovec){x->pages, 2 * GR_TEST_PAGE};
	assert_int_equal(gr_pin_init(&x->pin, ops, &disks->target), 0);
	assert_int_equal(ops->setup(&disks->ctx, &x->pin, &x->iov, 1), 0);
}

static void end(struct trial *x)
{
	x->pin.ops->teardown(&x->pin);
	gr_pin_fini(&x->pin);
}

/* The mapping goes, the pages stay, with what was written last. */
static void outlives_the_mapping(void **state)
{
	char got[2 * GR_TEST_PAGE];
	struct trial x;

	set_up(&x, state);
	gr_test_fill(x.pages, sizeof(got), 8); /* not the zero page */
	assert_int_equal(x.pin.ops->pin(&x.pin, &x.iov, 1), sizeof(got));
	gr_test_fill(x.pages, sizeof(got), 9);
	gr_test_unmap(x.pages, 2);
	assert_int_equal(x.pin.ops->fetch(&x.pin, got, sizeof(got)),
			 sizeof(got));
	gr_test_assert_filled(got, sizeof(got), 9);
	assert_int_equal(x.pin.ops->unpin(&x.pin), 0);
	end(&x);
}

static unsigned int pin_until_full(struct trial *x)
{
	unsigned int nr = 0;
	ssize_t n;

	while ((n = x->pin.ops->pin(&x->pin, &x->iov, 1)) > 0)
		nr += (unsigned int)n / GR_TEST_PAGE;
	assert_int_equal(n, -EAGAIN);
	return nr;
}

/* A full pipe is an answer, not a place to sleep in; unpin() empties it. */
static void never_waits(void **state)
{
	struct trial x;

	set_up(&x, state);
	(void)alarm(20); /* one that waits is ended, and has failed */
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pin_until_full(&x), PIPE_PAGES);
		assert_int_equal(x.pin.ops->unpin(&x.pin), 0);
	}
	(void)alarm(0);
	end(&x);
	gr_test_unmap(x.pages, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(outlives_the_mapping),
		cmocka_unit_test(never_waits),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
