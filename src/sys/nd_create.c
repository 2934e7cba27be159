// SPDX-License-Identifier: GPL-2.0-only
/*
 * Making namespaces and giving them modes.
 */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <ndctl/libndctl.h>
#include <uuid/uuid.h>

#include "base/log.h"
#include "base/size.h"
#include "base/util.h"
#include "sys/fit.h"
#include "sys/journal.h"
#include "sys/nd.h"
#include "sys/nd_internal.h"

/* One creation: what is wanted, with the defaults filled in. */
struct making {
	const struct gr_nd_config *cfg;
	struct ndctl_namespace *ndns;
	struct ndctl_region *region;
	const char *name; /* of the namespace */
	uint64_t align;
	enum ndctl_pfn_loc loc;
	uuid_t uuid; /* of the superblock */
	char uuid_text[40];
};

/* gr_err() for what we refuse: an errno's text would add nothing. */
static int refuse(int ret, const char *fmt, ...) GR_PRINTF(2, 3);

static int refuse(int ret, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap); /* cut is fine */
	va_end(ap);
	(void)gr_err(0, "%s", text);
	return ret;
}

static bool has_pages(enum gr_nd_mode mode)
{
	return mode == GR_ND_FSDAX || mode == GR_ND_DEVDAX;
}

static struct gr_fit fit_of(const struct making *m)
{
	struct gr_fit fit = {
		.start = ndctl_namespace_get_resource(m->ndns),
		.size = ndctl_namespace_get_size(m->ndns),
		.align = m->align,
		.dev_map = m->loc == NDCTL_PFN_LOC_PMEM,
	};

	if (fit.start == ULLONG_MAX)
		fit.start = 0; /* not told: as if well aligned */
	return fit;
}

static int no_room(const struct making *m, const struct gr_fit *fit)
{
	uint64_t best = gr_fit_max_align(fit);
	char size[24], align[24], min[24], other[24];

	gr_size_format(fit->size, size, sizeof(size));
	gr_size_format(m->align, align, sizeof(align));
	gr_size_format(gr_fit_min_size(fit), min, sizeof(min));
	if (!best)
		return refuse(-EINVAL,
			      "cannot align '%s' of %s to %s: that takes at "
			      "least %s",
			      m->name, size, align, min);
	gr_size_format(best, other, sizeof(other));
	return refuse(-EINVAL,
		      "cannot align '%s' of %s to %s: use --align=%s, or a "
		      "namespace of at least %s",
		      m->name, size, align, other, min);
}

static bool is_supported(const struct making *m, char *list, size_t len)
{
	struct ndctl_dax *dax = ndctl_region_get_dax_seed(m->region);
	struct ndctl_pfn *pfn = ndctl_region_get_pfn_seed(m->region);
	bool is_dax = m->cfg->mode == GR_ND_DEVDAX;
	char one[24];
	size_t used = 0;
	int nr;

	nr = is_dax ? (dax ? ndctl_dax_get_num_alignments(dax) : 0)
		    : (pfn ? ndctl_pfn_get_num_alignments(pfn) : 0);
	list[0] = '\0';
	for (int i = 0; i < nr; i++) {
		uint64_t align =
			is_dax ? ndctl_dax_get_supported_alignment(dax, i)
			       : ndctl_pfn_get_supported_alignment(pfn, i);

		if (align == m->align)
			return true;
		used += (size_t)snprintf(
			list + used, len - used, " %s",
			gr_size_format(align, one, sizeof(one)));
		if (used >= len)
			break;
	}
	return nr <= 0; /* a kernel that does not say */
}

static int check_align(const struct making *m)
{
	struct gr_fit fit = fit_of(m);
	char align[24], list[128];

	if (!has_pages(m->cfg->mode))
		return 0;
	if (!is_supported(m, list, sizeof(list)))
		return refuse(-EINVAL,
			      "cannot align '%s' to %s: this kernel can align "
			      "to%s only",
			      m->name,
			      gr_size_format(m->align, align, sizeof(align)),
			      list);
	return gr_fit_usable(&fit) ? 0 : no_room(m, &fit);
}

