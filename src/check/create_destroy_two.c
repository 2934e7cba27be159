// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check create_destroy_two: as create_destroy, on two namespaces at once from
 * two processes, so that the set-up of one memory map meets the teardown of
 * another.
 *
 * Source: pmem/ndctl issue 99 (warnings in parallel create and destroy loops).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "check/internal.h"
#include "sys/process.h"

/* The other side has this long after ours is through. */
#define OTHER_MS 30000

enum other_exit {
	OTHER_FINE,
	OTHER_BROKEN,
};

/* What is announced is the work of both; one of them says it. */
static void say_nothing(struct gr_check_env *env, const char *what)
{
	(void)env, (void)what;
}

static int other_side(struct gr_check_env *env, struct gr_target *second)
{
	struct gr_check_env quiet = *env;

	quiet.op = say_nothing;
	return gr_check_lifecycle(&quiet, second) ? OTHER_BROKEN : OTHER_FINE;
}

static int both(struct gr_check_env *env, struct gr_target *second)
{
	int ret, status;
	pid_t pid;

	gr_check_op(env, "create and destroy %s and %s at once",
		    env->target->ns, second->ns);
	pid = gr_fork(1);
	if (pid < 0)
		return gr_err(pid, "cannot fork");
	if (!pid)
		gr_exit_now(other_side(env, second));
	ret = gr_check_lifecycle(env, env->target);
	if (gr_reap(pid, OTHER_MS, &status) != 1) {
		gr_check_fail(env, GR_CLASS_LEAK, "create-destroy-stuck",
			      "create and destroy of %s does not end",
			      second->ns);
		return ret;
	}
	return ret ? ret : status ? -EIO : 0;
}

static int run(struct gr_check_env *env)
{
	struct gr_target second = {
		.ops = env->target->ops,
		.spec = env->target->spec,
	};
	struct gr_reason why;

	(void)snprintf(second.spec.not_ns, sizeof(second.spec.not_ns), "%s",
		       env->target->ns);
	if (second.ops->probe(env->ctx, &second.spec, &why)) {
		gr_check_skip(env, "needs two namespaces: %s", why.text);
		return 0;
	}
	if (second.ops->acquire(env->ctx, &second))
		return -EIO; /* reported */
	return both(env, &second);
}

const struct gr_check_ops gr_check_create_destroy_two = {
	.name = "create_destroy_two",
	.summary = "create and destroy of two namespaces at once",
	.needs = {.root = true},
	.bars = GR_TARGET_MOVES,
	.run = run,
};
