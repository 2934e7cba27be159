// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check create_destroy: a namespace is given every mode, map and alignment in
 * turn, used once in each, and destroyed. Needs nothing but create and destroy
 * to find bugs of the memory map's own set-up and teardown.
 *
 * Source: pmem/ndctl issues 91 and 99; 9d8573111024; mm/sparse.c.
 */
#include "check/internal.h"

static int run(struct gr_check_env *env)
{
	return gr_check_lifecycle(env, env->target);
}

const struct gr_check_ops gr_check_create_destroy = {
	.name = "create_destroy",
	.summary = "create and destroy over every mode, map and alignment",
	.needs = {.root = true},
	.bars = GR_TARGET_MOVES,
	.run = run,
};