static bool has_seed(const struct making *m)
{
	switch (m->cfg->mode) {
	case GR_ND_FSDAX:
		return ndctl_region_get_pfn_seed(m->region);
	case GR_ND_DEVDAX:
		return ndctl_region_get_dax_seed(m->region);
	case GR_ND_SECTOR:
		return ndctl_region_get_btt_seed(m->region);
	default:
		return true;
	}
}

static int check_mode(const struct making *m)
{
	if (has_seed(m))
		return 0;
	return refuse(-EOPNOTSUPP,
		      "cannot make '%s' %s: this kernel lacks the mode "
		      "(CONFIG_NVDIMM_PFN, CONFIG_NVDIMM_DAX, CONFIG_BTT)",
		      m->name, gr_nd_mode_name(m->cfg->mode));
}

static int set_fsdax(struct making *m)
{
	struct ndctl_pfn *pfn = ndctl_region_get_pfn_seed(m->region);
	int ret;

	ret = ndctl_pfn_set_uuid(pfn, m->uuid);
	if (!ret)
		ret = ndctl_pfn_set_location(pfn, m->loc);
	if (!ret && ndctl_pfn_has_align(pfn))
		ret = ndctl_pfn_set_align(pfn, m->align);
	if (!ret)
		ret = ndctl_pfn_set_namespace(pfn, m->ndns);
	if (!ret)
		ret = ndctl_pfn_enable(pfn);
	if (ret)
		(void)ndctl_pfn_set_namespace(pfn, NULL); /* @ret tells */
	return ret;
}

static int set_devdax(struct making *m)
{
	struct ndctl_dax *dax = ndctl_region_get_dax_seed(m->region);
	int ret;

	ret = ndctl_dax_set_uuid(dax, m->uuid);
	if (!ret)
		ret = ndctl_dax_set_location(dax, m->loc);
	if (!ret)
		ret = ndctl_dax_set_align(dax, m->align);
	if (!ret)
		ret = ndctl_dax_set_namespace(dax, m->ndns);
	if (!ret)
		ret = ndctl_dax_enable(dax);
	if (ret)
		(void)ndctl_dax_set_namespace(dax, NULL); /* @ret tells */
	return ret;
}

static int set_sector(struct making *m)
{
	struct ndctl_btt *btt = ndctl_region_get_btt_seed(m->region);
	uint64_t bytes = m->cfg->sector_size ? m->cfg->sector_size : 4096;
	int ret;

	ret = ndctl_btt_set_uuid(btt, m->uuid);
	if (!ret)
		ret = ndctl_btt_set_sector_size(btt, (unsigned int)bytes);
	if (!ret)
		ret = ndctl_btt_set_namespace(btt, m->ndns);
	if (!ret)
		ret = ndctl_btt_enable(btt);
	if (ret)
		(void)ndctl_btt_set_namespace(btt, NULL); /* @ret tells */
	return ret;
}

static int set_raw(struct making *m)
{
	int ret = ndctl_namespace_set_raw_mode(m->ndns, 1);

	if (ret >= 0)
		ret = ndctl_namespace_enable(m->ndns);
	return ret < 0 ? ret : 0;
}

static int set_mode(struct making *m)
{
	static const struct {
		enum ndctl_namespace_mode claim;
		int (*set)(struct making *m);
	} setters[] = {
		[GR_ND_RAW] = {NDCTL_NS_MODE_RAW, set_raw},
		[GR_ND_FSDAX] = {NDCTL_NS_MODE_FSDAX, set_fsdax},
		[GR_ND_DEVDAX] = {NDCTL_NS_MODE_DEVDAX, set_devdax},
		[GR_ND_SECTOR] = {NDCTL_NS_MODE_SECTOR, set_sector},
	};

	/* Kernels before 4.13 know no claim: nothing is lost. */
	(void)ndctl_namespace_set_enforce_mode(m->ndns,
					       setters[m->cfg->mode].claim);
	return setters[m->cfg->mode].set(m);
}

