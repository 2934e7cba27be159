// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check partial_unmap: a leaf is unmapped, protected and moved as a whole or not
 * at all: munmap(2), mprotect(2) and mremap(2) of one page of it.
 *
 * Before 5.11 mremap() moves the part and cannot unmap the old one: there it is
 * looked at, too.
 * Source: drivers/dax/device.c dev_dax_may_split(); 73d5e0629919 (mremap).
 */
#include <errno.h>
#include <sys/mman.h>

#include "base/log.h"
#include "check/internal.h"
#include "sys/access.h"
#include "sys/call.h"

static int try_move(struct gr_check_env *env, char *part)
{
	void *to;
	int ret = gr_mmap(GR_CHECK_PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS,
			  -1, 0, &to);

	if (ret)
		return gr_err(ret, "cannot reserve a page");
	gr_check_op(env, "mremap of a page of %s", env->target->ns);
	ret = gr_mremap_to(part, GR_CHECK_PAGE, to);
	gr_check_fact(env, GR_POLICY_MOVE_PART, NULL, ret);
	if (!ret)
		gr_check_fact(env, GR_POLICY_MOVED_PART, NULL,
			      gr_touch(to, false));
	(void)gr_munmap(to, GR_CHECK_PAGE); /* whatever is there now is ours */
	return 0;
}

static int run(struct gr_check_env *env)
{
	struct gr_mapping m;
	char *part;
	int ret;

	if (!gr_check_has_parts(env))
		return 0;
	ret = gr_check_map(env, 2, PROT_READ | PROT_WRITE, &m);
	if (ret)
		return ret;
	part = (char *)m.range.addr + GR_CHECK_PAGE;
	gr_check_op(env, "fault in a leaf of %s", env->target->ns);
	if (gr_touch(part, true)) {
		gr_check_unmap(env, &m);
		return gr_err(-EFAULT,
			      "cannot fault in a fresh mapping of '%s'",
			      env->target->dev);
	}
	gr_check_op(env, "mprotect of a page of %s", env->target->ns);
	gr_check_fact(env, GR_POLICY_PROTECT_PART, NULL,
		      gr_mprotect(part, GR_CHECK_PAGE, PROT_READ));
	gr_check_op(env, "munmap of a page of %s", env->target->ns);
	gr_check_fact(env, GR_POLICY_UNMAP_PART, NULL,
		      gr_munmap(part, GR_CHECK_PAGE));
	/* another page: that one may be gone by now */
	ret = try_move(env, part + GR_CHECK_PAGE);
	gr_check_unmap(env, &m);
	return ret;
}

const struct gr_check_ops gr_check_partial_unmap = {
	.name = "partial_unmap",
	.summary = "a part of a leaf is not unmapped, protected or moved",
	.needs = {.root = true},
	.wants = GR_TARGET_MAPS_DEVICE,
	.bars = GR_TARGET_FILE | GR_TARGET_MOVES,
	.policies = 1ull << GR_POLICY_UNMAP_PART |
		    1ull << GR_POLICY_PROTECT_PART |
		    1ull << GR_POLICY_MOVE_PART,
	.run = run,
};
