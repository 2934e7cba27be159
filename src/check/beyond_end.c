// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check beyond_end: a file is cut to its first leaf while all of it is mapped.
 * What lies beyond the end must SIGBUS, whether it was touched before or not, and
 * no pin may have it; what lies before keeps its bytes; and a file that has grown
 * again shows zeros there, never what was in the blocks.
 *
 * Needs a target that is a file. Nothing is pinned while it is cut: that is what
 * the races against truncate are for.
 * Source: truncate(2); mm/truncate.c truncate_pagecache(); fs/dax.c.
 */
#include <errno.h>
#include <sys/mman.h>

#include "base/log.h"
#include "base/util.h"
#include "check/internal.h"
#include "core/registry.h"
#include "sys/access.h"
#include "sys/call.h"

/* Leaves: kept, cut and touched, cut and never touched. */
#define LEAVES 3

#define KEPT_TAG 55
#define CUT_TAG 66

/* One by gup-fast, and one by the slow path only. */
static const char *const pins[] = {"vmsplice", "process_vm"};

static int pin_one(struct gr_check_env *env, const char *name,
		   const struct iovec *iov)
{
	const struct gr_pin_ops *ops = gr_pin_find(name);
	struct gr_reason why;
	struct gr_pin pin;
	ssize_t n;
	int ret;

	if (ops->probe && ops->probe(env->ctx, &why))
		return 0; /* the other one is left */
	ret = gr_pin_init(&pin, ops, env->target);
	if (ret)
		return ret;
	gr_check_op(env, "%s beyond the end of %s", name, env->target->dev);
	ret = ops->setup(env->ctx, &pin, iov, 1);
	if (!ret) {
		n = ops->pin(&pin, iov, 1);
		gr_check_fact(env, GR_POLICY_CUT_PINNED, name, n);
		if (n > 0 && ops->unpin)
			ret = ops->unpin(&pin);
	}
	ops->teardown(&pin);
	gr_pin_fini(&pin);
	return ret;
}

static int beyond(struct gr_check_env *env, char *cut)
{
	struct iovec iov = {cut, GR_CHECK_PAGE};
	int ret = 0;

	for (size_t i = 0; i < GR_ARRAY_SIZE(pins) && !ret; i++)
		ret = pin_one(env, pins[i], &iov);
	gr_check_fact(env, GR_POLICY_CUT_TOUCHED, NULL, gr_touch(cut, false));
	gr_check_fact(env, GR_POLICY_CUT_UNTOUCHED, NULL,
		      gr_touch(cut + env->target->spec.align, false));
	return ret;
}

static void expect_pattern(struct gr_check_env *env, const char *page)
{
	ssize_t bad = gr_compare_pattern(page, GR_CHECK_PAGE, KEPT_TAG);

	if (bad >= 0)
		gr_check_fail(env, GR_CLASS_DATA, "wrong-data",
			      "byte %zd of '%s' changed when the file was cut "
			      "behind it",
			      bad, env->target->dev);
}

static void expect_zeros(struct gr_check_env *env, const char *page)
{
	if (gr_touch((char *)(uintptr_t)page, false)) {
		gr_check_fail(env, GR_CLASS_POLICY, "not-grown",
			      "'%s' cannot be accessed where it has grown "
			      "again",
			      env->target->dev);
		return;
	}
	for (unsigned int i = 0; i < GR_CHECK_PAGE; i++)
		if (page[i]) {
			gr_check_fail(env, GR_CLASS_DATA, "old-data",
				      "byte %u of a page of '%s' that was cut "
				      "off and has grown again is %#x, not 0",
				      i, env->target->dev,
				      (unsigned char)page[i]);
			return;
		}
}

static int cut_and_look(struct gr_check_env *env, struct gr_mapping *m)
{
	const struct gr_target *t = env->target;
	off_t end = (off_t)(t->file_off + t->spec.align);
	char *kept = m->range.addr, *cut = kept + t->spec.align;
	int ret;

	gr_fill_pattern(kept, GR_CHECK_PAGE, KEPT_TAG);
	gr_fill_pattern(cut, GR_CHECK_PAGE, CUT_TAG);
	gr_check_op(env, "cut of %s to %lld bytes", t->dev, (long long)end);
	ret = gr_truncate(t->dev, end);
	if (ret)
		return gr_err(ret, "cannot cut '%s'", t->dev);
	ret = beyond(env, cut);
	expect_pattern(env, kept);
	gr_check_op(env, "growth of %s", t->dev);
	if (!ret && (ret = gr_truncate(t->dev, end + (off_t)t->spec.align)))
		return gr_err(ret, "cannot make '%s' longer", t->dev);
	if (!ret)
		expect_zeros(env, cut);
	return ret;
}

static int run(struct gr_check_env *env)
{
	struct gr_mapping m;
	int ret;

	ret = gr_check_map(env, LEAVES, PROT_READ | PROT_WRITE, &m);
	if (ret)
		return ret;
	ret = cut_and_look(env, &m);
	gr_check_unmap(env, &m);
	return ret;
}

const struct gr_check_ops gr_check_beyond_end = {
	.name = "beyond_end",
	.summary = "what is cut off a mapped file is out of reach",
	.needs = {.root = true},
	.wants = GR_TARGET_FILE,
	.policies = 1ull << GR_POLICY_CUT_TOUCHED |
		    1ull << GR_POLICY_CUT_UNTOUCHED |
		    1ull << GR_POLICY_CUT_PINNED,
	.run = run,
};
