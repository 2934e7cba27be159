// SPDX-License-Identifier: GPL-2.0-only
/*
 * guprace list: what there is, what can run here, and why the rest cannot.
 */
#include <argp.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "cli/command.h"
#include "cli/ns_common.h"
#include "core/known.h"
#include "core/registry.h"
#include "core/report.h"
#include "core/scenario.h"
#include "core/signature.h"
#include "core/verdict.h"
#include "engine/probe.h"
#include "engine/setup.h"
#include "sys/guest.h"
#include "sys/module.h"

static void row(const char *name, const char *summary, int ret,
		const struct gr_reason *why)
{
	if (ret == GR_PIN_REFUSED)
		printf("  %-22s refused  %s\n  %-22s          this kernel "
		       "refuses it; that is what its case checks\n",
		       name, summary, "");
	else if (ret)
		printf("  %-22s no       %s\n  %-22s          %s\n", name,
		       summary, "", why->text);
	else
		printf("  %-22s yes      %s\n", name, summary);
}

static void list_targets(const struct gr_ctx *ctx)
{
	const struct gr_target_spec spec = {.align = 4096};

	puts("targets");
	for (const struct gr_target_ops *const *t = gr_targets(); *t; t++) {
		struct gr_reason why = {""};
		int ret = gr_probe_target(ctx, *t, &spec, &why);

		row((*t)->name, (*t)->summary, ret, &why);
	}
}

static void list_pins(const struct gr_ctx *ctx)
{
	puts("pins");
	for (const struct gr_pin_ops *const *p = gr_pins(); *p; p++) {
		struct gr_reason why = {""};
		int ret = gr_probe_pin(ctx, *p, &why);

		row((*p)->name, (*p)->summary, ret, &why);
	}
}

static void list_invalidators(const struct gr_ctx *ctx)
{
	puts("invalidators");
	for (const struct gr_invalidate_ops *const *i = gr_invalidators(); *i;
	     i++) {
		struct gr_reason why = {""};
		int ret = gr_probe_invalidate(ctx, *i, &why);

		row((*i)->name, (*i)->summary, ret, &why);
	}
}

static void list_checks(const struct gr_ctx *ctx)
{
	puts("checks");
	for (const struct gr_check_ops *const *c = gr_checks(); *c; c++) {
		struct gr_reason why = {""};
		int ret = gr_probe_check(ctx, *c, &why);

		row((*c)->name, (*c)->summary, ret, &why);
	}
}

/* An oracle is asked to prove itself: its selftest says BLIND and why. */
static void list_oracles(const struct gr_ctx *ctx)
{
	puts("oracles");
	for (const struct gr_oracle_ops *const *o = gr_oracles(); *o; o++) {
		struct gr_reason why = {""};
		int ret = (*o)->selftest(ctx, &why);

		row((*o)->name, (*o)->summary, ret, &why);
	}
}

static void list_reporters(const struct gr_ctx *ctx)
{
	(void)ctx;
	puts("reporters");
	for (const struct gr_report_ops *const *r = gr_reporters(); *r; r++)
		row((*r)->name, (*r)->summary, 0, NULL);
}

static void list_scenarios(const struct gr_ctx *ctx)
{
	(void)ctx;
	puts("scenarios");
	for (const struct gr_scenario_text *t = gr_scenario_texts(); t->name;
	     t++) {
		static struct gr_scenario s; /* large */

		if (!gr_scenario_parse(t->text, t->name, &s))
			row(t->name, s.summary, 0, NULL);
	}
}

static void list_signatures(const struct gr_ctx *ctx)
{
	static const char *const severity[] = {
		[GR_SEV_BENIGN] = "benign",
		[GR_SEV_BAD] = "bad",
		[GR_SEV_FATAL] = "fatal",
	};
	const struct gr_signature *s;
	size_t nr;

	(void)ctx;
	puts("signatures");
	s = gr_signatures(&nr);
	for (size_t i = 0; i < nr; i++)
		printf("  %-26s %-7s %-10s %s\n", s[i].name,
		       severity[s[i].severity],
		       s[i].severity == GR_SEV_BENIGN
			       ? "-"
			       : gr_class_name(s[i].class),
		       s[i].meaning);
}

