// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the options of a run make: the plan of its scenarios, and the words by
 * which a guest makes the same.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "cli/run_options.h"
#include "core/scenario.h"
#include "sys/file.h"

static const char *built_in(const char *name)
{
	for (const struct gr_scenario_text *t = gr_scenario_texts(); t->name;
	     t++)
		if (!strcmp(t->name, name))
			return t->text;
	return NULL;
}

typedef int (*use_fn)(const struct gr_scenario *scenario, void *arg);

static int use_text(const char *text, const char *file, use_fn use, void *arg)
{
	struct gr_scenario *s = malloc(sizeof(*s));
	int ret;

	if (!s)
		return gr_err(-ENOMEM, "cannot read '%s'", file);
	ret = gr_scenario_parse(text, file, s);
	if (!ret)
		ret = use(s, arg);
	free(s);
	return ret;
}

/* Is it the path of a scenario's file? Names have neither '/' nor ".ini". */
static bool is_file(const char *name)
{
	return strchr(name, '/') || strstr(name, ".ini");
}

static int read_file(const char *name, char **text)
{
	int ret = gr_file_read(name, text, NULL);

	if (!ret)
		return 0;
	gr_err(ret, "cannot read scenario '%s'", name);
	return -EINVAL;
}

static int use_named(const char *name, use_fn use, void *arg)
{
	const char *text = built_in(name);
	char *own;
	int ret;

	if (text)
		return use_text(text, name, use, arg);
	if (!is_file(name)) {
		gr_err(0,
		       "'%s' is not a scenario; 'guprace list scenarios' names "
		       "them, a file is named by its path",
		       name);
		return -EINVAL;
	}
	ret = read_file(name, &own);
	if (ret)
		return ret;
	ret = use_text(own, name, use, arg);
	free(own);
	return ret;
}

/* "FILE\nTEXT" */
static int use_inline(const char *both, use_fn use, void *arg)
{
	const char *end = strchrnul(both, '\n');
	char *file = strndup(both, (size_t)(end - both));
	int ret;

	if (!file)
		return gr_err(-ENOMEM, "cannot read a scenario");
	ret = use_text(*end ? end + 1 : end, file, use, arg);
	free(file);
	return ret;
}

static int use_all(const struct gr_run_options *opts, use_fn use, void *arg)
{
	int ret = 0;

	for (unsigned int i = 0; i < opts->scenarios.nr && !ret; i++) {
		const char *name = opts->scenarios.of[i];
		const struct gr_scenario_text *t = gr_scenario_texts();

		if (strcmp(name, "all"))
			ret = use_named(name, use, arg);
		else
			for (; t->name && !ret; t++)
				ret = use_text(t->text, t->name, use, arg);
	}
	for (unsigned int i = 0; i < opts->texts.nr && !ret; i++)
		ret = use_inline(opts->texts.of[i], use, arg);
	return ret;
}

struct planning {
	struct gr_plan *plan;
	struct gr_filter filter;
	const struct gr_prober *prober;
};

static int plan_one(const struct gr_scenario *scenario, void *arg)
{
	struct planning *p = arg;

	return gr_plan_add(p->plan, scenario, &p->filter, p->prober);
}

static const void *picked(const struct gr_run_list *list)
{
	return list->nr ? list->of : NULL;
}

int gr_run_options_plan(const struct gr_run_options *opts,
			const struct gr_prober *prober, struct gr_plan *plan)
{
	struct planning p = {
		.plan = plan,
		.prober = prober,
		.filter =
			{
				.targets = picked(&opts->targets),
				.pins = picked(&opts->pins),
				.invs = picked(&opts->invs),
				.cases = picked(&opts->cases),
				.align = opts->align,
				.file_systems = opts->file_systems,
				.slice_ns = opts->slice_ns,
			},
	};
	int ret;

	memset(plan, 0, sizeof(*plan));
	ret = use_all(opts, plan_one, &p);
	if (!ret && !plan->nr)
		ret = gr_err(0, "no case is left by these options; 'guprace "
				"list scenarios NAME' shows what there is"),
		ret = -ENOENT;
	if (ret)
		gr_plan_fini(plan);
	else
		gr_plan_finish(plan, opts->time_ns);
	return ret;
}

