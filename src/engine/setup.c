// SPDX-License-Identifier: GPL-2.0-only
#include "engine/setup.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/size.h"
#include "engine/guard.h"
#include "engine/leftovers.h"
#include "sys/changes.h"
#include "sys/guest.h"
#include "sys/kernel.h"
#include "sys/module.h"
#include "sys/nd.h"
#include "sys/nullblk.h"
#include "sys/undo.h"

#define SINK_NAME "guprace_sink"
#define STORE_NAME "guprace_store"

static int make_sink(const struct gr_ctx *ctx,
		     const struct gr_nullblk_spec *spec, char *dev, size_t len)
{
	int ret =
		gr_change_begin(ctx->run, GR_CHANGE_NULLBLK, spec->name, NULL);

	return ret ? ret : gr_nullblk_make(spec, dev, len);
}

static void make_sinks(struct gr_ctx *ctx)
{
	const struct gr_nullblk_spec sink = {
		.name = SINK_NAME,
		.size_bytes = GR_GIB,
	};
	const struct gr_nullblk_spec store = {
		.name = STORE_NAME,
		.size_bytes = 64 * GR_MIB,
		.memory_backed = true,
	};

	if (make_sink(ctx, &sink, ctx->sink, sizeof(ctx->sink)) ||
	    make_sink(ctx, &store, ctx->store, sizeof(ctx->store)))
		gr_setup_undo(ctx);
}

void gr_setup(struct gr_ctx *ctx)
{
	gr_kernel_release(ctx->release, sizeof(ctx->release));
	ctx->in_guest = gr_in_guest();
	ctx->run = getpid();
	if (gr_is_root() && gr_module_available("null_blk"))
		make_sinks(ctx);
}

int gr_setup_guards(const struct gr_ctx *ctx, struct gr_reason *why)
{
	struct gr_nd *nd;
	int ret = gr_nd_open(&nd);

	if (ret && ctx->nr_ns) {
		gr_reason_set(why,
			      "there is no nvdimm bus on this machine (%s); "
			      "'guprace vm -- run ...' needs none",
			      strerror(-ret));
		return -ENXIO;
	}
	if (ret)
		return 0; /* a guest without pmem; each case says so */
	for (unsigned int i = 0; i < ctx->nr_ns && !ret; i++)
		ret = gr_guard_check(ctx, nd, ctx->ns[i], why);
	gr_nd_close(nd);
	return ret;
}

static bool came_before(const struct gr_plan *plan, size_t i)
{
	const struct gr_case *c = plan->cases;

	for (size_t j = 0; j < i; j++)
		if (!c[j].skip[0] && c[j].target == c[i].target &&
		    c[j].spec.fs == c[i].spec.fs)
			return true;
	return false;
}

void gr_setup_targets(const struct gr_plan *plan)
{
	for (size_t i = 0; i < plan->nr; i++) {
		const struct gr_case *c = &plan->cases[i];

		if (!c->skip[0] && c->target->prepare && !came_before(plan, i))
			c->target->prepare(&c->spec);
	}
}

void gr_setup_undo(struct gr_ctx *ctx)
{
	gr_leftovers_undo(ctx, GR_UNDO_ALL);
	ctx->sink[0] = '\0';
	ctx->store[0] = '\0';
}
