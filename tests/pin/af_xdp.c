// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "contract.h"
#include "sys/call.h"
#include "sys/xdp.h"

struct trial {
	struct gr_pin pin;
	char *pages;
	struct iovec iov[3];
};

/* Two pages, a gap, one page: pieces that cannot be one umem. */
static void set_up(struct trial *x, void **state)
{
	struct gr_test_disks *disks = *state;
	const struct gr_pin_ops *ops = gr_test_need_pin(disks, "af_xdp");

	x->pages = gr_test_pages(6);
	x->iov[0] = (struct iovec){x->pages, 2 * GR_TEST_PAGE};
	x->iov[1] = (struct iovec){x->pages + 3 * GR_TEST_PAGE, GR_TEST_PAGE};
	x->iov[2] = (struct iovec){x->pages + 5 * GR_TEST_PAGE, GR_TEST_PAGE};
	assert_int_equal(gr_pin_init(&x->pin, ops, &disks->target), 0);
	assert_int_equal(ops->setup(&disks->ctx, &x->pin, x->iov, 3), 0);
}

static void end(struct trial *x)
{
	x->pin.ops->teardown(&x->pin);
	gr_pin_fini(&x->pin);
	gr_test_unmap(x->pages, 6);
}

/* The account has room for these pages only, so a charge that is left shows. */
static void unpin_is_over_when_it_returns(void **state)
{
	struct trial x;

	set_up(&x, state);
	for (int i = 0; i < 8; i++) {
		assert_int_equal(x.pin.ops->pin(&x.pin, x.iov, 3),
				 4 * GR_TEST_PAGE);
		assert_int_equal(x.pin.ops->unpin(&x.pin), 0);
	}
	end(&x);
}

/* The proof that the test above can fail: while pinned there is a charge. */
static void a_pinned_page_is_charged(void **state)
{
	struct trial x;
	int fd;

	set_up(&x, state);
	fd = gr_xdp_socket();
	assert_true(fd >= 0);
	assert_int_equal(x.pin.ops->pin(&x.pin, x.iov, 1), 2 * GR_TEST_PAGE);
	assert_int_equal(
		gr_xdp_register(fd, x.iov[1].iov_base, 3 * GR_TEST_PAGE),
		-ENOBUFS);
	assert_int_equal(x.pin.ops->unpin(&x.pin), 0);
	assert_int_equal(gr_xdp_register(fd, x.iov[2].iov_base, GR_TEST_PAGE),
			 0);
	assert_int_equal(gr_close(fd), 0);
	end(&x);
}

/* What cannot be pinned any more ends the request: it is short. */
static void a_missing_piece_makes_it_short(void **state)
{
	struct trial x;

	set_up(&x, state);
	assert_int_equal(
		gr_mprotect(x.iov[1].iov_base, GR_TEST_PAGE, PROT_READ), 0);
	assert_int_equal(x.pin.ops->pin(&x.pin, x.iov, 3), 2 * GR_TEST_PAGE);
	assert_int_equal(x.pin.ops->unpin(&x.pin), 0);
	assert_int_equal(x.pin.ops->pin(&x.pin, &x.iov[1], 1), -EFAULT);
	assert_int_equal(x.pin.ops->unpin(&x.pin), 0);
	end(&x);
}

/*
 * Half a umem is no umem, and what was pinned of it is given back; the charge
 * that the kernel leaves behind is not taken for a pin.
 */
static void half_a_piece_is_refused(void **state)
{
	struct trial x;

	set_up(&x, state);
	assert_int_equal(
		gr_mprotect(x.pages + GR_TEST_PAGE, GR_TEST_PAGE, PROT_READ),
		0);
	assert_int_equal(x.pin.ops->pin(&x.pin, x.iov, 1), -ENOMEM);
	assert_int_equal(x.pin.ops->unpin(&x.pin), 0);
	assert_int_equal(gr_mprotect(x.pages + GR_TEST_PAGE, GR_TEST_PAGE,
				     PROT_READ | PROT_WRITE),
			 0);
	assert_int_equal(x.pin.ops->pin(&x.pin, x.iov, 1), 2 * GR_TEST_PAGE);
	assert_int_equal(x.pin.ops->unpin(&x.pin), 0);
	end(&x);
}

static void what_does_not_fit_is_reported(void **state)
{
	struct trial x;
	struct iovec odd;

	set_up(&x, state);
	odd = (struct iovec){x.pages, GR_TEST_PAGE - 1};
	assert_int_equal(x.pin.ops->pin(&x.pin, &odd, 1), -EINVAL);
	odd = (struct iovec){x.pages + 1, GR_TEST_PAGE};
	assert_int_equal(x.pin.ops->pin(&x.pin, &odd, 1), -EINVAL);
	assert_int_equal(x.pin.ops->pin(&x.pin, x.iov, 1), 2 * GR_TEST_PAGE);
	assert_int_equal(x.pin.ops->pin(&x.pin, x.iov, 1), -EBUSY);
	assert_int_equal(x.pin.ops->unpin(&x.pin), 0);
	end(&x);
}

/* Who the thread is, and what it may lock, is afterwards what it was. */
static void leaves_the_account_behind(void **state)
{
	struct rlimit before, after;
	uid_t uid = getuid();
	struct trial x;

	(void)gr_test_need_pin(*state, "af_xdp");
	assert_int_equal(getrlimit(RLIMIT_MEMLOCK, &before), 0);
	set_up(&x, state);
	assert_int_not_equal(getuid(), uid);
	assert_int_equal(geteuid(), 0);
	assert_int_equal(x.pin.ops->pin(&x.pin, x.iov, 3), 4 * GR_TEST_PAGE);
	end(&x);
	assert_int_equal(getuid(), uid);
	assert_int_equal(getrlimit(RLIMIT_MEMLOCK, &after), 0);
	assert_memory_equal(&after, &before, sizeof(after));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unpin_is_over_when_it_returns),
		cmocka_unit_test(a_pinned_page_is_charged),
		cmocka_unit_test(a_missing_piece_makes_it_short),
		cmocka_unit_test(half_a_piece_is_refused),
		cmocka_unit_test(what_does_not_fit_is_reported),
		cmocka_unit_test(leaves_the_account_behind),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
