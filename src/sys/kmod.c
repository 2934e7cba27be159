// SPDX-License-Identifier: GPL-2.0-only
#include "sys/kmod.h"

#include <errno.h>
#include <libkmod.h>
#include <stdlib.h>

struct gr_kmod {
	struct kmod_ctx *ctx;
};

/* One walk over what a module needs. */
struct walk {
	struct gr_words seen; /* names */
	struct gr_words *paths;
};

static void say_nothing(void *data, int priority, const char *file, int line,
			const char *fn, const char *format, va_list args)
{
	(void)data;
	(void)priority;
	(void)file;
	(void)line;
	(void)fn;
	(void)format;
	(void)args;
}

int gr_kmod_open(const char *dir, struct gr_kmod **out)
{
	static const char *const no_config[] = {NULL};
	struct gr_kmod *kmod = calloc(1, sizeof(*kmod));
	int ret = -ENOMEM;

	*out = NULL;
	if (!kmod)
		return -ENOMEM;
	kmod->ctx = kmod_new(dir, no_config);
	if (!kmod->ctx)
		goto err_free;
	kmod_set_log_fn(kmod->ctx, say_nothing, NULL);
	ret = kmod_load_resources(kmod->ctx);
	if (ret < 0)
		goto err_free;
	*out = kmod;
	return 0;

err_free:
	gr_kmod_close(kmod);
	return ret;
}

void gr_kmod_close(struct gr_kmod *kmod)
{
	if (!kmod)
		return;
	if (kmod->ctx)
		kmod_unref(kmod->ctx);
	free(kmod);
}

static int visit(struct walk *walk, struct kmod_module *mod);

static int visit_all(struct walk *walk, struct kmod_list *list)
{
	struct kmod_list *it;
	int ret = 0;

	kmod_list_foreach (it, list) {
		struct kmod_module *mod = kmod_module_get_module(it);

		if (!ret)
			ret = visit(walk, mod);
		kmod_module_unref(mod);
	}
	kmod_module_unref_list(list);
	return ret;
}

static int visit(struct walk *walk, struct kmod_module *mod)
{
	struct kmod_list *pre = NULL, *post = NULL;
	const char *name = kmod_module_get_name(mod);
	const char *path = kmod_module_get_path(mod);
	int ret;

	if (gr_words_has(&walk->seen, name))
		return 0;
	ret = gr_words_add(&walk->seen, "%s", name);
	if (ret)
		return ret;
	ret = kmod_module_get_softdeps(mod, &pre, &post);
	if (ret < 0)
		return ret;
	ret = visit_all(walk, pre);
	if (!ret)
		ret = visit_all(walk, kmod_module_get_dependencies(mod));
	if (!ret && path && !gr_words_has(walk->paths, path))
		ret = gr_words_add(walk->paths, "%s", path);
	if (ret)
		kmod_module_unref_list(post);
	else
		ret = visit_all(walk, post);
	return ret;
}

int gr_kmod_resolve(struct gr_kmod *kmod, const char *name,
		    struct gr_words *paths)
{
	struct walk walk = {.paths = paths};
	struct kmod_list *list = NULL;
	int ret = kmod_module_new_from_lookup(kmod->ctx, name, &list);

	if (ret < 0)
		return ret;
	if (!list)
		return -ENOENT;
	ret = visit_all(&walk, list);
	gr_words_free(&walk.seen);
	return ret;
}

int gr_kmod_insert(struct gr_kmod *kmod, const char *name)
{
	struct kmod_list *list = NULL, *it;
	int ret = kmod_module_new_from_lookup(kmod->ctx, name, &list);

	if (ret < 0)
		return ret;
	if (!list)
		return -ENOENT;
	kmod_list_foreach (it, list) {
		struct kmod_module *mod = kmod_module_get_module(it);

		if (!ret)
			ret = kmod_module_probe_insert_module(mod, 0, NULL,
							      NULL, NULL, NULL);
		kmod_module_unref(mod);
	}
	kmod_module_unref_list(list);
	return ret;
}
