// SPDX-License-Identifier: GPL-2.0-only
#include "fake_nd.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "base/util.h"
#include "sys/changes.h"
#include "test.h"

struct gr_fake_nd gr_fake_nd;

/* Names that ld --wrap=gr_x gives to the stand-in of gr_x(). */
int __wrap_gr_nd_open(struct gr_nd **nd);
void __wrap_gr_nd_close(struct gr_nd *nd);
int __wrap_gr_nd_reload(struct gr_nd *nd);
ssize_t __wrap_gr_nd_list(struct gr_nd *nd, struct gr_nd_info *out, size_t max);
int __wrap_gr_nd_find(struct gr_nd *nd, const char *name,
		      struct gr_nd_info *out);
int __wrap_gr_nd_create(struct gr_nd *nd, const struct gr_nd_config *cfg,
			struct gr_nd_info *out);
int __wrap_gr_nd_disable(struct gr_nd *nd, const char *ns);
int __wrap_gr_nd_enable(struct gr_nd *nd, const char *ns);
int __wrap_gr_nd_destroy(struct gr_nd *nd, const char *ns);
int __wrap_gr_nd_region_disable(struct gr_nd *nd, const char *region);
int __wrap_gr_nd_region_enable(struct gr_nd *nd, const char *region);
int __wrap_gr_nd_unbind(const char *driver, const char *nd_dev);
int __wrap_gr_nd_bind(const char *driver, const char *nd_dev);
bool __wrap_gr_module_loaded(const char *name);
int __wrap_gr_module_load(const char *name, const char *params);
int __wrap_gr_module_remove(const char *name);
int __wrap_gr_change_begin(pid_t run, enum gr_change_kind kind,
			   const char *what, const char *before);
void __wrap_gr_change_end(enum gr_change_kind kind, const char *what);

void gr_fake_nd_reset(void)
{
	const struct gr_nd_info ns = {
		.name = "namespace0.0",
		.region = "region0",
		.bus = "e820",
		.mode = GR_ND_DEVDAX,
		.map = GR_ND_MAP_MEM,
		.size = 254 * GR_MIB,
		.raw_size = 256 * GR_MIB,
		.align = 2 * GR_MIB,
		.enabled = true,
		.chardev = "dax0.0",
		.nd_dev = "dax0.0",
	};

	memset(&gr_fake_nd, 0, sizeof(gr_fake_nd));
	gr_fake_nd.has_bus = true;
	gr_fake_nd.modules_loaded = true;
	gr_fake_nd.nr_ns = 1;
	gr_fake_nd.ns[0] = ns;
}

void gr_fake_nd_assert_calls(const char *calls)
{
	assert_string_equal(gr_fake_nd.calls, calls);
	gr_fake_nd.calls[0] = '\0';
}

static int note(const char *fmt, ...) GR_PRINTF(1, 2);

static int note(const char *fmt, ...)
{
	const char *fail = gr_fake_nd.fail_call;
	size_t used = strlen(gr_fake_nd.calls);
	char call[128];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(call, sizeof(call), fmt, ap);
	va_end(ap);
	snprintf(gr_fake_nd.calls + used, sizeof(gr_fake_nd.calls) - used,
		 "%s;", call);
	if (*fail && !strncmp(call, fail, strlen(fail)))
		return gr_fake_nd.fail_ret;
	if (gr_fake_nd.on_call)
		gr_fake_nd.on_call(call);
	return 0;
}

static struct gr_nd_info *lookup(const char *name)
{
	for (unsigned int i = 0; i < gr_fake_nd.nr_ns; i++)
		if (!strcmp(gr_fake_nd.ns[i].name, name))
			return &gr_fake_nd.ns[i];
	return NULL;
}

int __wrap_gr_nd_open(struct gr_nd **nd)
{
	*nd = NULL;
	if (!gr_fake_nd.has_bus)
		return -ENXIO;
	*nd = malloc(1); /* a leak checker sees one that is not closed */
	assert_non_null(*nd);
	gr_fake_nd.nr_open++;
	return 0;
}

