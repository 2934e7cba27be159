// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "contract.h"
#include "sys/call.h"
#include "sys/process.h"

static ssize_t pin_once(void **state, void *page)
{
	struct gr_test_disks *disks = *state;
	const struct gr_pin_ops *ops = gr_test_need_pin(disks, "futex_shared");
	struct iovec iov = {page, GR_TEST_PAGE};
	struct gr_pin pin;
	ssize_t n;

	assert_int_equal(gr_pin_init(&pin, ops, &disks->target), 0);
	assert_int_equal(ops->setup(&disks->ctx, &pin, &iov, 1), 0);
	n = ops->pin(&pin, &iov, 1);
	ops->teardown(&pin);
	gr_pin_fini(&pin);
	return n;
}

/* What has an inode can be told without being written to... */
static void shared_readonly_will_do(void **state)
{
	void *page;

	assert_int_equal(gr_mmap(GR_TEST_PAGE, PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0, &page),
			 0);
	gr_test_fill(page, GR_TEST_PAGE, 1);
	assert_int_equal(gr_mprotect(page, GR_TEST_PAGE, PROT_READ), 0);
	assert_int_equal(pin_once(state, page), GR_TEST_PAGE);
	gr_test_assert_filled(page, GR_TEST_PAGE, 1);
	gr_test_unmap(page, 1);
}

/* ... but not a private page: so the kernel has looked at it. */
static void private_readonly_will_not(void **state)
{
	char *page = gr_test_pages(1);

	gr_test_fill(page, GR_TEST_PAGE, 2);
	assert_int_equal(pin_once(state, page), GR_TEST_PAGE);
	assert_int_equal(gr_mprotect(page, GR_TEST_PAGE, PROT_READ), 0);
	assert_int_equal(pin_once(state, page), -EFAULT);
	gr_test_unmap(page, 1);
}

/* Whatever is in the page: nobody wakes it, and it does not sleep. */
static void never_waits(void **state)
{
	unsigned int *page = (void *)gr_test_pages(1);

	(void)state;
	(void)alarm(20); /* one that waits is ended, and has failed */
	*page = 5;
	assert_int_equal(gr_futex_look(page, 5), -ETIMEDOUT);
	assert_int_equal(gr_futex_look(page, 6), -EAGAIN);
	(void)alarm(0);
	gr_test_unmap((char *)page, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shared_readonly_will_do),
		cmocka_unit_test(private_readonly_will_not),
		cmocka_unit_test(never_waits),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
