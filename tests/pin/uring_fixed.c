// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>

#include "contract.h"
#include "sys/call.h"

static void map_zero(struct iovec *iov)
{
	int fd = gr_open("/dev/zero", O_RDWR);

	assert_true(fd >= 0);
	iov->iov_len = GR_TEST_PAGE;
	assert_int_equal(gr_mmap(iov->iov_len, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE, fd, 0, &iov->iov_base),
			 0);
	assert_int_equal(gr_close(fd), 0);
}

/* What probe() says of memory with a file is what pin() gives for it. */
static void refusal_is_as_probed(void **state)
{
	struct gr_test_disks *disks = *state;
	const struct gr_pin_ops *ops = gr_test_need_pin(disks, "uring_fixed");
	struct gr_reason why;
	struct gr_pin pin;
	struct iovec iov;
	ssize_t want;

	want = ops->probe(&disks->ctx, &why) == GR_PIN_REFUSED
		       ? -(ssize_t)ops->refusal
		       : (ssize_t)GR_TEST_PAGE;
	assert_int_equal(ops->refusal, EOPNOTSUPP);
	map_zero(&iov);
	assert_int_equal(gr_pin_init(&pin, ops, &disks->target), 0);
	assert_int_equal(ops->setup(&disks->ctx, &pin, &iov, 1), 0);
	assert_int_equal(ops->pin(&pin, &iov, 1), want);
	assert_int_equal(ops->unpin(&pin), 0);
	ops->teardown(&pin);
	gr_pin_fini(&pin);
	gr_test_unmap(iov.iov_base, 1);
}

/* The registered pages stay what they are when the mapping is another one. */
static void outlives_the_mapping(void **state)
{
	struct gr_test_disks *disks = *state;
	const struct gr_pin_ops *ops = gr_test_need_pin(disks, "uring_fixed");
	struct iovec iov = {gr_test_pages(1), GR_TEST_PAGE};
	char got[GR_TEST_PAGE];
	struct gr_pin pin;

	assert_int_equal(gr_pin_init(&pin, ops, &disks->target), 0);
	pin.keep_data = true;
	assert_int_equal(ops->setup(&disks->ctx, &pin, &iov, 1), 0);
	gr_test_fill(iov.iov_base, GR_TEST_PAGE, 7);
	assert_int_equal(ops->pin(&pin, &iov, 1), GR_TEST_PAGE);
	assert_int_equal(gr_mmap_at(iov.iov_base, GR_TEST_PAGE,
				    PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1),
			 0);
	gr_test_fill(iov.iov_base, GR_TEST_PAGE, 8);
	assert_int_equal(ops->fetch(&pin, got, sizeof(got)), sizeof(got));
	gr_test_assert_filled(got, sizeof(got), 7);
	assert_int_equal(ops->unpin(&pin), 0);
	ops->teardown(&pin);
	gr_pin_fini(&pin);
	gr_test_unmap(iov.iov_base, 1);
}

/* It registers once; what is registered already is an answer, not an error. */
static void one_at_a_time(void **state)
{
	struct gr_test_disks *disks = *state;
	const struct gr_pin_ops *ops = gr_test_need_pin(disks, "uring_fixed");
	struct iovec iov = {gr_test_pages(1), GR_TEST_PAGE};
	struct gr_pin pin;

	assert_int_equal(gr_pin_init(&pin, ops, &disks->target), 0);
	assert_int_equal(ops->setup(&disks->ctx, &pin, &iov, 1), 0);
	assert_int_equal(ops->pin(&pin, &iov, 1), GR_TEST_PAGE);
	assert_int_equal(ops->pin(&pin, &iov, 1), -EBUSY);
	assert_int_equal(ops->unpin(&pin), 0);
	assert_int_equal(ops->unpin(&pin), 0);
	assert_int_equal(ops->pin(&pin, &iov, 1), GR_TEST_PAGE);
	ops->teardown(&pin);
	gr_pin_fini(&pin);
	gr_test_unmap(iov.iov_base, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refusal_is_as_probed),
		cmocka_unit_test(outlives_the_mapping),
		cmocka_unit_test(one_at_a_time),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
