// SPDX-License-Identifier: GPL-2.0-only
#include "sys/nd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ndctl/libndctl.h>

#include "base/log.h"
#include "base/util.h"
#include "sys/nd_internal.h"
#include "sys/sysfs.h"

static const struct {
	const char *name;
	enum gr_nd_mode mode;
} modes[] = {
	/* The first of a mode is its name, the others are older words. */
	{"raw", GR_ND_RAW},	  {"fsdax", GR_ND_FSDAX},
	{"devdax", GR_ND_DEVDAX}, {"sector", GR_ND_SECTOR},
	{"memory", GR_ND_FSDAX},  {"dax", GR_ND_DEVDAX},
	{"safe", GR_ND_SECTOR},
};

static const char *const maps[] = {
	[GR_ND_MAP_NONE] = "none",
	[GR_ND_MAP_MEM] = "mem",
	[GR_ND_MAP_DEV] = "dev",
};

const char *gr_nd_mode_name(enum gr_nd_mode mode)
{
	return modes[mode].name;
}

int gr_nd_mode_parse(const char *text, enum gr_nd_mode *mode)
{
	for (size_t i = 0; i < GR_ARRAY_SIZE(modes); i++) {
		if (strcmp(modes[i].name, text) != 0)
			continue;
		*mode = modes[i].mode;
		return 0;
	}
	return -EINVAL;
}

const char *gr_nd_map_name(enum gr_nd_map map)
{
	return maps[map];
}

int gr_nd_map_parse(const char *text, enum gr_nd_map *map)
{
	if (!strcmp(text, "mem"))
		*map = GR_ND_MAP_MEM;
	else if (!strcmp(text, "dev"))
		*map = GR_ND_MAP_DEV;
	else
		return -EINVAL;
	return 0;
}

/* What libndctl says goes to the debug log: callers know what failed. */
static void log_fn(struct ndctl_ctx *ctx, int priority, const char *file,
		   int line, const char *fn, const char *format, va_list args)
	__attribute__((format(printf, 6, 0)));

static void log_fn(struct ndctl_ctx *ctx, int priority, const char *file,
		   int line, const char *fn, const char *format, va_list args)
{
	char text[256];

	(void)ctx;
	(void)priority;
	(void)file;
	(void)line;
	(void)vsnprintf(text, sizeof(text), format, args); /* cut is fine */
	text[strcspn(text, "\n")] = '\0';
	gr_debug("libndctl: %s: %s", fn, text);
}

static int new_ctx(struct ndctl_ctx **ctx)
{
	int ret = ndctl_new(ctx);

	if (ret < 0)
		return ret;
	ndctl_set_log_fn(*ctx, log_fn);
	if (ndctl_bus_get_first(*ctx))
		return 0;
	ndctl_unref(*ctx);
	*ctx = NULL;
	return -ENXIO;
}

int gr_nd_open(struct gr_nd **nd)
{
	int ret;

	*nd = calloc(1, sizeof(**nd));
	if (!*nd)
		return -ENOMEM;
	ret = new_ctx(&(*nd)->ctx);
	if (!ret)
		return 0;
	free(*nd);
	*nd = NULL;
	return ret;
}

void gr_nd_close(struct gr_nd *nd)
{
	if (!nd)
		return;
	ndctl_unref(nd->ctx);
	free(nd);
}

int gr_nd_reload(struct gr_nd *nd)
{
	struct ndctl_ctx *ctx;
	int ret = new_ctx(&ctx);

	if (ret)
		return ret;
	ndctl_unref(nd->ctx);
	nd->ctx = ctx;
	return 0;
}

/* The next namespace of all buses and regions; NULL starts, and ends. */
static struct ndctl_namespace *next_ns(struct gr_nd *nd,
				       struct ndctl_namespace *ndns)
{
	struct ndctl_region *region = NULL;
	struct ndctl_bus *bus = NULL;

	if (ndns) {
		region = ndctl_namespace_get_region(ndns);
		bus = ndctl_region_get_bus(region);
		ndns = ndctl_namespace_get_next(ndns);
	}
	while (!ndns) {
		region = region ? ndctl_region_get_next(region) : NULL;
		while (!region) {
			bus = bus ? ndctl_bus_get_next(bus)
				  : ndctl_bus_get_first(nd->ctx);
			if (!bus)
				return NULL;
			region = ndctl_region_get_first(bus);
		}
		ndns = ndctl_namespace_get_first(region);
	}
	return ndns;
}

struct ndctl_region *gr_nd_region_at(struct gr_nd *nd, const char *name)
{
	struct ndctl_region *region;
	struct ndctl_bus *bus;

	ndctl_bus_foreach (nd->ctx, bus)
		ndctl_region_foreach (bus, region)
			if (!strcmp(ndctl_region_get_devname(region), name))
				return region;
	return NULL;
}

static struct ndctl_namespace *at(struct gr_nd *nd, const char *name)
{
	struct ndctl_namespace *ndns = NULL;

	while ((ndns = next_ns(nd, ndns)))
		if (!strcmp(ndctl_namespace_get_devname(ndns), name))
			break;
	return ndns;
}

/* Does the kernel know a holder (pfn, dax, btt) that libndctl does not? */
static bool is_stale(struct ndctl_namespace *ndns)
{
	char holder[GR_ND_NAME_MAX];

	if (gr_sysfs_read(holder, sizeof(holder),
			  GR_ND_BUS_DEVICES "/%s/holder",
			  ndctl_namespace_get_devname(ndns)))
		return false;
	return holder[0] && !ndctl_namespace_get_dax(ndns) &&
	       !ndctl_namespace_get_pfn(ndns) && !ndctl_namespace_get_btt(ndns);
}

struct ndctl_namespace *gr_nd_at(struct gr_nd *nd, const char *name)
{
	struct ndctl_namespace *ndns = at(nd, name);

	if (ndns && !is_stale(ndns))
		return ndns;
	return gr_nd_reload(nd) ? NULL : at(nd, name);
}

ssize_t gr_nd_list(struct gr_nd *nd, struct gr_nd_info *out, size_t max)
{
	struct ndctl_namespace *ndns = NULL;
	size_t nr = 0;

	while ((ndns = next_ns(nd, ndns))) {
		if (!ndctl_namespace_get_size(ndns))
			continue; /* the seed of a region with labels */
		if (nr < max)
			gr_nd_fill(ndns, &out[nr]);
		nr++;
	}
	return (ssize_t)nr;
}

static bool is_called(const struct gr_nd_info *info, const char *name)
{
	return !strcmp(info->name, name) ||
	       (info->blockdev[0] && !strcmp(info->blockdev, name)) ||
	       (info->chardev[0] && !strcmp(info->chardev, name));
}

int gr_nd_find(struct gr_nd *nd, const char *name, struct gr_nd_info *out)
{
	struct ndctl_namespace *ndns = NULL;

	if (!strncmp(name, "namespace", strlen("namespace"))) {
		ndns = gr_nd_at(nd, name);
		if (!ndns)
			return -ENODEV;
		gr_nd_fill(ndns, out);
		return 0;
	}
	while ((ndns = next_ns(nd, ndns))) {
		gr_nd_fill(ndns, out);
		if (is_called(out, name))
			return 0;
	}
	return -ENODEV;
}
