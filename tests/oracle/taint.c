// SPDX-License-Identifier: GPL-2.0-only
#include "core/oracle.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/ctx.h"
#include "core/registry.h"
#include "sys/kernel.h"
#include "test.h"

#define TAINT_BAD_PAGE (1u << 5)
#define TAINT_DIE (1u << 7)
#define TAINT_WARN (1u << 9)
#define TAINT_OOT_MODULE (1u << 12)
#define TAINT_UNSIGNED_MODULE (1u << 13)

/* The stand-in of the kernel's taint. */
int __wrap_gr_kernel_taint(uint64_t *mask);

static uint64_t taint;
static int taint_ret;

int __wrap_gr_kernel_taint(uint64_t *mask)
{
	*mask = taint;
	return taint_ret;
}

struct life {
	struct gr_oracle o;
	struct gr_findings found;
	struct gr_reason why;
};

static void begin_with(struct life *l, uint64_t mask, int ret)
{
	memset(l, 0, sizeof(*l));
	l->o.ops = gr_oracle_find("taint");
	l->o.priv = calloc(1, l->o.ops->priv_size);
	assert_non_null(l->o.priv);
	taint = mask;
	taint_ret = ret;
	(void)l->o.ops->begin(&l->o, NULL);
	taint_ret = 0;
}

static enum gr_sight judge_with(struct life *l, uint64_t mask)
{
	enum gr_sight sight;

	taint = mask;
	sight = l->o.ops->judge(&l->o, NULL, &l->found, &l->why);
	free(l->o.priv);
	return sight;
}

static void nothing_new_is_clean(void **state)
{
	struct life l;

	(void)state;
	begin_with(&l, TAINT_WARN | TAINT_DIE, 0);
	assert_int_equal(judge_with(&l, TAINT_WARN | TAINT_DIE),
			 GR_SIGHT_CLEAN);
	assert_int_equal(l.found.nr, 0);
}

static void new_bad_bit_is_found(void **state)
{
	struct life l;

	(void)state;
	begin_with(&l, TAINT_WARN, 0);
	assert_int_equal(
		judge_with(&l, TAINT_WARN | TAINT_BAD_PAGE | TAINT_DIE),
		GR_SIGHT_VIOLATED);
	assert_int_equal(l.found.nr, 2);
	assert_string_equal(l.found.of[0].signature, "taint");
	assert_string_equal(l.found.of[0].oracle, "taint");
	assert_non_null(strstr(l.found.of[0].summary, "bit B"));
	assert_non_null(strstr(l.found.of[1].summary, "bit D"));
}

/* What a module that was loaded sets is nobody's fault. */
static void loaded_module_is_clean(void **state)
{
	struct life l;

	(void)state;
	begin_with(&l, 0, 0);
	assert_int_equal(
		judge_with(&l, TAINT_OOT_MODULE | TAINT_UNSIGNED_MODULE),
		GR_SIGHT_CLEAN);
}

/* The log has told already; its finding is the better one. */
static void explained_bit_is_no_second_finding(void **state)
{
	struct life l;

	(void)state;
	begin_with(&l, 0, 0);
	gr_finding_add(&l.found, "kmsg", GR_CLASS_WARNING, "warning", "it");
	assert_int_equal(judge_with(&l, TAINT_WARN), GR_SIGHT_CLEAN);
	assert_int_equal(l.found.nr, 1);

	begin_with(&l, 0, 0);
	gr_finding_add(&l.found, "teardown", GR_CLASS_LEAK, "returned-late",
		       "it");
	assert_int_equal(judge_with(&l, TAINT_WARN), GR_SIGHT_VIOLATED);
}

static void unreadable_is_blind(void **state)
{
	struct life l;

	(void)state;
	begin_with(&l, 0, -EACCES);
	assert_int_equal(judge_with(&l, 0), GR_SIGHT_BLIND);
	assert_true(l.why.text[0] != '\0');

	begin_with(&l, 0, 0);
	taint_ret = -EACCES;
	assert_int_equal(judge_with(&l, 0), GR_SIGHT_BLIND);
	taint_ret = 0;
}

static void selftest_sees(void **state)
{
	const struct gr_oracle_ops *ops = gr_oracle_find("taint");
	const struct gr_ctx *ctx = NULL; /* it asks nothing of it */
	struct gr_reason why = {""};

	(void)state;
	assert_int_equal(ops->selftest(ctx, &why), 0);
	taint_ret = -EACCES;
	assert_int_equal(ops->selftest(ctx, &why), -EOPNOTSUPP);
	assert_true(why.text[0] != '\0');
	taint_ret = 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_new_is_clean),
		cmocka_unit_test(new_bad_bit_is_found),
		cmocka_unit_test(loaded_module_is_clean),
		cmocka_unit_test(explained_bit_is_no_second_finding),
		cmocka_unit_test(unreadable_is_blind),
		cmocka_unit_test(selftest_sees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
