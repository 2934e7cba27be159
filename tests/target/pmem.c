// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "base/size.h"
#include "contract.h"
#include "core/registry.h"
#include "fake_nd.h"
#include "sys/call.h"

static void begin(struct gr_target *t, struct gr_ctx *ctx)
{
	gr_fake_nd_reset();
	strcpy(gr_fake_nd.ns[0].blockdev, "null"); /* is there */
	memset(ctx, 0, sizeof(*ctx));
	ctx->in_guest = true;
	memset(t, 0, sizeof(*t));
	t->ops = gr_target_find("pmem");
	t->spec.align = 2 * GR_MIB;
}

static void has_a_block_device(void **state)
{
	struct gr_target t;
	struct gr_ctx ctx;

	(void)state;
	begin(&t, &ctx);
	assert_int_equal(t.ops->acquire(&ctx, &t), 0);
	gr_fake_nd_assert_calls("create namespace0.0 fsdax mem 2M;");
	assert_string_equal(t.dev, "/dev/null");
	assert_int_equal(t.size, 254 * GR_MIB);
	assert_int_equal(t.ops->acquire(&ctx, &t), 0);
	gr_fake_nd_assert_calls(""); /* as it is */
	assert_int_equal(gr_fake_nd.nr_open, 0);
}

static void says_that_it_is_gone(void **state)
{
	struct gr_test_log log;
	struct gr_target t;
	struct gr_ctx ctx;

	(void)state;
	begin(&t, &ctx);
	assert_int_equal(t.ops->acquire(&ctx, &t), 0);
	gr_fake_nd.ns[0].blockdev[0] = '\0';
	gr_test_log_to(&log);
	assert_int_equal(t.ops->attach(&ctx, &t), -ENODEV);
	gr_test_log_to(NULL);
	assert_non_null(strstr(log.text, "namespace0.0"));
}

/* The buffer is ordinary memory: what is written there stays ours. */
static void buffers_are_ordinary(void **state)
{
	struct gr_test_disks *disks = *state;
	const struct gr_target_ops *ops = gr_target_find("pmem");
	const struct gr_map_req req = {
		.len = 2 * GR_TEST_PAGE,
		.prot = PROT_READ | PROT_WRITE,
	};
	char got[GR_TEST_PAGE], zeros[GR_TEST_PAGE] = {0};
	struct gr_test_holds before;
	struct gr_mapping m;

	gr_test_need_direct(disks);
	assert_false(ops->flags & GR_TARGET_MAPS_DEVICE);
	gr_test_holds(&before);
	assert_int_equal(ops->map(&disks->target, &req, &m), 0);
	assert_int_equal(m.range.len, req.len);
	gr_test_fill(m.range.addr, req.len, 4);
	gr_test_disk_read(disks->target.dev, got, sizeof(got));
	assert_memory_equal(got, zeros, sizeof(got));
	/* the node is open meanwhile */
	assert_int_equal(gr_pwrite(m.fd, m.range.addr, GR_TEST_PAGE, 0),
			 GR_TEST_PAGE);
	assert_int_equal(ops->unmap(&m), 0);
	assert_int_equal(m.fd, -1);
	gr_test_assert_holds(&before);
	gr_test_disk_read(disks->target.dev, got, sizeof(got));
	gr_test_assert_filled(got, sizeof(got), 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_a_block_device),
		cmocka_unit_test(says_that_it_is_gone),
		cmocka_unit_test(buffers_are_ordinary),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
