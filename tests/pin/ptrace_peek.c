// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "contract.h"
#include "sys/call.h"
#include "sys/process.h"
#include "sys/tracee.h"

#define NR_PAGES 2u
#define LEN (NR_PAGES * GR_TEST_PAGE)

/* A read and a write of it; what each gave. */
static void pin_twice(void **state, void *pages, ssize_t got[2])
{
	struct gr_test_disks *disks = *state;
	const struct gr_pin_ops *ops = gr_test_need_pin(disks, "ptrace_peek");
	struct iovec iov = {pages, LEN};
	struct gr_pin pin;

	assert_int_equal(gr_pin_init(&pin, ops, &disks->target), 0);
	assert_int_equal(ops->setup(&disks->ctx, &pin, &iov, 1), 0);
	for (int i = 0; i < 2; i++)
		got[i] = ops->pin(&pin, &iov, 1);
	ops->teardown(&pin);
	gr_pin_fini(&pin);
}

/* FOLL_FORCE gets round what a private mapping forbids; a word stays as it was. */
static void private_readonly_is_forced(void **state)
{
	char *pages = gr_test_pages(NR_PAGES);
	ssize_t got[2];

	gr_test_fill(pages, LEN, 5);
	assert_int_equal(gr_mprotect(pages, LEN, PROT_READ), 0);
	pin_twice(state, pages, got);
	assert_int_equal(got[0], LEN);
	assert_int_equal(got[1], LEN);
	gr_test_assert_filled(pages, LEN, 5);
	gr_test_unmap(pages, NR_PAGES);
}

/* Only the writing is refused: so the second one does write. */
static void shared_readonly_is_only_read(void **state)
{
	ssize_t got[2];
	void *pages;

	assert_int_equal(gr_mmap(LEN, PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0, &pages),
			 0);
	gr_test_fill(pages, LEN, 6);
	assert_int_equal(gr_mprotect(pages, LEN, PROT_READ), 0);
	pin_twice(state, pages, got);
	assert_int_equal(got[0], LEN);
	assert_int_equal(got[1], -EFAULT);
	gr_test_assert_filled(pages, LEN, 6);
	gr_test_unmap(pages, NR_PAGES);
}

/* The tracee has our memory as it is now, and no copy of it. */
static void the_memory_is_ours(void **state)
{
	unsigned long *word = (void *)gr_test_pages(1), seen = 0;
	struct gr_tracee t;
	int status;
	pid_t pid;

	(void)gr_test_need_pin(*state, "ptrace_peek");
	assert_int_equal(gr_tracee_start(&t), 0);
	*word = 7;
	assert_int_equal(gr_tracee_peek(&t, word, &seen), 0);
	assert_int_equal(seen, 7);
	assert_int_equal(gr_tracee_poke(&t, word, 8), 0);
	assert_int_equal(*word, 8);
	pid = t.pid;
	gr_tracee_end(&t);
	assert_int_equal(gr_reap(pid, 0, &status), -ECHILD);
	gr_test_unmap((char *)word, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(private_readonly_is_forced),
		cmocka_unit_test(shared_readonly_is_only_read),
		cmocka_unit_test(the_memory_is_ours),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
