// SPDX-License-Identifier: GPL-2.0-only
/*
 * From libndctl's objects to struct gr_nd_info, as `ndctl list` shows them.
 */
#include <limits.h>
#include <linux/ndctl.h>
#include <stdio.h>
#include <string.h>

#include <daxctl/libdaxctl.h>
#include <ndctl/libndctl.h>
#include <uuid/uuid.h>

#include "sys/nd.h"
#include "sys/nd_internal.h"

static void set_name(char *to, size_t len, const char *name)
{
	(void)snprintf(to, len, "%s", name ? name : ""); /* kernel names fit */
}

static enum gr_nd_map map_of(enum ndctl_pfn_loc loc)
{
	switch (loc) {
	case NDCTL_PFN_LOC_RAM:
		return GR_ND_MAP_MEM;
	case NDCTL_PFN_LOC_PMEM:
		return GR_ND_MAP_DEV;
	default:
		return GR_ND_MAP_NONE;
	}
}

bool gr_nd_has_labels(struct ndctl_namespace *ndns)
{
	return ndctl_namespace_get_type(ndns) != ND_DEVICE_NAMESPACE_IO;
}

static void fill_btt(struct ndctl_btt *btt, struct gr_nd_info *out)
{
	uuid_t uuid;

	out->mode = GR_ND_SECTOR;
	out->size = ndctl_btt_get_size(btt);
	out->sector_size = ndctl_btt_get_sector_size(btt);
	out->enabled = ndctl_btt_is_enabled(btt);
	set_name(out->nd_dev, sizeof(out->nd_dev), ndctl_btt_get_devname(btt));
	if (out->enabled)
		set_name(out->blockdev, sizeof(out->blockdev),
			 ndctl_btt_get_block_device(btt));
	ndctl_btt_get_uuid(btt, uuid);
	uuid_unparse_lower(uuid, out->uuid);
}

static void fill_pfn(struct ndctl_pfn *pfn, struct gr_nd_info *out)
{
	uuid_t uuid;

	out->mode = GR_ND_FSDAX;
	out->map = map_of(ndctl_pfn_get_location(pfn));
	out->size = ndctl_pfn_get_size(pfn);
	out->data_start = ndctl_pfn_get_resource(pfn);
	out->align = ndctl_pfn_get_align(pfn);
	out->enabled = ndctl_pfn_is_enabled(pfn);
	set_name(out->nd_dev, sizeof(out->nd_dev), ndctl_pfn_get_devname(pfn));
	if (out->enabled)
		set_name(out->blockdev, sizeof(out->blockdev),
			 ndctl_pfn_get_block_device(pfn));
	ndctl_pfn_get_uuid(pfn, uuid);
	uuid_unparse_lower(uuid, out->uuid);
}

static void fill_chardev(struct ndctl_dax *dax, struct gr_nd_info *out)
{
	struct daxctl_region *region = ndctl_dax_get_daxctl_region(dax);
	struct daxctl_dev *dev = region ? daxctl_dev_get_first(region) : NULL;

	if (dev)
		set_name(out->chardev, sizeof(out->chardev),
			 daxctl_dev_get_devname(dev));
}

static void fill_dax(struct ndctl_dax *dax, struct gr_nd_info *out)
{
	uuid_t uuid;

	out->mode = GR_ND_DEVDAX;
	out->map = map_of(ndctl_dax_get_location(dax));
	out->size = ndctl_dax_get_size(dax);
	out->data_start = ndctl_dax_get_resource(dax);
	out->align = ndctl_dax_get_align(dax);
	out->enabled = ndctl_dax_is_enabled(dax);
	set_name(out->nd_dev, sizeof(out->nd_dev), ndctl_dax_get_devname(dax));
	if (out->enabled)
		fill_chardev(dax, out);
	ndctl_dax_get_uuid(dax, uuid);
	uuid_unparse_lower(uuid, out->uuid);
}

/* Without a superblock: raw, or fsdax of the platform's own (e820). */
static void fill_plain(struct ndctl_namespace *ndns, struct gr_nd_info *out)
{
	uuid_t uuid;

	out->mode = GR_ND_RAW;
	if (ndctl_namespace_get_mode(ndns) == NDCTL_NS_MODE_FSDAX) {
		out->mode = GR_ND_FSDAX;
		out->map = GR_ND_MAP_MEM;
	}
	out->size = out->raw_size;
	out->data_start = out->start;
	out->enabled = ndctl_namespace_is_enabled(ndns);
	set_name(out->nd_dev, sizeof(out->nd_dev), out->name);
	if (out->enabled)
		set_name(out->blockdev, sizeof(out->blockdev),
			 ndctl_namespace_get_block_device(ndns));
	if (!out->has_labels)
		return;
	ndctl_namespace_get_uuid(ndns, uuid);
	uuid_unparse_lower(uuid, out->uuid);
}

static void fill_mode(struct ndctl_namespace *ndns, struct gr_nd_info *out)
{
	struct ndctl_btt *btt = ndctl_namespace_get_btt(ndns);
	struct ndctl_pfn *pfn = ndctl_namespace_get_pfn(ndns);
	struct ndctl_dax *dax = ndctl_namespace_get_dax(ndns);
	unsigned int sector_size = ndctl_namespace_get_sector_size(ndns);

	/* 0 or UINT_MAX: the kernel's default, as pmem block devices have. */
	out->sector_size =
		sector_size && sector_size != UINT_MAX ? sector_size : 512;
	if (btt) {
		fill_btt(btt, out);
	} else if (pfn) {
		fill_pfn(pfn, out);
	} else if (dax) {
		fill_dax(dax, out);
		out->sector_size = 0;
	} else {
		fill_plain(ndns, out);
	}
}

void gr_nd_fill(struct ndctl_namespace *ndns, struct gr_nd_info *out)
{
	struct ndctl_region *region = ndctl_namespace_get_region(ndns);
	struct ndctl_bus *bus = ndctl_region_get_bus(region);

	memset(out, 0, sizeof(*out));
	set_name(out->name, sizeof(out->name),
		 ndctl_namespace_get_devname(ndns));
	set_name(out->region, sizeof(out->region),
		 ndctl_region_get_devname(region));
	set_name(out->bus, sizeof(out->bus), ndctl_bus_get_provider(bus));
	set_name(out->alt_name, sizeof(out->alt_name),
		 ndctl_namespace_get_alt_name(ndns));
	out->raw_size = ndctl_namespace_get_size(ndns);
	out->start = ndctl_namespace_get_resource(ndns);
	out->data_start = UINT64_MAX;
	out->numa_node = ndctl_namespace_get_numa_node(ndns);
	out->has_labels = gr_nd_has_labels(ndns);
	fill_mode(ndns, out);
}
