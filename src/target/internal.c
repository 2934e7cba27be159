// SPDX-License-Identifier: GPL-2.0-only
#include "target/internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/size.h"
#include "base/util.h"
#include "sys/changes.h"

#define NS_MAX 32

static bool handed_over(const struct gr_ctx *ctx, const char *name)
{
	if (!ctx->nr_ns)
		return ctx->in_guest;
	for (unsigned int i = 0; i < ctx->nr_ns; i++)
		if (!strcmp(ctx->ns[i], name))
			return true;
	return false;
}

/*
 * Bytes that a namespace needs so that two leaves can be mapped: the data
 * begins at the next border of a leaf (2 MiB at least, memremap_compat_align()
 * in mm/memremap.c), after the struct pages when these lie in the namespace.
 */
static uint64_t bytes_needed(const struct gr_target_spec *spec, uint64_t raw)
{
	uint64_t unit = GR_MAX(spec->align, 2 * GR_MIB);
	uint64_t want = GR_MAX(spec->min_size, 2 * spec->align);
	uint64_t head = 64 * GR_KIB;

	if (spec->memmap == GR_MEMMAP_DEV)
		head += raw / 4096 * 64;
	return (head + unit - 1) / unit * unit + want;
}

uint64_t gr_target_ns_bytes(const struct gr_target_spec *spec)
{
	return bytes_needed(spec, 0);
}

static bool fits(const struct gr_ctx *ctx, const struct gr_target_spec *spec,
		 const struct gr_nd_info *info)
{
	if (!handed_over(ctx, info->name))
		return false;
	if (spec->ns[0] && strcmp(spec->ns, info->name))
		return false;
	if (spec->not_ns[0] && !strcmp(spec->not_ns, info->name))
		return false;
	return info->raw_size >= bytes_needed(spec, info->raw_size);
}

static void say_none_fits(const struct gr_target_spec *spec,
			  struct gr_reason *why)
{
	char align[24], need[24];

	gr_size_format(spec->align, align, sizeof(align));
	gr_size_format(gr_target_ns_bytes(spec), need, sizeof(need));
	gr_reason_set(why,
		      "no %snamespace that was handed over can hold two "
		      "leaves of %s; it takes %s or more",
		      spec->not_ns[0] ? "second " : "", align, need);
}

/* The smallest that fits: the smaller, the faster it is torn down. */
static int pick(const struct gr_ctx *ctx, struct gr_nd *nd,
		const struct gr_target_spec *spec, struct gr_nd_info *out,
		struct gr_reason *why)
{
	struct gr_nd_info all[NS_MAX], *best = NULL;
	ssize_t nr = gr_nd_list(nd, all, NS_MAX);

	if (nr < 0) {
		gr_reason_set(why, "cannot list namespaces: %s",
			      strerror((int)-nr));
		return (int)nr;
	}
	for (ssize_t i = 0; i < nr; i++)
		if (fits(ctx, spec, &all[i]) &&
		    (!best || all[i].raw_size < best->raw_size))
			best = &all[i];
	if (!best) {
		say_none_fits(spec, why);
		return -ENODEV;
	}
	*out = *best;
	return 0;
}

int gr_target_probe_ns(const struct gr_ctx *ctx,
		       const struct gr_target_spec *spec, struct gr_reason *why)
{
	struct gr_nd_info info;
	struct gr_nd *nd;
	int ret = gr_nd_open(&nd);

	if (ret) {
		gr_reason_set(why, "cannot open libndctl: %s", strerror(-ret));
		return ret;
	}
	ret = pick(ctx, nd, spec, &info, why);
	gr_nd_close(nd);
	return ret;
}

static void take_names(struct gr_target *t, const struct gr_nd_info *info)
{
	(void)snprintf(t->ns, sizeof(t->ns), "%s", info->name);
	(void)snprintf(t->region, sizeof(t->region), "%s", info->region);
	(void)snprintf(t->nd_dev, sizeof(t->nd_dev), "%s", info->nd_dev);
	t->ns_size = info->raw_size;
	t->data_start = info->data_start;
	t->whole_start = info->data_start;
	t->whole_size = info->size;
}

static bool is_so(const struct gr_nd_info *info, const struct gr_nd_config *cfg)
{
	return info->enabled && info->mode == cfg->mode &&
	       info->map == cfg->map && info->align == cfg->align;
}

/* It will be taken out of use again and again, and may get another mode. */
static int note_namespace(const struct gr_ctx *ctx,
			  const struct gr_nd_info *info)
{
	char before[32];

	(void)snprintf(before, sizeof(before), "%s:%s",
		       info->enabled ? "enabled" : "disabled",
		       gr_nd_mode_name(info->mode));
	return gr_change_begin(ctx->run, GR_CHANGE_NAMESPACE, info->name,
			       before);
}

int gr_target_acquire_ns(const struct gr_ctx *ctx, struct gr_target *t,
			 const struct gr_target_spec *spec,
			 enum gr_nd_mode mode)
{
	struct gr_nd_config cfg = {
		.mode = mode,
		.map = spec->memmap == GR_MEMMAP_DEV ? GR_ND_MAP_DEV
						     : GR_ND_MAP_MEM,
		.align = spec->align,
	};
	struct gr_reason why;
	struct gr_nd_info info;
	struct gr_nd *nd;
	int ret;

	ret = gr_nd_open(&nd);
	if (ret)
		return gr_err(ret, "cannot open libndctl");
	ret = pick(ctx, nd, spec, &info, &why);
	if (ret)
		gr_err(0, "%s", why.text);
	else
		ret = note_namespace(ctx, &info);
	if (!ret && !is_so(&info, &cfg)) {
		cfg.ns = info.name;
		ret = gr_nd_create(nd, &cfg, &info);
	}
	gr_nd_close(nd);
	if (!ret)
		take_names(t, &info);
	return ret;
}

static int refresh(struct gr_target *t, struct gr_nd_info *info)
{
	struct gr_nd *nd;
	int ret;

	ret = gr_nd_open(&nd);
	if (ret)
		return gr_err(ret, "cannot open libndctl");
	ret = gr_nd_find(nd, t->ns, info);
	gr_nd_close(nd);
	if (ret || !info->enabled)
		return gr_err(-ENODEV, "namespace '%s' did not come back",
			      t->ns);
	take_names(t, info);
	return 0;
}

int gr_target_attach_node(struct gr_target *t, enum gr_nd_mode mode)
{
	struct gr_nd_info info;
	const char *name;
	int ret;

	ret = refresh(t, &info);
	if (ret)
		return ret;
	name = mode == GR_ND_DEVDAX ? info.chardev : info.blockdev;
	if (info.mode != mode || !name[0])
		return gr_err(-ENODEV,
			      "namespace '%s' is not in %s mode any more",
			      t->ns, gr_nd_mode_name(mode));
	(void)snprintf(t->dev, sizeof(t->dev), "/dev/%s", name);
	t->size = info.size;
	ret = gr_nd_wait_node(t->dev, GR_TARGET_NODE_TIMEOUT_NS);
	return ret ? gr_err(ret, "no node '%s' for namespace '%s'", t->dev,
			    t->ns)
		   : 0;
}
