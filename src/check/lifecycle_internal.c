// SPDX-License-Identifier: GPL-2.0-only
/*
 * One namespace through every mode, map and alignment that its size allows.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/size.h"
#include "base/util.h"
#include "check/internal.h"
#include "sys/access.h"
#include "sys/call.h"
#include "sys/nd.h"
#include "sys/pmem2.h"

static const enum gr_nd_mode modes[] = {GR_ND_RAW, GR_ND_SECTOR, GR_ND_FSDAX,
					GR_ND_DEVDAX};
static const enum gr_nd_map maps[] = {GR_ND_MAP_MEM, GR_ND_MAP_DEV};
static const uint64_t aligns[] = {4 * GR_KIB, 2 * GR_MIB, GR_GIB};

/* Opening the node and reading one page shows that it is alive. */
static int use(struct gr_check_env *env, const struct gr_nd_info *info)
{
	char path[64];
	void *addr, *handle;
	int fd, ret;
	bool dax = info->mode == GR_ND_DEVDAX;

	(void)snprintf(path, sizeof(path), "/dev/%s",
		       dax ? info->chardev : info->blockdev);
	ret = gr_nd_wait_node(path, 5 * GR_NSEC_PER_SEC);
	fd = ret ? ret : gr_open(path, O_RDWR);
	if (fd < 0) {
		gr_check_fail(env, GR_CLASS_POLICY, "node-missing",
			      "no usable node '%s' for %s in %s mode: %s", path,
			      info->name, gr_nd_mode_name(info->mode),
			      strerror(-fd));
		return 0;
	}
	if (dax) {
		ret = gr_pmem_map(fd, 0, info->align, PROT_READ | PROT_WRITE,
				  &addr, &handle);
		if (!ret)
			ret = gr_touch(addr, true);
		if (!ret)
			ret = gr_pmem_unmap(addr, info->align, handle);
	} else {
		char page[GR_CHECK_PAGE];
		ssize_t n = gr_pread(fd, page, sizeof(page), 0);

		ret = n == sizeof(page) ? 0 : n < 0 ? (int)n : -EIO;
	}
	if (ret)
		gr_check_fail(env, GR_CLASS_POLICY, "node-unusable",
			      "'%s' of %s in %s mode cannot be used: %s", path,
			      info->name, gr_nd_mode_name(info->mode),
			      strerror(-ret));
	return gr_close(fd);
}

static int one(struct gr_check_env *env, struct gr_nd *nd,
	       const struct gr_nd_config *cfg)
{
	char align[24];
	struct gr_nd_info info;
	int ret;

	gr_check_op(env, "create %s: mode %s, map %s, alignment %s", cfg->ns,
		    gr_nd_mode_name(cfg->mode), gr_nd_map_name(cfg->map),
		    gr_size_format(cfg->align, align, sizeof(align)));
	ret = gr_nd_create(nd, cfg, &info);
	if (ret)
		return ret;
	ret = use(env, &info);
	if (ret)
		return gr_err(ret, "cannot close the node of '%s'", cfg->ns);
	gr_check_op(env, "destroy %s", cfg->ns);
	ret = gr_nd_destroy(nd, cfg->ns);
	return ret ? gr_err(ret, "cannot destroy '%s'", cfg->ns) : 0;
}

static bool has_pages(enum gr_nd_mode mode)
{
	return mode == GR_ND_FSDAX || mode == GR_ND_DEVDAX;
}

static int all_of_mode(struct gr_check_env *env, struct gr_nd *nd,
		       const struct gr_target *t, enum gr_nd_mode mode)
{
	struct gr_nd_config cfg = {.ns = t->ns, .mode = mode};
	int ret = 0;

	if (!has_pages(mode))
		return one(env, nd, &cfg);
	for (size_t m = 0; m < GR_ARRAY_SIZE(maps) && !ret; m++)
		for (size_t a = 0; a < GR_ARRAY_SIZE(aligns) && !ret; a++) {
			cfg.map = maps[m];
			cfg.align = aligns[a];
			/* the start is rounded up to the alignment */
			if (t->ns_size >= 2 * GR_MAX(cfg.align, 4 * GR_MIB))
				ret = one(env, nd, &cfg);
		}
	return ret;
}

int gr_check_lifecycle(struct gr_check_env *env, const struct gr_target *t)
{
	struct gr_nd *nd;
	int ret = gr_nd_open(&nd);

	if (ret)
		return gr_err(ret, "cannot open libndctl");
	for (size_t i = 0; i < GR_ARRAY_SIZE(modes) && !ret; i++)
		ret = all_of_mode(env, nd, t, modes[i]);
	gr_nd_close(nd);
	return ret;
}
