// SPDX-License-Identifier: GPL-2.0-only
/*
 * Contract of every target, on the machine as it is, with a namespace handed
 * over that does not exist.
 */
#include "core/target.h"

#include <string.h>

#include "contract.h"
#include "core/registry.h"

static const struct gr_ctx ctx = {.nr_ns = 1, .ns = {"namespace99.9"}};
static const struct gr_target_spec spec = {.align = GR_TEST_PAGE};

static void is_described(void **state)
{
	const struct gr_test_each *each = *state;
	const struct gr_target_ops *ops = each->ops;

	assert_true(ops->summary && *ops->summary);
	assert_ptr_equal(gr_target_find(ops->name), ops);
	assert_true(ops->acquire && ops->attach && ops->map && ops->unmap);
	assert_true(ops->needs.root);
}

static void probe_once(const struct gr_target_ops *ops)
{
	struct gr_reason why = {""};

	assert_true(ops->probe(&ctx, &spec, &why) < 0);
	assert_true(why.text[0] != '\0');
}

static void acquire_once(const struct gr_target_ops *ops)
{
	struct gr_target t = {.ops = ops, .spec = spec};
	struct gr_test_log log;

	gr_test_log_to(&log);
	assert_true(ops->acquire(&ctx, &t) < 0);
	assert_int_equal(log.nr, 1);
	strcpy(t.ns, "namespace99.9");
	assert_true(ops->attach(&ctx, &t) < 0);
	assert_int_equal(log.nr, 2);
	gr_test_log_to(NULL);
	assert_string_equal(t.dev, "");
}

static void no_namespace(void **state)
{
	const struct gr_test_each *each = *state;
	struct gr_test_holds before;

	for (int i = 0; i < 2; i++) {
		if (i) /* libraries keep what they load once */
			gr_test_holds(&before);
		probe_once(each->ops);
		acquire_once(each->ops);
		if (i)
			gr_test_assert_holds(&before);
	}
}

static void no_node(void **state)
{
	const struct gr_test_each *each = *state;
	const struct gr_target_ops *ops = each->ops;
	const struct gr_map_req req = {.len = GR_TEST_PAGE};
	struct gr_target t = {.ops = ops, .dev = "nowhere/node"};
	struct gr_mapping m = {.fd = -7};
	struct gr_test_holds before;
	struct gr_test_log log;

	gr_test_holds(&before);
	gr_test_log_to(&log);
	assert_true(ops->map(&t, &req, &m) < 0);
	gr_test_log_to(NULL);
	assert_int_equal(log.nr, 1);
	assert_non_null(strstr(log.text, "nowhere/node"));
	assert_int_equal(m.fd, -7); /* written on success only */
	gr_test_assert_holds(&before);
}

int main(void)
{
	static struct gr_test_table table;
	const struct gr_target_ops *const *t;

	for (t = gr_targets(); *t; t++) {
		gr_test_add(&table, "is described", (*t)->name, *t,
			    is_described);
		gr_test_add(&table, "no namespace", (*t)->name, *t,
			    no_namespace);
		gr_test_add(&table, "no node", (*t)->name, *t, no_node);
	}
	return gr_test_run(&table, "targets");
}