static int check_one(const struct gr_scenario *scenario, void *arg)
{
	(void)scenario, (void)arg;
	return 0;
}

int gr_run_options_check(const struct gr_run_options *opts)
{
	return use_all(opts, check_one, NULL);
}

static int add_scenarios(const struct gr_run_options *opts,
			 struct gr_words *words)
{
	int ret = 0;

	for (unsigned int i = 0; i < opts->scenarios.nr && !ret; i++) {
		const char *name = opts->scenarios.of[i];
		char *text;

		if (!is_file(name)) {
			ret = gr_words_add(words, "%s", name);
			continue;
		}
		ret = read_file(name, &text);
		if (ret)
			break;
		ret = gr_words_add(words, "--text=%s\n%s", name, text);
		free(text);
	}
	return ret;
}

/* Ops of all kinds begin with their name. */
static int add_ops(struct gr_words *words, const char *option,
		   const struct gr_run_list *list)
{
	int ret = 0;

	for (unsigned int i = 0; i < list->nr && !ret; i++)
		ret = gr_words_add(words, "--%s=%s", option,
				   *(const char *const *)list->of[i]);
	return ret;
}

static int add_strings(struct gr_words *words, const char *option,
		       const void *const *list)
{
	int ret = 0;

	for (; *list && !ret; list++)
		ret = gr_words_add(words, "--%s=%s", option,
				   (const char *)*list);
	return ret;
}

static int add_numbers(const struct gr_run_options *opts,
		       struct gr_words *words)
{
	int ret = gr_words_add(words, "--seed=%llu",
			       (unsigned long long)opts->seed);

	if (!ret && opts->align)
		ret = gr_words_add(words, "--align=%llu",
				   (unsigned long long)opts->align);
	if (!ret && opts->time_ns)
		ret = gr_words_add(words, "--time=%lluns",
				   (unsigned long long)opts->time_ns);
	if (!ret && opts->slice_ns)
		ret = gr_words_add(words, "--slice=%lluns",
				   (unsigned long long)opts->slice_ns);
	for (int fs = 0; fs < GR_NR_FS && !ret; fs++)
		if (opts->file_systems & (1u << fs))
			ret = gr_words_add(words, "--fs=%s",
					   gr_target_fs_name((enum gr_fs)fs));
	for (unsigned int i = 0; i < opts->nr_offsets && !ret; i++)
		ret = gr_words_add(words, "--offset=%lld",
				   (long long)opts->offset_ns[i]);
	if (!ret && opts->strict)
		ret = gr_words_add(words, "--strict");
	return ret;
}

int gr_run_options_words(const struct gr_run_options *opts,
			 struct gr_words *words)
{
	int ret = gr_words_add(words, "run");

	if (!ret)
		ret = add_numbers(opts, words);
	if (!ret)
		ret = add_ops(words, "target", &opts->targets);
	if (!ret)
		ret = add_ops(words, "pin", &opts->pins);
	if (!ret)
		ret = add_ops(words, "invalidate", &opts->invs);
	if (!ret)
		ret = add_ops(words, "oracle", &opts->oracles);
	if (!ret)
		ret = add_strings(words, "namespace", opts->namespaces.of);
	if (!ret)
		ret = add_strings(words, "case", opts->cases.of);
	return ret ? ret : add_scenarios(opts, words);
}

void gr_run_options_ctx(const struct gr_run_options *opts, struct gr_ctx *ctx)
{
	memset(ctx, 0, sizeof(*ctx));
	ctx->seed = opts->seed;
	ctx->nr_offsets = opts->nr_offsets;
	memcpy(ctx->offset_ns, opts->offset_ns, sizeof(ctx->offset_ns));
	ctx->force = opts->force;
	ctx->strict = opts->strict;
	ctx->allow_crash = opts->allow_crash;
	for (unsigned int i = 0; i < opts->namespaces.nr && i < GR_CTX_NS_MAX;
	     i++)
		ctx->ns[ctx->nr_ns++] = opts->namespaces.of[i];
}
