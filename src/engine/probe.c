// SPDX-License-Identifier: GPL-2.0-only
#include "engine/probe.h"

#include <errno.h>

#include "core/known.h"
#include "sys/call.h"
#include "sys/kernel.h"
#include "sys/module.h"

static int need_options(const char *const *options, struct gr_reason *why)
{
	for (; options && *options; options++)
		if (!gr_kernel_option(*options)) {
			gr_reason_set(why, "needs a kernel with %s", *options);
			return -ENODEV;
		}
	return 0;
}

static int need_modules(const char *const *modules, struct gr_reason *why)
{
	for (; modules && *modules; modules++)
		if (!gr_module_available(*modules)) {
			gr_reason_set(why, "needs module %s", *modules);
			return -ENODEV;
		}
	return 0;
}

static int need_devices(const char *const *devices, struct gr_reason *why)
{
	for (; devices && *devices; devices++)
		if (gr_exists(*devices)) {
			gr_reason_set(why, "needs %s", *devices);
			return -ENODEV;
		}
	return 0;
}

int gr_probe_needs(const struct gr_ctx *ctx, const struct gr_needs *needs,
		   struct gr_reason *why)
{
	int ret;

	if (needs->root && !gr_is_root()) {
		gr_reason_set(why, "needs root");
		return -EPERM;
	}
	if (needs->guest_only && !ctx->in_guest) {
		gr_reason_set(why, "is done in a guest only: it would take "
				   "devices from others");
		return -EPERM;
	}
	ret = need_options(needs->kconfig, why);
	if (!ret)
		ret = need_modules(needs->modules, why);
	return ret ? ret : need_devices(needs->devices, why);
}

int gr_probe_target(const struct gr_ctx *ctx, const struct gr_target_ops *ops,
		    const struct gr_target_spec *spec, struct gr_reason *why)
{
	int ret = gr_probe_needs(ctx, &ops->needs, why);

	if (ret || !ops->probe)
		return ret;
	return ops->probe(ctx, spec, why);
}

int gr_probe_pin(const struct gr_ctx *ctx, const struct gr_pin_ops *ops,
		 struct gr_reason *why)
{
	int ret = gr_probe_needs(ctx, &ops->needs, why);

	return ret || !ops->probe ? ret : ops->probe(ctx, why);
}

int gr_probe_invalidate(const struct gr_ctx *ctx,
			const struct gr_invalidate_ops *ops,
			struct gr_reason *why)
{
	int ret = gr_probe_needs(ctx, &ops->needs, why);

	return ret || !ops->probe ? ret : ops->probe(ctx, why);
}

int gr_probe_check(const struct gr_ctx *ctx, const struct gr_check_ops *ops,
		   struct gr_reason *why)
{
	return gr_probe_needs(ctx, &ops->needs, why);
}

static int ask_target(void *arg, const struct gr_target_ops *ops,
		      const struct gr_target_spec *spec, struct gr_reason *why)
{
	return gr_probe_target(arg, ops, spec, why);
}

static int ask_pin(void *arg, const struct gr_pin_ops *ops,
		   struct gr_reason *why)
{
	return gr_probe_pin(arg, ops, why);
}

static int ask_inv(void *arg, const struct gr_invalidate_ops *ops,
		   struct gr_reason *why)
{
	return gr_probe_invalidate(arg, ops, why);
}

static int ask_check(void *arg, const struct gr_check_ops *ops,
		     struct gr_reason *why)
{
	return gr_probe_check(arg, ops, why);
}

static bool has_symbol(void *arg, const char *symbol)
{
	(void)arg;
	return gr_kernel_symbol(symbol);
}

void gr_prober_init(struct gr_prober *prober, const struct gr_ctx *ctx)
{
	prober->arg = (void *)(uintptr_t)ctx; /* handed back as const */
	prober->target = ask_target;
	prober->pin = ask_pin;
	prober->inv = ask_inv;
	prober->check = ask_check;
	prober->known = gr_known_probe(has_symbol, NULL);
}
