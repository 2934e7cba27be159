// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "contract.h"
#include "sys/call.h"

ssize_t __real_gr_pwritev(int fd, const struct iovec *iov, int nr, off_t off);
ssize_t __wrap_gr_pwritev(int fd, const struct iovec *iov, int nr, off_t off);

/* What the last write was made of. */
static struct iovec piece[64];
static int nr_pieces;

ssize_t __wrap_gr_pwritev(int fd, const struct iovec *iov, int nr, off_t off)
{
	assert_in_range(nr, 1, 64);
	memcpy(piece, iov, (size_t)nr * sizeof(*iov));
	nr_pieces = nr;
	return __real_gr_pwritev(fd, iov, nr, off);
}

static void begin(struct gr_pin *pin, void **state, const struct iovec *iov,
		  int nr)
{
	struct gr_test_disks *disks = *state;
	const struct gr_pin_ops *ops = gr_test_need_pin(disks, "odirect_vec");

	assert_int_equal(gr_pin_init(pin, ops, &disks->target), 0);
	assert_int_equal(ops->setup(&disks->ctx, pin, iov, nr), 0);
}

static void end(struct gr_pin *pin)
{
	pin->ops->teardown(pin);
	gr_pin_fini(pin);
}

/* All of @iov, once, from its begin to its end; where the next one begins. */
static int assert_covers(int from, const struct iovec *iov)
{
	char *at = iov->iov_base, *stop = at + iov->iov_len;

	for (; at < stop; from++) {
		assert_true(from < nr_pieces);
		assert_ptr_equal(piece[from].iov_base, at);
		assert_int_equal(piece[from].iov_len % 512, 0);
		at += piece[from].iov_len;
	}
	assert_ptr_equal(at, stop);
	return from;
}

static void cuts_it_small(void **state)
{
	struct iovec iov = {gr_test_pages(2), 2 * GR_TEST_PAGE};
	char *border = (char *)iov.iov_base + GR_TEST_PAGE;
	bool crosses = false;
	struct gr_pin pin;

	begin(&pin, state, &iov, 1);
	assert_int_equal(pin.ops->pin(&pin, &iov, 1), iov.iov_len);
	assert_int_equal(assert_covers(0, &iov), nr_pieces);
	assert_true(nr_pieces >= 4);
	for (int i = 0; i < nr_pieces; i++) {
		char *at = piece[i].iov_base;

		assert_true(piece[i].iov_len < GR_TEST_PAGE);
		crosses |= at < border && at + piece[i].iov_len > border;
	}
	assert_true(crosses);
	end(&pin);
	gr_test_unmap(iov.iov_base, 2);
}

/* The table of pieces is full: the last one of each takes the rest. */
static void never_too_many(void **state)
{
	const size_t len = 8 * GR_TEST_PAGE;
	struct iovec iov[GR_PIN_IOV_MAX];
	char *pages = gr_test_pages(8 * GR_PIN_IOV_MAX);
	struct gr_pin pin;
	int next = 0;

	for (size_t i = 0; i < GR_PIN_IOV_MAX; i++)
		iov[i] = (struct iovec){pages + i * len, len};
	begin(&pin, state, iov, GR_PIN_IOV_MAX);
	assert_int_equal(pin.ops->pin(&pin, iov, GR_PIN_IOV_MAX),
			 GR_PIN_IOV_MAX * len);
	for (size_t i = 0; i < GR_PIN_IOV_MAX; i++)
		next = assert_covers(next, &iov[i]);
	assert_int_equal(next, nr_pieces);
	end(&pin);
	gr_test_unmap(pages, 8 * GR_PIN_IOV_MAX);
}

/* FOLL_WRITE where the device writes, and only there. */
static void readonly_is_only_read(void **state)
{
	struct iovec iov = {gr_test_pages(1), GR_TEST_PAGE};
	struct gr_pin pin;

	begin(&pin, state, &iov, 1);
	gr_test_fill(iov.iov_base, GR_TEST_PAGE, 5);
	assert_int_equal(gr_mprotect(iov.iov_base, GR_TEST_PAGE, PROT_READ), 0);
	assert_int_equal(pin.ops->pin(&pin, &iov, 1), GR_TEST_PAGE);
	assert_int_equal(pin.ops->pin(&pin, &iov, 1), -EFAULT);
	gr_test_assert_filled(iov.iov_base, GR_TEST_PAGE, 5);
	end(&pin);
	gr_test_unmap(iov.iov_base, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cuts_it_small),
		cmocka_unit_test(never_too_many),
		cmocka_unit_test(readonly_is_only_read),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
