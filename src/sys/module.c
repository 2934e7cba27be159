// SPDX-License-Identifier: GPL-2.0-only
#include "sys/module.h"

#include <errno.h>
#include <fcntl.h>
#include <libkmod.h>
#include <stddef.h>
#include <stdio.h>

#include "sys/call.h"

static struct kmod_ctx *context(void)
{
	return kmod_new(NULL, NULL);
}

bool gr_module_loaded(const char *name)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "/sys/module/%s/initstate", name);
	return !gr_exists(path);
}

bool gr_module_available(const char *name)
{
	struct kmod_ctx *ctx = context();
	struct kmod_list *list = NULL;
	bool found = false;

	if (!ctx)
		return false;
	if (!kmod_module_new_from_lookup(ctx, name, &list))
		found = list != NULL;
	kmod_module_unref_list(list);
	kmod_unref(ctx);
	return found || gr_module_loaded(name);
}

static int insert_all(struct kmod_list *list, const char *params)
{
	struct kmod_list *item;
	int ret = list ? 0 : -ENOENT;

	kmod_list_foreach (item, list) {
		struct kmod_module *mod = kmod_module_get_module(item);

		ret = kmod_module_probe_insert_module(mod, 0, params, NULL,
						      NULL, NULL);
		kmod_module_unref(mod);
		if (ret < 0 && ret != -EEXIST)
			return ret;
	}
	return ret < 0 && ret != -EEXIST ? ret : 0;
}

int gr_module_load(const char *name, const char *params)
{
	struct kmod_ctx *ctx = context();
	struct kmod_list *list = NULL;
	int ret;

	if (!ctx)
		return -ENOMEM;
	ret = kmod_module_new_from_lookup(ctx, name, &list);
	if (!ret)
		ret = insert_all(list, params);
	kmod_module_unref_list(list);
	kmod_unref(ctx);
	return ret;
}

int gr_module_remove(const char *name)
{
	int ret = gr_delete_module(name, O_NONBLOCK);

	return ret == -ENOENT ? 0 : ret;
}
