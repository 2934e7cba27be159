// SPDX-License-Identifier: GPL-2.0-only
#include "cli/ns_common.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "core/verdict.h"
#include "engine/guard.h"
#include "report/namespaces_internal.h"
#include "sys/guest.h"

static int open_bus(struct gr_nd **nd)
{
	int ret = gr_nd_open(nd);

	if (!ret)
		return GR_EXIT_PASS;
	if (ret == -ENXIO)
		(void)gr_err(0, "cannot find an NVDIMM bus: load nd_e820 or "
				"nfit, or use a guest (guprace vm)");
	else
		(void)gr_err(ret, "cannot read the NVDIMM buses");
	return GR_EXIT_BROKEN;
}

int gr_ns_open(struct gr_nd **nd)
{
	*nd = NULL;
	if (!geteuid())
		return open_bus(nd);
	(void)gr_err(0, "cannot change namespaces: run as root");
	return GR_EXIT_BROKEN;
}

int gr_ns_guard(const struct gr_ctx *ctx, struct gr_nd *nd, const char *ns)
{
	struct gr_reason why;

	if (!gr_guard_check(ctx, nd, ns, &why))
		return GR_EXIT_PASS;
	(void)gr_err(0, "refused: %s", why.text);
	return GR_EXIT_USAGE;
}

const char *gr_ns_region(const char *text, char *buf, size_t len)
{
	if (!strcmp(text, "all"))
		return NULL;
	/* What does not fit is found by no region. */
	(void)snprintf(buf, len, "%s%s",
		       isdigit((unsigned char)text[0]) ? "region" : "", text);
	return buf;
}

static struct gr_ns_row row_of(const struct gr_nd_info *info)
{
	struct gr_ns_row row = {
		.dev = info->name,
		.mode = gr_nd_mode_name(info->mode),
		.size = info->size,
		.uuid = info->uuid,
		.chardev = info->chardev,
		.sector_size = info->sector_size,
		.align = info->align,
		.blockdev = info->blockdev,
		.is_disabled = !info->enabled,
		.name = info->alt_name,
	};

	if (info->map != GR_ND_MAP_NONE)
		row.map = gr_nd_map_name(info->map);
	(void)sscanf(info->region, "region%u", &row.region_id); /* else 0 */
	return row;
}

static int printed(int ret)
{
	if (!ret)
		return GR_EXIT_PASS;
	(void)gr_err(ret, "cannot print to the standard output");
	return GR_EXIT_BROKEN;
}

int gr_ns_print(const struct gr_nd_info *info)
{
	struct gr_ns_row row = row_of(info);

	return printed(gr_ns_print_made(stdout, &row));
}

/* All namespaces, to be freed; NULL without memory. */
static struct gr_nd_info *read_all(struct gr_nd *nd, size_t *nr)
{
	struct gr_nd_info *all;

	*nr = (size_t)gr_nd_list(nd, NULL, 0);
	all = calloc(*nr + 1, sizeof(*all));
	if (all)
		(void)gr_nd_list(nd, all, *nr); /* same context, same number */
	else
		(void)gr_err(-ENOMEM, "cannot list namespaces");
	return all;
}

static int print_all(const struct gr_nd_info *all, size_t nr)
{
	struct gr_ns_row *rows = calloc(nr + 1, sizeof(*rows));
	int ret = rows ? 0 : -ENOMEM;

	for (size_t i = 0; !ret && i < nr; i++)
		rows[i] = row_of(&all[i]);
	if (!ret)
		ret = gr_ns_print_list(stdout, rows, nr);
	free(rows);
	return printed(ret);
}

int gr_cli_list_namespaces(void)
{
	struct gr_nd_info *all;
	struct gr_nd *nd;
	size_t nr;
	int status = open_bus(&nd);

	if (status)
		return status;
	all = read_all(nd, &nr);
	status = all ? print_all(all, nr) : GR_EXIT_BROKEN;
	free(all);
	gr_nd_close(nd);
	return status;
}

/* The command line of an action. */
struct request {
	struct gr_ctx ctx; /* its ns[] are the names given */
	bool is_all;
	char region_buf[GR_ND_NAME_MAX];
	const char *region; /* NULL = any */
	const char *bus; /* NULL = any */
	unsigned int nr_done;
};

static const struct argp_option options[] = {
	{"region", 'r', "REGION", 0, "Only namespaces of this region", 0},
	{"bus", 'b', "BUS", 0, "Only those of this provider (e820, ACPI.NFIT)",
	 0},
	{"verbose", 'v', NULL, 0, "Tell what is done", 0},
	{0},
};

static const struct argp_option guarded_options[] = {
	{"force", 'f', NULL, 0, "Override the guards for the namespaces named",
	 0},
	{0},
};

static int add_name(struct request *req, const char *name,
		    struct argp_state *state)
{
	if (!strcmp(name, "all"))
		req->is_all = true;
	else if (req->ctx.nr_ns < GR_CTX_NS_MAX)
		req->ctx.ns[req->ctx.nr_ns++] = name;
	else
		argp_error(state, "more than %d namespaces", GR_CTX_NS_MAX);
	return 0;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct request *req = state->input;

