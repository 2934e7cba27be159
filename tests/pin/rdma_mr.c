// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "contract.h"
#include "core/registry.h"
#include "sys/call.h"
#include "sys/rdma.h"

/* Pieces are regions of their own, and each can be made again and again. */
static void registers_and_unregisters(void **state)
{
	struct gr_test_disks *disks = *state;
	const struct gr_pin_ops *ops = gr_test_need_pin(disks, "rdma_mr");
	char *pages = gr_test_pages(4);
	struct iovec iov[2] = {{pages, 2 * GR_TEST_PAGE},
			       {pages + 3 * GR_TEST_PAGE, GR_TEST_PAGE}};
	struct gr_pin pin;

	assert_int_equal(gr_pin_init(&pin, ops, &disks->target), 0);
	assert_int_equal(ops->setup(&disks->ctx, &pin, iov, 2), 0);
	for (int i = 0; i < 100; i++) {
		assert_int_equal(ops->pin(&pin, iov, 2), 3 * GR_TEST_PAGE);
		assert_int_equal(ops->unpin(&pin), 0);
	}
	ops->teardown(&pin);
	gr_pin_fini(&pin);
	gr_test_unmap(pages, 4);
}

/* The device may write, whatever it does: read-only memory is none for it. */
static void readonly_memory_is_refused(void **state)
{
	struct gr_test_disks *disks = *state;
	const struct gr_pin_ops *ops = gr_test_need_pin(disks, "rdma_mr");
	struct iovec iov = {gr_test_pages(1), GR_TEST_PAGE};
	struct gr_pin pin;

	assert_int_equal(gr_mprotect(iov.iov_base, GR_TEST_PAGE, PROT_READ), 0);
	assert_int_equal(gr_pin_init(&pin, ops, &disks->target), 0);
	assert_int_equal(ops->setup(&disks->ctx, &pin, &iov, 1), 0);
	assert_int_equal(ops->pin(&pin, &iov, 1), -EFAULT);
	ops->teardown(&pin);
	gr_pin_fini(&pin);
	gr_test_unmap(iov.iov_base, 1);
}

/* On a host no device is made; the sentence says how to. */
static void host_is_left_alone(void **state)
{
	struct gr_test_disks *disks = *state;
	const struct gr_pin_ops *ops = gr_pin_find("rdma_mr");
	struct gr_reason why = {""};
	char node[64];

	if (!gr_rdma_device(false, node, sizeof(node)))
		gr_test_skip("there is an RDMA device of software");
	assert_int_equal(ops->probe(&disks->ctx, &why), -ENODEV);
	assert_non_null(strstr(why.text, "rdma link add"));
	assert_int_equal(gr_rdma_device(false, node, sizeof(node)), -ENODEV);
}

static void no_node_is_told(void **state)
{
	struct gr_rdma r;

	(void)state;
	assert_int_equal(gr_rdma_open("nowhere/uverbs0", &r), -ENOENT);
	gr_rdma_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(registers_and_unregisters),
		cmocka_unit_test(readonly_memory_is_refused),
		cmocka_unit_test(host_is_left_alone),
		cmocka_unit_test(no_node_is_told),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