/* Write-ahead: a namespace that we were killed on is still known as ours. */
static int set_mode_journalled(struct making *m)
{
	/* Raw: known by its label's UUID, or, without labels, not at all. */
	bool has_uuid = m->cfg->mode != GR_ND_RAW || gr_nd_has_labels(m->ndns);
	int ret = 0;

	if (m->cfg->mode == GR_ND_RAW)
		ndctl_namespace_get_uuid(m->ndns, m->uuid);
	uuid_unparse_lower(m->uuid, m->uuid_text);
	if (has_uuid)
		ret = gr_journal_add(GR_JOURNAL_PATH, m->uuid_text, m->name);
	if (ret)
		return gr_err(ret, "cannot write '%s', and so not make '%s'",
			      GR_JOURNAL_PATH, m->name);
	ret = set_mode(m);
	if (!ret)
		return 0;
	/* A line too many does no harm: that UUID never comes back. */
	(void)gr_journal_remove(GR_JOURNAL_PATH, m->uuid_text);
	(void)gr_err(ret,
		     "cannot make '%s' %s: the kernel refused, its log tells "
		     "why",
		     m->name, gr_nd_mode_name(m->cfg->mode));
	return -ENXIO; /* told from what was wrong with the request */
}

static int await_node(const struct gr_nd_info *info)
{
	const char *node = info->chardev[0] ? info->chardev : info->blockdev;
	char path[64];
	int ret;

	if (!node[0])
		return gr_err(-ENXIO,
			      "cannot use '%s': it is enabled, but has no "
			      "device node (is device_dax loaded?)",
			      info->name);
	(void)snprintf(path, sizeof(path), "/dev/%s", node); /* it fits */
	ret = gr_nd_wait_node(path, GR_ND_NODE_TIMEOUT_NS);
	return ret ? gr_err(ret, "cannot use '%s' of '%s'", path, info->name)
		   : 0;
}

static int finish(struct making *m, struct gr_nd_info *out)
{
	struct gr_nd_info info;
	int ret = set_mode_journalled(m);

	if (ret)
		return ret;
	gr_nd_fill(m->ndns, &info);
	ret = await_node(&info);
	if (!ret && out)
		*out = info;
	return ret;
}

static int resize(const struct making *m)
{
	uint64_t now = ndctl_namespace_get_size(m->ndns);
	char is[24], want[24], unit[24];
	int ret;

	if (!m->cfg->size || m->cfg->size == now)
		return 0;
	gr_size_format(m->cfg->size, want, sizeof(want));
	ret = ndctl_namespace_set_size(m->ndns, m->cfg->size);
	if (!ret)
		return 0;
	return gr_err(ret,
		      "cannot give '%s' of %s the size %s: the region needs a "
		      "multiple of %s",
		      m->name, gr_size_format(now, is, sizeof(is)), want,
		      gr_size_format(ndctl_region_get_align(m->region), unit,
				     sizeof(unit)));
}

static int rename_label(const struct making *m)
{
	int ret;

	if (!m->cfg->name || !gr_nd_has_labels(m->ndns))
		return 0;
	ret = ndctl_namespace_set_alt_name(m->ndns, m->cfg->name);
	return ret ? gr_err(ret, "cannot name '%s' '%s'", m->name, m->cfg->name)
		   : 0;
}

static int check_label_less(const struct making *m)
{
	uint64_t now = ndctl_namespace_get_size(m->ndns);
	char is[24];

	if (gr_nd_has_labels(m->ndns) || !m->cfg->size || m->cfg->size == now)
		return 0;
	return refuse(-EINVAL,
		      "cannot resize '%s': '%s' has no labels, so it is always "
		      "%s; leave out --size",
		      m->name, ndctl_region_get_devname(m->region),
		      gr_size_format(now, is, sizeof(is)));
}

static int reconfigure(struct gr_nd *nd, struct making *m,
		       struct gr_nd_info *out)
{
	int ret;

	m->ndns = gr_nd_at(nd, m->cfg->ns);
	if (!m->ndns)
		return refuse(-ENODEV, "cannot find '%s'", m->cfg->ns);
	m->name = m->cfg->ns;
	m->region = ndctl_namespace_get_region(m->ndns);
	ret = check_label_less(m);
	if (!ret)
		ret = check_mode(m);
	if (!ret)
		ret = check_align(m);
	if (ret)
		return ret;
	ret = gr_nd_strip(m->ndns);
	if (ret)
		return gr_err(ret, "cannot undo the old mode of '%s'", m->name);
	ret = resize(m);
	if (!ret)
		ret = rename_label(m);
	return ret ? ret : finish(m, out);
}