	switch (key) {
	case 'r':
		req->region = gr_ns_region(arg, req->region_buf,
					   sizeof(req->region_buf));
		return 0;
	case 'b':
		req->bus = strcmp(arg, "all") ? arg : NULL;
		return 0;
	case 'v':
		gr_log_set_level(GR_LOG_DEBUG);
		return 0;
	case ARGP_KEY_ARG:
		return add_name(req, arg, state);
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "name a namespace, or say all");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse_guarded(int key, char *arg, struct argp_state *state)
{
	struct request *req = state->input;

	(void)arg;
	if (key != 'f')
		return ARGP_ERR_UNKNOWN;
	req->ctx.force = true;
	return 0;
}

/* The parts do the work; this hands the request on to them. */
static error_t parse_nothing(int key, char *arg, struct argp_state *state)
{
	const struct argp_child *child = state->root_argp->children;

	(void)arg;
	if (key != ARGP_KEY_INIT)
		return ARGP_ERR_UNKNOWN;
	for (size_t i = 0; child[i].argp; i++)
		state->child_inputs[i] = state->input;
	return 0;
}

static bool is_wanted(const struct request *req,
		      const struct gr_ns_action *action,
		      const struct gr_nd_info *info)
{
	if (req->region && strcmp(req->region, info->region) != 0)
		return false;
	if (req->bus && strcmp(req->bus, info->bus) != 0)
		return false;
	return info->enabled ? action->to_enabled : action->to_disabled;
}

static int act_on(struct request *req, const struct gr_ns_action *action,
		  struct gr_nd *nd, const char *ns)
{
	int ret;

	if (action->is_guarded && gr_ns_guard(&req->ctx, nd, ns))
		return GR_EXIT_USAGE;
	ret = action->act(nd, ns);
	if (ret) {
		(void)gr_err(ret,
			     "cannot %s '%s': the kernel's log may tell "
			     "why",
			     action->verb, ns);
		return GR_EXIT_FAIL;
	}
	req->nr_done++;
	return GR_EXIT_PASS;
}

/* A refusal of the kernel outweighs one of ours. */
static int worse(int a, int b)
{
	return a == GR_EXIT_FAIL || !b ? a : b;
}

static int act_on_named(struct request *req, const struct gr_ns_action *action,
			struct gr_nd *nd)
{
	struct gr_nd_info info;
	int status = GR_EXIT_PASS;

	for (unsigned int i = 0; i < req->ctx.nr_ns; i++) {
		const char *ns = req->ctx.ns[i];

		if (gr_nd_find(nd, ns, &info) || strcmp(info.name, ns) != 0) {
			(void)gr_err(0,
				     "cannot find '%s': guprace list "
				     "namespaces shows what there is",
				     ns);
			status = worse(status, GR_EXIT_USAGE);
		} else {
			status = worse(status, act_on(req, action, nd, ns));
		}
	}
	return status;
}

static int act_on_all(struct request *req, const struct gr_ns_action *action,
		      struct gr_nd *nd)
{
	int status = GR_EXIT_PASS;
	size_t nr;
	struct gr_nd_info *all = read_all(nd, &nr);

	if (!all)
		return GR_EXIT_BROKEN;
	for (size_t i = 0; i < nr; i++)
		if (is_wanted(req, action, &all[i]))
			status = worse(status,
				       act_on(req, action, nd, all[i].name));
	free(all);
	return status;
}

static void parse(struct request *req, const struct gr_ns_action *action,
		  int argc, char **argv)
{
	const struct argp base = {.options = options, .parser = parse_option};
	const struct argp guards = {
		.options = guarded_options,
		.parser = parse_guarded,
	};
	const struct argp_child with_guards[] = {
		{&base, 0, NULL, 0},
		{&guards, 0, NULL, 0},
		{0},
	};
	const struct argp_child without[] = {{&base, 0, NULL, 0}, {0}};
	const struct argp whole = {
		.parser = parse_nothing,
		.args_doc = "NAMESPACE...\nall",
		.doc = action->doc,
		.children = action->is_guarded ? with_guards : without,
	};

	(void)argp_parse(&whole, argc, argv, 0, NULL, req); /* or exits */
	req->ctx.in_guest = gr_in_guest();
}

int gr_ns_act(int argc, char **argv, const struct gr_ns_action *action)
{
	struct request req = {.is_all = false};
	struct gr_nd *nd;
	int status;

	parse(&req, action, argc, argv);
	status = gr_ns_open(&nd);
	if (status)
		return status;
	status = act_on_named(&req, action, nd);
	if (req.is_all)
		status = worse(status, act_on_all(&req, action, nd));
	gr_nd_close(nd);
	fprintf(stderr, "%s %u namespace%s\n", action->past, req.nr_done,
		req.nr_done == 1 ? "" : "s");
	return status;
}
