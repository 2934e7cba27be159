// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check fork_shared: a child shares the mapping: what the parent wrote it reads,
 * what it writes and pins the parent sees, also when the child faults first.
 *
 * Source: kernel/fork.c copies no leaves of shared device mappings, the child
 * faults again; ndctl's device-dax test forks.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "base/log.h"
#include "check/internal.h"
#include "sys/access.h"
#include "sys/process.h"

#define PARENT_TAG 11
#define CHILD_TAG 22
#define CHILD_MS 20000

/*
 * What the child shall write must not be there yet, and its leaf must not be
 * faulted in by the parent: through another mapping.
 */
static int clear_child_leaf(struct gr_check_env *env)
{
	struct gr_mapping m;
	int ret = gr_check_map(env, 2, PROT_READ | PROT_WRITE, &m);

	if (ret)
		return ret;
	gr_fill_pattern((char *)m.range.addr + env->target->spec.align,
			GR_CHECK_PAGE, PARENT_TAG);
	gr_check_unmap(env, &m);
	return 0;
}

/* In the child: 0 all is well, 1 wrong data, 2 a signal. */
static int child(struct gr_mapping *m, uint64_t leaf)
{
	char *second = (char *)m->range.addr + leaf;

	if (gr_touch(m->range.addr, true) || gr_touch(second, true))
		return 2;
	if (gr_compare_pattern(m->range.addr, GR_CHECK_PAGE, PARENT_TAG) >= 0)
		return 1;
	gr_fill_pattern(second, GR_CHECK_PAGE, CHILD_TAG);
	return 0;
}

static bool judge(struct gr_check_env *env, int status)
{
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return true;
	gr_check_fail(env,
		      WIFEXITED(status) && WEXITSTATUS(status) == 1
			      ? GR_CLASS_DATA
			      : GR_CLASS_POLICY,
		      "fork-child", "a forked child that shares '%s' %s",
		      env->target->dev,
		      WIFEXITED(status) && WEXITSTATUS(status) == 1
			      ? "reads other data than its parent wrote"
			      : "cannot access it");
	return false;
}

static int with_child(struct gr_check_env *env, struct gr_mapping *m)
{
	uint64_t leaf = env->target->spec.align;
	int status;
	pid_t pid;

	gr_fill_pattern(m->range.addr, GR_CHECK_PAGE, PARENT_TAG);
	gr_check_op(env, "fork while %s is mapped", env->target->ns);
	pid = gr_fork(-1);
	if (pid < 0)
		return gr_err(pid, "cannot fork");
	if (!pid)
		gr_exit_now(child(m, leaf));
	if (gr_reap(pid, CHILD_MS, &status) != 1) {
		gr_check_fail(env, GR_CLASS_LEAK, "fork-child-stuck",
			      "a forked child that shares '%s' does not end",
			      env->target->dev);
		return 0;
	}
	if (judge(env, status) &&
	    gr_compare_pattern((char *)m->range.addr + leaf, GR_CHECK_PAGE,
			       CHILD_TAG) >= 0)
		gr_check_fail(env, GR_CLASS_DATA, "fork-parent",
			      "what a child wrote to '%s' did not arrive",
			      env->target->dev);
	return 0;
}

static int run(struct gr_check_env *env)
{
	struct gr_mapping m;
	int ret = clear_child_leaf(env);

	if (!ret)
		ret = gr_check_map(env, 2, PROT_READ | PROT_WRITE, &m);
	if (ret)
		return ret;
	ret = with_child(env, &m);
	gr_check_unmap(env, &m);
	return ret;
}

const struct gr_check_ops gr_check_fork_shared = {
	.name = "fork_shared",
	.summary = "a forked child shares the mapping",
	.needs = {.root = true},
	.wants = GR_TARGET_MAPS_DEVICE,
	.bars = GR_TARGET_MOVES,
	.run = run,
};
