// SPDX-License-Identifier: GPL-2.0-only
#include "engine/setup.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/size.h"
#include "engine/guard.h"
#include "sys/dm.h"
#include "sys/guest.h"
#include "sys/kernel.h"
#include "sys/module.h"
#include "sys/nd.h"
#include "sys/nullblk.h"

#define SINK_NAME "guprace_sink"
#define STORE_NAME "guprace_store"

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

	if (gr_nullblk_make(&sink, ctx->sink, sizeof(ctx->sink)) ||
	    gr_nullblk_make(&store, ctx->store, sizeof(ctx->store)))
		gr_setup_undo(ctx);
}

void gr_setup(struct gr_ctx *ctx)
{
	gr_kernel_release(ctx->release, sizeof(ctx->release));
	ctx->in_guest = gr_in_guest();
	if (!gr_is_root())
		return;
	gr_dm_sweep(); /* of a run that was killed */
	if (gr_module_available("null_blk"))
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

void gr_setup_undo(struct gr_ctx *ctx)
{
	if (ctx->store[0])
		gr_dm_sweep(); /* of a worker that was killed */
	if (ctx->sink[0] && gr_nullblk_remove(SINK_NAME))
		gr_warn("cannot remove null_blk device '%s'", SINK_NAME);
	if (ctx->store[0] && gr_nullblk_remove(STORE_NAME))
		gr_warn("cannot remove null_blk device '%s'", STORE_NAME);
	ctx->sink[0] = '\0';
	ctx->store[0] = '\0';
}