static void list_known(const struct gr_ctx *ctx)
{
	struct gr_prober prober;
	struct gr_answers answers;
	const struct gr_known *k;
	size_t nr;

	gr_prober_init(&prober, &answers, ctx);
	puts("known");
	k = gr_known_all(&nr);
	for (size_t i = 0; i < nr; i++)
		printf("  %-22s %-8s %s\n", k[i].id,
		       prober.known & (1ull << i) ? "here" : "not here",
		       k[i].summary);
	gr_answers_fini(&answers);
}

static const struct {
	const char *name;
	void (*list)(const struct gr_ctx *ctx);
} kinds[] = {
	{"targets", list_targets},
	{"pins", list_pins},
	{"invalidators", list_invalidators},
	{"checks", list_checks},
	{"oracles", list_oracles},
	{"reporters", list_reporters},
	{"scenarios", list_scenarios},
	{"signatures", list_signatures},
	{"known", list_known},
};

struct list_options {
	const char *kind; /* NULL = all */
	const char *name; /* of a scenario, to be printed */
};

static bool is_kind(const char *name)
{
	for (size_t i = 0; i < GR_ARRAY_SIZE(kinds); i++)
		if (!strcmp(kinds[i].name, name))
			return true;
	return !strcmp(name, "namespaces");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct list_options *o = state->input;

	if (key != ARGP_KEY_ARG)
		return ARGP_ERR_UNKNOWN;
	if (!o->kind && is_kind(arg))
		o->kind = arg;
	else if (o->kind && !o->name && !strcmp(o->kind, "scenarios"))
		o->name = arg;
	else
		argp_error(state, "'%s' is nothing that can be listed", arg);
	return 0;
}

static const struct argp argp = {
	.parser = parse,
	.args_doc = "[targets|pins|invalidators|checks|oracles|reporters|"
		    "scenarios [NAME]|signatures|known|namespaces]",
	.doc = "Lists what there is, says what can run here, and why the rest "
	       "cannot. With the name of a scenario, prints its text.",
};

static int print_scenario(const char *name)
{
	for (const struct gr_scenario_text *t = gr_scenario_texts(); t->name;
	     t++)
		if (!strcmp(t->name, name)) {
			fputs(t->text, stdout);
			return GR_EXIT_PASS;
		}
	fprintf(stderr, "guprace: '%s' is not a built-in scenario\n", name);
	return GR_EXIT_USAGE;
}

/* A list makes no devices on a host: a run could, where the module is. */
static void assume_sinks(struct gr_ctx *ctx)
{
	if (!gr_module_available("null_blk"))
		return;
	(void)snprintf(ctx->sink, sizeof(ctx->sink), "(made by run)");
	(void)snprintf(ctx->store, sizeof(ctx->store), "(made by run)");
}

static int list_main(int argc, char **argv)
{
	struct list_options opts = {NULL, NULL};
	struct gr_ctx ctx = {0};

	if (argp_parse(&argp, argc, argv, 0, NULL, &opts))
		return GR_EXIT_USAGE;
	if (opts.name)
		return print_scenario(opts.name);
	if (opts.kind && !strcmp(opts.kind, "namespaces"))
		return gr_cli_list_namespaces();
	ctx.in_guest = gr_in_guest();
	if (ctx.in_guest)
		gr_setup(&ctx);
	else
		assume_sinks(&ctx);
	for (size_t i = 0; i < GR_ARRAY_SIZE(kinds); i++)
		if (!opts.kind || !strcmp(opts.kind, kinds[i].name))
			kinds[i].list(&ctx);
	if (ctx.in_guest)
		gr_setup_undo(&ctx);
	return GR_EXIT_PASS;
}

const struct gr_command gr_command_list = {
	.name = "list",
	.summary = "list what there is, and what can run here",
	.run = list_main,
};
