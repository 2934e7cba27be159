// SPDX-License-Identifier: GPL-2.0-only
/* Contract of every invalidator, without any namespace. */
#include "core/invalidate.h"

#include <stdlib.h>
#include <string.h>

#include "contract.h"
#include "core/registry.h"

#define ROWS_MAX 16 /* a table without an end shows */

static void is_described(void **state)
{
	const struct gr_test_each *each = *state;
	const struct gr_invalidate_ops *ops = each->ops;
	unsigned int side = GR_INV_TEARDOWN | GR_INV_SAME_MM | GR_INV_FILE |
			    GR_INV_VICTIM | GR_INV_MOVES;
	unsigned int waits = GR_INV_TEARDOWN | GR_INV_WAITS | GR_INV_MAY_WAIT;

	assert_true(ops->summary && *ops->summary);
	assert_ptr_equal(gr_invalidate_find(ops->name), ops);
	/* it ends the pgmap, or acts on something smaller */
	assert_true(ops->flags & side);
	assert_true(!(ops->flags & GR_INV_TEARDOWN) ||
		    !(ops->flags & (side ^ GR_INV_TEARDOWN)));
	/* one answer to the question whether it waits */
	assert_true(__builtin_popcount(ops->flags & waits) <= 1);
	assert_true(ops->setup && ops->invalidate && ops->restore &&
		    ops->teardown);
	/* what changes devices needs the right to */
	assert_true(ops->needs.root ||
		    ops->flags & (GR_INV_SAME_MM | GR_INV_VICTIM));
	/* nobody else's mapping can be denied, or waited for in this way */
	assert_true(!(ops->flags & GR_INV_DENIES) ||
		    ops->flags & GR_INV_SAME_MM);
	assert_true(!(ops->flags & GR_INV_VICTIM) ||
		    !(ops->flags & (waits | GR_INV_SIGBUS | GR_INV_FILE)));
}

static void says_what_is_legal(void **state)
{
	const struct gr_test_each *each = *state;
	const struct gr_invalidate_ops *ops = each->ops;
	const struct gr_expect *e = ops->expect;
	bool legal = false, success = false;

	for (; e->why && e < ops->expect + ROWS_MAX; e++) {
		assert_true(e->why[0] != '\0');
		assert_true(e->err >= 0 && e->err < 4096);
		legal |= e->class != GR_EXPECT_BUG;
		success |= !e->err;
		for (const struct gr_expect *o = ops->expect; o < e; o++)
			assert_int_not_equal(o->err, e->err);
	}
	assert_null(e->why);
	/* success is spoken of, also where it must not be */
	assert_true(legal && success);
}

static void says_why_not(void **state)
{
	const struct gr_test_each *each = *state;
	const struct gr_invalidate_ops *ops = each->ops;
	struct gr_reason why = {""};
	int ret = ops->probe(&each->disks->ctx, &why);

	assert_true(ret <= 0);
	assert_true(!ret || why.text[0]);
}

static void fail_once(const struct gr_test_each *each)
{
	const struct gr_invalidate_ops *ops = each->ops;
	struct gr_invalidate inv = {
		.ops = ops,
		.ctx = &each->disks->ctx,
		.target = &each->disks->target, /* namespace99.9 */
		.priv = calloc(1, ops->priv_size + 1),
	};
	struct gr_test_log log;
	int ret;

	assert_non_null(inv.priv);
	gr_test_log_to(&log);
	ret = ops->setup(inv.ctx, &inv);
	gr_test_log_to(NULL);
	assert_true(ret < 0);
	assert_int_equal(log.nr, 1);
	ops->teardown(&inv);
	free(inv.priv);
}

/* No bus, or no such namespace: a failed setup() leaves nothing behind. */
static void setup_fails_clean(void **state)
{
	struct gr_test_holds before;

	fail_once(*state); /* libraries keep what they load once */
	gr_test_holds(&before);
	fail_once(*state);
	gr_test_assert_holds(&before);
}

static void add_all(struct gr_test_table *t,
		    const struct gr_invalidate_ops *ops)
{
	gr_test_add(t, "is described", ops->name, ops, is_described);
	gr_test_add(t, "says what is legal", ops->name, ops,
		    says_what_is_legal);
	if (ops->probe)
		gr_test_add(t, "says why not", ops->name, ops, says_why_not);
	if (ops->flags & GR_INV_TEARDOWN)
		gr_test_add(t, "setup fails clean", ops->name, ops,
			    setup_fails_clean);
}

int main(void)
{
	static struct gr_test_table table;
	const struct gr_invalidate_ops *const *i;

	for (i = gr_invalidators(); *i; i++)
		add_all(&table, *i);
	return gr_test_run(&table, "invalidators");
}
