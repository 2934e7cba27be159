// SPDX-License-Identifier: GPL-2.0-only
#include "invalidate_life.h"

#include <stdlib.h>
#include <string.h>

#include "core/registry.h"
#include "fake_nd.h"
#include "test.h"

void gr_test_inv_begin(struct gr_test_inv *x, const char *name)
{
	gr_fake_nd_reset();
	memset(x, 0, sizeof(*x));
	x->inv.ops = gr_invalidate_find(name);
	assert_non_null(x->inv.ops);
	strcpy(x->target.ns, "namespace0.0");
	strcpy(x->target.region, "region0");
	x->inv.ctx = &x->ctx;
	x->inv.target = &x->target;
	x->inv.priv = calloc(1, x->inv.ops->priv_size);
	assert_non_null(x->inv.priv);
	assert_int_equal(x->inv.ops->setup(&x->ctx, &x->inv), 0);
	gr_fake_nd_assert_calls(""); /* setup() changes nothing */
}

void gr_test_inv_does(struct gr_test_inv *x, const char *calls)
{
	assert_int_equal(x->inv.ops->invalidate(&x->inv), 0);
	gr_fake_nd_assert_calls(calls);
}

void gr_test_inv_undoes(struct gr_test_inv *x, const char *calls)
{
	assert_int_equal(x->inv.ops->restore(&x->inv), 0);
	gr_fake_nd_assert_calls(calls);
}

void gr_test_inv_fails(struct gr_test_inv *x, const char *call, int err)
{
	strcpy(gr_fake_nd.fail_call, call);
	gr_fake_nd.fail_ret = -err;
	assert_int_equal(x->inv.ops->invalidate(&x->inv), -err);
	gr_fake_nd.fail_call[0] = '\0';
	gr_fake_nd.calls[0] = '\0';
}

void gr_test_inv_end(struct gr_test_inv *x)
{
	x->inv.ops->teardown(&x->inv);
	assert_int_equal(gr_fake_nd.nr_open, 0);
	gr_fake_nd_assert_calls("");
	free(x->inv.priv);
}

enum gr_expect_class gr_test_inv_expects(const char *name, int err)
{
	const struct gr_expect *e = gr_invalidate_find(name)->expect;

	for (; e->why; e++)
		if (e->err == err)
			return e->class;
	return GR_EXPECT_BUG;
}
