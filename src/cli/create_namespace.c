// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "base/size.h"
#include "cli/command.h"
#include "cli/ns_common.h"
#include "core/verdict.h"
#include "sys/guest.h"

struct request {
	struct gr_ctx ctx;
	struct gr_nd_config cfg;
	bool has_mode;
	bool has_map;
	char region_buf[GR_ND_NAME_MAX];
};

static const struct argp_option options[] = {
	{"mode", 'm', "MODE", 0, "raw, fsdax (default), devdax or sector", 0},
	{"size", 's', "SIZE", 0, "Bytes; K, M, G and T are understood", 0},
	{"align", 'a', "ALIGN", 0, "4K, 2M (default) or 1G", 0},
	{"reconfig", 'e', "NAMESPACE", 0, "Give this one another mode", 0},
	{"name", 'n', "NAME", 0, "For the label", 0},
	{"sector-size", 'l', "SIZE", 0, "Of sector mode; default 4096", 0},
	{"map", 'M', "MAP", 0, "Where struct pages lie: mem, dev (default)", 0},
	{"region", 'r', "REGION", 0, "Make it there", 0},
	{"force", 'f', NULL, 0, "Override the guards for --reconfig", 0},
	{"verbose", 'v', NULL, 0, "Tell what is done", 0},
	{0},
};

static void parse_size(const char *arg, uint64_t *bytes, const char *what,
		       struct argp_state *state)
{
	if (gr_size_parse(arg, bytes) || !*bytes)
		argp_error(state, "'%s' is no %s: write 4096, 2M, 1G", arg,
			   what);
}

static void parse_align(const char *arg, struct request *req,
			struct argp_state *state)
{
	uint64_t *align = &req->cfg.align;

	parse_size(arg, align, "alignment", state);
	if (*align & (*align - 1))
		argp_error(state,
			   "'%s' is not a power of two: write 4K, 2M, 1G", arg);
}

static void parse_mode(const char *arg, struct request *req,
		       struct argp_state *state)
{
	req->has_mode = true;
	if (gr_nd_mode_parse(arg, &req->cfg.mode))
		argp_error(state,
			   "'%s' is not a mode: write raw, fsdax, devdax or "
			   "sector",
			   arg);
}

static void parse_map(const char *arg, struct request *req,
		      struct argp_state *state)
{
	req->has_map = true;
	if (gr_nd_map_parse(arg, &req->cfg.map))
		argp_error(state, "'%s' is not a map: write mem or dev", arg);
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct request *req = state->input;
	struct gr_nd_config *cfg = &req->cfg;

	switch (key) {
	case 'm':
		parse_mode(arg, req, state);
		break;
	case 'M':
		parse_map(arg, req, state);
		break;
	case 'a':
		parse_align(arg, req, state);
		break;
	case 's':
		parse_size(arg, &cfg->size, "size", state);
		break;
	case 'l':
		parse_size(arg, &cfg->sector_size, "sector size", state);
		break;
	case 'e':
		cfg->ns = arg;
		break;
	case 'n':
		cfg->name = arg;
		break;
	case 'r':
		cfg->region = gr_ns_region(arg, req->region_buf,
					   sizeof(req->region_buf));
		break;
	case 'f':
		req->ctx.force = true;
		break;
	case 'v':
		gr_log_set_level(GR_LOG_DEBUG);
		break;
	case ARGP_KEY_ARG:
		argp_error(state, "'%s' is too much; --reconfig names one",
			   arg);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

/* What is not said stays as it is, as in ndctl. */
static void keep_old(struct request *req, const struct gr_nd_info *old)
{
	struct gr_nd_config *cfg = &req->cfg;

	if (!req->has_mode)
		cfg->mode = old->mode;
	if (cfg->mode != old->mode)
		return;
	if (!req->has_map)
		cfg->map = old->map;
	if (!cfg->align)
		cfg->align = old->align;
}

static int prepare(struct request *req, struct gr_nd *nd)
{
	struct gr_nd_info old;
	const char *ns = req->cfg.ns;

	if (!ns)
		return GR_EXIT_PASS;
	if (gr_nd_find(nd, ns, &old) || strcmp(old.name, ns) != 0) {
		(void)gr_err(0,
			     "cannot find '%s': guprace list namespaces shows "
			     "what there is",
			     ns);
		return GR_EXIT_USAGE;
	}
	if (req->cfg.region && strcmp(req->cfg.region, old.region) != 0) {
		(void)gr_err(0, "cannot reconfigure '%s': it is in '%s'", ns,
			     old.region);
		return GR_EXIT_USAGE;
	}
	keep_old(req, &old);
	return gr_ns_guard(&req->ctx, nd, ns);
}

/* What the request asks too much of is usage, the rest is the kernel's. */
static int status_of(int ret)
{
	return ret == -EINVAL || ret == -ENODEV || ret == -ENOSPC
		       ? GR_EXIT_USAGE
		       : GR_EXIT_FAIL;
}

static int create(struct request *req, struct gr_nd *nd)
{
	struct gr_nd_info info;
	int ret, status = prepare(req, nd);

	if (status)
		return status;
	ret = gr_nd_create(nd, &req->cfg, &info);
	return ret ? status_of(ret) : gr_ns_print(&info);
}

static int run(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse_option,
		.doc = "Makes a namespace where a region with labels has room, "
		       "or, with --reconfig, gives one another mode. A "
		       "namespace that is in use, carries something or was not "
		       "made by guprace is refused.",
	};
	struct request req = {.cfg.mode = GR_ND_FSDAX};
	struct gr_nd *nd;
	int status;

	(void)argp_parse(&argp, argc, argv, 0, NULL, &req); /* or exits */
	req.ctx.in_guest = gr_in_guest();
	if (req.cfg.ns)
		req.ctx.ns[req.ctx.nr_ns++] = req.cfg.ns;
	status = gr_ns_open(&nd);
	if (status)
		return status;
	status = create(&req, nd);
	gr_nd_close(nd);
	return status;
}

const struct gr_command gr_command_create_namespace = {
	.name = "create-namespace",
	.summary = "make a namespace, or give one another mode",
	.run = run,
};
