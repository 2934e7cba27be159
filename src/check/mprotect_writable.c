// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check mprotect_writable: pages that were faulted in by reading are made
 * writable: the leaf must be upgraded, by a write of the program and by a pin
 * that writes.
 *
 * Source: drivers/dax/device.c, fs/dax.c; ndctl's device-dax test turns a read-only
 * mapping writable.
 */
#include <sys/mman.h>

#include "base/log.h"
#include "check/internal.h"
#include "core/registry.h"
#include "sys/access.h"
#include "sys/call.h"

static int upgrade(struct gr_check_env *env, struct gr_mapping *m)
{
	struct gr_pin_try try = {
		.state = "just made writable",
		.iov = {m->range.addr, GR_CHECK_PAGE},
		.tag = 77,
		.feed_tag = 78,
	};
	int ret;

	ret = gr_touch(m->range.addr, false);
	if (!ret)
		ret = gr_mprotect(m->range.addr, m->range.len,
				  PROT_READ | PROT_WRITE);
	if (ret)
		return gr_err(ret, "cannot make '%s' writable",
			      env->target->dev);
	gr_check_op(env, "write to pages of %s just made writable",
		    env->target->ns);
	ret = gr_touch(m->range.addr, true);
	gr_check_fact(env, GR_POLICY_WRITE_UPGRADED, NULL, ret);
	if (ret)
		return 0; /* there is nothing to be pinned */
	gr_fill_pattern(m->range.addr, GR_CHECK_PAGE, try.tag);
	if (!gr_pin_find("odirect_read") || !gr_pin_find("odirect_write"))
		return 0;
	ret = gr_check_pin(env, gr_pin_find("odirect_write"), &try);
	return ret ? ret : gr_check_pin(env, gr_pin_find("odirect_read"), &try);
}

static int run(struct gr_check_env *env)
{
	const struct gr_target *t = env->target;
	struct gr_mapping m;
	int ret;

	/* the node is opened for writing, so that the upgrade is legal */
	ret = gr_check_map(env, 2, PROT_READ | PROT_WRITE, &m);
	if (!ret)
		ret = gr_mprotect(m.range.addr, m.range.len, PROT_READ);
	if (ret)
		return gr_err(ret, "cannot map '%s' read-only", t->dev);
	ret = upgrade(env, &m);
	gr_check_unmap(env, &m);
	return ret;
}

const struct gr_check_ops gr_check_mprotect_writable = {
	.name = "mprotect_writable",
	.summary = "read-only pages made writable take writes and pins",
	.needs = {.root = true},
	.wants = GR_TARGET_MAPS_DEVICE,
	.bars = GR_TARGET_MOVES,
	.policies = 1ull << GR_POLICY_WRITE_UPGRADED,
	.run = run,
};