void __wrap_gr_nd_close(struct gr_nd *nd)
{
	if (nd)
		gr_fake_nd.nr_open--;
	free(nd);
}

int __wrap_gr_nd_reload(struct gr_nd *nd)
{
	assert_non_null(nd);
	return note("reload");
}

ssize_t __wrap_gr_nd_list(struct gr_nd *nd, struct gr_nd_info *out, size_t max)
{
	assert_non_null(nd);
	for (size_t i = 0; i < gr_fake_nd.nr_ns && i < max; i++)
		out[i] = gr_fake_nd.ns[i];
	return gr_fake_nd.nr_ns;
}

int __wrap_gr_nd_find(struct gr_nd *nd, const char *name,
		      struct gr_nd_info *out)
{
	const struct gr_nd_info *info = lookup(name);

	assert_non_null(nd);
	if (!info)
		return -ENODEV;
	*out = *info;
	return 0;
}

int __wrap_gr_nd_create(struct gr_nd *nd, const struct gr_nd_config *cfg,
			struct gr_nd_info *out)
{
	struct gr_nd_info *info = lookup(cfg->ns);
	char align[24];
	int ret;

	assert_non_null(nd);
	ret = note("create %s %s %s %s", cfg->ns, gr_nd_mode_name(cfg->mode),
		   gr_nd_map_name(cfg->map),
		   gr_size_format(cfg->align, align, sizeof(align)));
	if (ret)
		return ret;
	if (!info)
		return -ENODEV;
	info->mode = cfg->mode;
	info->map = cfg->map;
	info->align = cfg->align;
	info->enabled = true;
	if (out)
		*out = *info;
	return 0;
}

static int set_enabled(const char *verb, const char *ns, bool enabled)
{
	int ret = note("%s %s", verb, ns);
	struct gr_nd_info *info = lookup(ns);

	if (ret)
		return ret;
	if (!info)
		return -ENODEV;
	info->enabled = enabled;
	return 0;
}

int __wrap_gr_nd_disable(struct gr_nd *nd, const char *ns)
{
	assert_non_null(nd);
	return set_enabled("disable", ns, false);
}

int __wrap_gr_nd_enable(struct gr_nd *nd, const char *ns)
{
	assert_non_null(nd);
	return set_enabled("enable", ns, true);
}

int __wrap_gr_nd_destroy(struct gr_nd *nd, const char *ns)
{
	assert_non_null(nd);
	return set_enabled("destroy", ns, false);
}

int __wrap_gr_nd_region_disable(struct gr_nd *nd, const char *region)
{
	assert_non_null(nd);
	return note("region_disable %s", region);
}

int __wrap_gr_nd_region_enable(struct gr_nd *nd, const char *region)
{
	assert_non_null(nd);
	return note("region_enable %s", region);
}

int __wrap_gr_nd_unbind(const char *driver, const char *nd_dev)
{
	return note("unbind %s %s", driver, nd_dev);
}

int __wrap_gr_nd_bind(const char *driver, const char *nd_dev)
{
	return note("bind %s %s", driver, nd_dev);
}

bool __wrap_gr_module_loaded(const char *name)
{
	(void)name;
	return gr_fake_nd.modules_loaded;
}

int __wrap_gr_module_load(const char *name, const char *params)
{
	assert_null(params);
	return note("load %s", name);
}

int __wrap_gr_module_remove(const char *name)
{
	return note("remove %s", name);
}

/* A journal that is a bit of each kind: the tests have one thing of a kind. */
int __wrap_gr_change_begin(pid_t run, enum gr_change_kind kind,
			   const char *what, const char *before)
{
	(void)run, (void)before;
	assert_true(what[0]);
	if (gr_fake_nd.journal_ret)
		return gr_fake_nd.journal_ret;
	gr_fake_nd.noted |= 1u << kind;
	return 0;
}

void __wrap_gr_change_end(enum gr_change_kind kind, const char *what)
{
	assert_true(what[0]);
	gr_fake_nd.noted &= ~(1u << kind);
}
