// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check soft_offline: device memory cannot be taken out of use page by page: it
 * has no other page to which the data could move.
 *
 * In a guest only: a kernel that does not refuse has lost a page for good.
 * Source: mm/memory-failure.c soft_offline_page(); madvise(2).
 */
#include <errno.h>
#include <sys/mman.h>

#include "base/log.h"
#include "check/internal.h"
#include "sys/access.h"
#include "sys/call.h"

static int run(struct gr_check_env *env)
{
	struct gr_mapping m;
	int ret = gr_check_map(env, 2, PROT_READ | PROT_WRITE, &m);

	if (ret)
		return ret;
	if (gr_touch(m.range.addr, true)) {
		ret = gr_err(-EFAULT, "cannot fault in a fresh mapping of '%s'",
			     env->target->dev);
		goto err_unmap;
	}
	gr_check_op(env, "MADV_SOFT_OFFLINE of a page of %s", env->target->ns);
	gr_check_fact(env, GR_POLICY_SOFT_OFFLINE, NULL,
		      gr_soft_offline(m.range.addr, GR_CHECK_PAGE));
err_unmap:
	gr_check_unmap(env, &m);
	return ret;
}

const struct gr_check_ops gr_check_soft_offline = {
	.name = "soft_offline",
	.summary = "soft offline of device memory is refused",
	.needs = {.kconfig =
			  (const char *const[]){"CONFIG_MEMORY_FAILURE", NULL},
		  .root = true,
		  .guest_only = true},
	.wants = GR_TARGET_MAPS_DEVICE,
	.bars = GR_TARGET_MOVES,
	.policies = 1ull << GR_POLICY_SOFT_OFFLINE,
	.run = run,
};