static uint64_t room_in(struct ndctl_region *region)
{
	uint64_t extent = ndctl_region_get_max_available_extent(region);

	return extent == ULLONG_MAX ? ndctl_region_get_available_size(region)
				    : extent;
}

/* A region that is not in question has no room. */
static bool has_room(struct ndctl_region *region,
		     const struct gr_nd_config *cfg)
{
	if (cfg->region &&
	    strcmp(ndctl_region_get_devname(region), cfg->region) != 0)
		return false;
	if (!ndctl_region_is_enabled(region) || ndctl_region_get_ro(region) ||
	    !ndctl_region_get_namespace_seed(region))
		return false;
	return room_in(region) && room_in(region) >= cfg->size;
}

static struct ndctl_region *find_room(struct gr_nd *nd,
				      const struct gr_nd_config *cfg)
{
	struct ndctl_region *region;
	struct ndctl_bus *bus;

	ndctl_bus_foreach (nd->ctx, bus)
		ndctl_region_foreach (bus, region)
			if (has_room(region, cfg))
				return region;
	return NULL;
}

static int no_region(struct gr_nd *nd, const struct gr_nd_config *cfg)
{
	char size[24] = "another namespace";

	if (cfg->region && !gr_nd_region_at(nd, cfg->region))
		return refuse(-ENODEV, "cannot find '%s'", cfg->region);
	if (cfg->size)
		gr_size_format(cfg->size, size, sizeof(size));
	return refuse(-ENOSPC,
		      "cannot find room for %s in %s: say which namespace may "
		      "be reconfigured (--reconfig)",
		      size, cfg->region ? cfg->region : "any region");
}

/* A seed becomes a namespace when it has a UUID and a size. */
static int carve(struct making *m)
{
	uint64_t size = m->cfg->size ? m->cfg->size : room_in(m->region);
	char text[24], unit[24];
	uuid_t uuid;
	int ret;

	uuid_generate(uuid);
	ret = ndctl_namespace_set_uuid(m->ndns, uuid);
	if (!ret && m->cfg->name)
		ret = ndctl_namespace_set_alt_name(m->ndns, m->cfg->name);
	if (!ret)
		ret = ndctl_namespace_set_size(m->ndns, size);
	if (!ret)
		return 0;
	return gr_err(ret,
		      "cannot make a namespace of %s in '%s': sizes are "
		      "multiples of %s there",
		      gr_size_format(size, text, sizeof(text)),
		      ndctl_region_get_devname(m->region),
		      gr_size_format(ndctl_region_get_align(m->region), unit,
				     sizeof(unit)));
}

static int make_new(struct gr_nd *nd, struct making *m, struct gr_nd_info *out)
{
	int ret;

	m->region = find_room(nd, m->cfg);
	if (!m->region)
		return no_region(nd, m->cfg);
	m->ndns = ndctl_region_get_namespace_seed(m->region);
	m->name = ndctl_namespace_get_devname(m->ndns);
	ret = check_mode(m);
	if (!ret)
		ret = carve(m);
	if (!ret)
		ret = check_align(m);
	if (!ret)
		ret = finish(m, out);
	if (ret) /* gives the room back; @ret says what went wrong first */
		(void)ndctl_namespace_delete(m->ndns);
	return ret;
}

int gr_nd_create(struct gr_nd *nd, const struct gr_nd_config *cfg,
		 struct gr_nd_info *out)
{
	struct making m = {
		.cfg = cfg,
		.align = cfg->align ? cfg->align : 2 * GR_MIB,
		.loc = cfg->map == GR_ND_MAP_MEM ? NDCTL_PFN_LOC_RAM
						 : NDCTL_PFN_LOC_PMEM,
	};

	uuid_generate(m.uuid);
	return cfg->ns ? reconfigure(nd, &m, out) : make_new(nd, &m, out);
}
