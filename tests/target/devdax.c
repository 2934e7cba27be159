// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "base/size.h"
#include "contract.h"
#include "core/registry.h"
#include "fake_nd.h"
#include "sys/access.h"

static const struct gr_target_ops *ops;

/* A guest with namespaces of 1 GiB, 256 MiB and 64 MiB; the nodes are ours. */
static void three_namespaces(struct gr_target *t, struct gr_ctx *ctx)
{
	static const uint64_t sizes[] = {GR_GIB, 256 * GR_MIB, 64 * GR_MIB};

	ops = gr_target_find("devdax");
	gr_fake_nd_reset();
	gr_fake_nd.nr_ns = 3;
	for (unsigned int i = 0; i < 3; i++) {
		gr_fake_nd.ns[i] = gr_fake_nd.ns[0];
		gr_fake_nd.ns[i].name[9] = (char)('0' + i);
		gr_fake_nd.ns[i].raw_size = sizes[i];
		strcpy(gr_fake_nd.ns[i].chardev, "null"); /* is there */
	}
	memset(ctx, 0, sizeof(*ctx));
	ctx->in_guest = true;
	memset(t, 0, sizeof(*t));
	t->ops = ops;
	t->spec.align = 2 * GR_MIB;
}

static void takes_the_smallest_that_fits(void **state)
{
	struct gr_target t;
	struct gr_ctx ctx;

	(void)state;
	three_namespaces(&t, &ctx);
	assert_int_equal(ops->acquire(&ctx, &t), 0);
	assert_string_equal(t.ns, "namespace2.0");
	assert_string_equal(t.region, "region0");
	assert_string_equal(t.nd_dev, "dax0.0");
	assert_string_equal(t.dev, "/dev/null");
	assert_int_equal(t.size, 254 * GR_MIB);
	assert_int_equal(t.ns_size, 64 * GR_MIB);
	gr_fake_nd_assert_calls(""); /* it was as it should be */

	three_namespaces(&t, &ctx);
	t.spec.min_size = 100 * GR_MIB;
	assert_int_equal(ops->acquire(&ctx, &t), 0);
	assert_string_equal(t.ns, "namespace1.0");
	assert_int_equal(gr_fake_nd.nr_open, 0);
}

static void configures_what_is_another(void **state)
{
	struct gr_target t;
	struct gr_ctx ctx;

	(void)state;
	three_namespaces(&t, &ctx);
	t.spec.memmap = GR_MEMMAP_DEV;
	t.spec.align = 4 * GR_KIB;
	assert_int_equal(ops->acquire(&ctx, &t), 0);
	gr_fake_nd_assert_calls("create namespace2.0 devdax dev 4K;");
	strcpy(gr_fake_nd.fail_call, "create");
	gr_fake_nd.fail_ret = -ENXIO;
	t.spec.align = 2 * GR_MIB;
	assert_int_equal(ops->acquire(&ctx, &t), -ENXIO);
	assert_int_equal(gr_fake_nd.nr_open, 0);
}

static void obeys_the_spec(void **state)
{
	struct gr_target t;
	struct gr_ctx ctx;

	(void)state;
	three_namespaces(&t, &ctx);
	strcpy(t.spec.not_ns, "namespace2.0");
	assert_int_equal(ops->acquire(&ctx, &t), 0);
	assert_string_equal(t.ns, "namespace1.0");
	strcpy(t.spec.ns, "namespace0.0");
	assert_int_equal(ops->acquire(&ctx, &t), 0);
	assert_string_equal(t.ns, "namespace0.0");
}

/* On a host only what was named; in a guest everything. */
static void takes_what_was_handed_over(void **state)
{
	struct gr_target t;
	struct gr_ctx ctx;

	(void)state;
	three_namespaces(&t, &ctx);
	ctx.in_guest = false;
	ctx.ns[ctx.nr_ns++] = "namespace0.0";
	assert_int_equal(ops->acquire(&ctx, &t), 0);
	assert_string_equal(t.ns, "namespace0.0");
	ctx.nr_ns = 0;
	assert_int_equal(ops->probe(&ctx, &t.spec, NULL), -ENODEV);
}

static void says_what_it_would_take(void **state)
{
	struct gr_reason why = {""};
	struct gr_test_log log;
	struct gr_target t;
	struct gr_ctx ctx;

	(void)state;
	three_namespaces(&t, &ctx);
	t.spec.align = GR_GIB;
	assert_int_equal(ops->probe(&ctx, &t.spec, &why), -ENODEV);
	assert_non_null(strstr(why.text, "1G"));
	assert_non_null(strstr(why.text, "3G"));
	gr_test_log_to(&log);
	assert_int_equal(ops->acquire(&ctx, &t), -ENODEV);
	gr_test_log_to(NULL);
	assert_string_equal(log.text, why.text);
	/* that much is enough */
	gr_fake_nd.ns[0].raw_size = 3 * GR_GIB;
	assert_int_equal(ops->probe(&ctx, &t.spec, &why), 0);
}

static void attach_wants_the_mode(void **state)
{
	struct gr_test_log log;
	struct gr_target t;
	struct gr_ctx ctx;

	(void)state;
	three_namespaces(&t, &ctx);
	assert_int_equal(ops->acquire(&ctx, &t), 0);
	gr_test_log_to(&log);
	gr_fake_nd.ns[2].mode = GR_ND_FSDAX;
	assert_int_equal(ops->attach(&ctx, &t), -ENODEV);
	gr_fake_nd.ns[2].mode = GR_ND_DEVDAX;
	gr_fake_nd.ns[2].enabled = false;
	assert_int_equal(ops->attach(&ctx, &t), -ENODEV);
	gr_test_log_to(NULL);
	assert_int_equal(log.nr, 2);
	gr_fake_nd.ns[2].enabled = true;
	assert_int_equal(ops->attach(&ctx, &t), 0);
}

static void maps_the_node_shared(void **state)
{
	struct gr_test_disks *disks = *state;
	struct gr_map_req req = {
		.off = GR_TEST_PAGE,
		.len = 2 * GR_TEST_PAGE,
		.prot = PROT_READ | PROT_WRITE,
	};
	char got[3 * GR_TEST_PAGE];
	struct gr_test_holds before;
	struct gr_mapping m;

	ops = gr_target_find("devdax");
	gr_test_holds(&before);
	assert_int_equal(ops->map(&disks->target, &req, &m), 0);
	assert_int_equal(m.range.len, req.len);
	gr_test_fill(m.range.addr, req.len, 4);
	assert_int_equal(ops->unmap(&m), 0);
	assert_int_equal(m.fd, -1);
	gr_test_disk_read(disks->target.dev, got, sizeof(got));
	gr_test_assert_filled(got + GR_TEST_PAGE, req.len, 4);

	req.prot = PROT_READ;
	assert_int_equal(ops->map(&disks->target, &req, &m), 0);
	assert_int_equal(gr_touch(m.range.addr, false), 0);
	assert_int_equal(gr_touch(m.range.addr, true), -EFAULT);
	assert_int_equal(ops->unmap(&m), 0);
	gr_test_assert_holds(&before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_the_smallest_that_fits),
		cmocka_unit_test(configures_what_is_another),
		cmocka_unit_test(obeys_the_spec),
		cmocka_unit_test(takes_what_was_handed_over),
		cmocka_unit_test(says_what_it_would_take),
		cmocka_unit_test(attach_wants_the_mode),
		cmocka_unit_test(maps_the_node_shared),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}
