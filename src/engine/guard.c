// SPDX-License-Identifier: GPL-2.0-only
#include "engine/guard.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sys/journal.h"
#include "sys/sysfs.h"

#define HOW "name it together with --force to take it all the same"

static int refuse_use(const struct gr_guard_facts *facts, struct gr_reason *why)
{
	const char *by = facts->use.by;

	switch (facts->use.state) {
	case GR_BLOCK_MOUNTED:
		gr_reason_set(why,
			      "'%s' is mounted on '%s': unmount it, or " HOW,
			      facts->ns, by);
		break;
	case GR_BLOCK_SWAP:
		gr_reason_set(why,
			      "'%s' is used as swap ('%s'): run swapoff, "
			      "or " HOW,
			      facts->ns, by);
		break;
	case GR_BLOCK_HELD:
		gr_reason_set(why,
			      "'%s' is held by '%s': take that down, "
			      "or " HOW,
			      facts->ns, by);
		break;
	default:
		gr_reason_set(why,
			      "'%s' is opened exclusively by another program: "
			      "end that, or " HOW,
			      facts->ns);
	}
	return -EBUSY;
}

int gr_guard_decide(const struct gr_guard_facts *facts, struct gr_reason *why)
{
	if (facts->is_named && facts->is_forced)
		return 0;
	if (facts->use.state != GR_BLOCK_FREE)
		return refuse_use(facts, why);
	if (facts->is_sysram) {
		gr_reason_set(why,
			      "'%s' is used as system memory: take it offline, "
			      "or " HOW,
			      facts->ns);
		return -EBUSY;
	}
	if (facts->signature[0]) {
		gr_reason_set(why,
			      "'%s' carries a signature of '%s': wipe it, "
			      "or " HOW,
			      facts->ns, facts->signature);
		return -EPERM;
	}
	if (facts->is_hidden) {
		gr_reason_set(why,
			      "'%s' is disabled, so what it holds cannot be "
			      "looked at: enable it first, or " HOW,
			      facts->ns);
		return -EPERM;
	}
	if (!facts->is_ours) {
		gr_reason_set(why, "'%s' was not made by guprace: " HOW,
			      facts->ns);
		return -EPERM;
	}
	return 0;
}

static bool is_named(const struct gr_ctx *ctx, const char *ns)
{
	for (unsigned int i = 0; i < ctx->nr_ns; i++)
		if (!strcmp(ctx->ns[i], ns))
			return true;
	return false;
}

static bool is_exempt(const struct gr_ctx *ctx)
{
	const char *guards = getenv(GR_GUARDS_ENV);

	return ctx->in_guest && (!guards || strcmp(guards, "host") != 0);
}

static bool is_sysram(const struct gr_nd_info *info)
{
	char driver[GR_ND_NAME_MAX];

	return info->chardev[0] &&
	       !gr_sysfs_link(driver, sizeof(driver),
			      "/sys/bus/dax/devices/%s/driver",
			      info->chardev) &&
	       !strcmp(driver, "kmem");
}

static int look(const struct gr_nd_info *info, struct gr_guard_facts *facts)
{
	int ret;

	facts->is_sysram = is_sysram(info);
	facts->is_ours = gr_journal_has(GR_JOURNAL_PATH, info->uuid);
	facts->is_hidden = !info->enabled;
	if (!info->blockdev[0])
		return 0;
	ret = gr_block_usage(info->blockdev, &facts->use);
	if (ret || facts->use.state != GR_BLOCK_FREE)
		return ret;
	return gr_block_signature(info->blockdev, facts->signature,
				  sizeof(facts->signature));
}

int gr_guard_check(const struct gr_ctx *ctx, struct gr_nd *nd, const char *ns,
		   struct gr_reason *why)
{
	struct gr_guard_facts facts = {
		.ns = ns,
		.is_named = is_named(ctx, ns),
		.is_forced = ctx->force,
	};
	struct gr_nd_info info;
	int ret;

	if (is_exempt(ctx) || (facts.is_named && facts.is_forced))
		return 0;
	ret = gr_nd_find(nd, ns, &info);
	if (ret) {
		gr_reason_set(why, "'%s' does not exist", ns);
		return ret;
	}
	ret = look(&info, &facts);
	if (ret) {
		gr_reason_set(why,
			      "'%s' cannot be looked at (%s), so it is left "
			      "alone: " HOW,
			      ns, strerror(-ret));
		return -EIO;
	}
	return gr_guard_decide(&facts, why);
}
