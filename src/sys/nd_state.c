// SPDX-License-Identifier: GPL-2.0-only
/*
 * Namespaces and regions going and coming back.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ndctl/libndctl.h>

#include "base/util.h"
#include "sys/journal.h"
#include "sys/nd.h"
#include "sys/nd_internal.h"

#define BLOCK_BYTES 4096

int gr_nd_disable(struct gr_nd *nd, const char *ns)
{
	struct ndctl_namespace *ndns = gr_nd_at(nd, ns);

	return ndns ? ndctl_namespace_disable_invalidate(ndns) : -ENODEV;
}

/* A child that was unbound by sysfs still claims the namespace: bind that. */
static int enable(struct ndctl_namespace *ndns)
{
	struct ndctl_btt *btt = ndctl_namespace_get_btt(ndns);
	struct ndctl_pfn *pfn = ndctl_namespace_get_pfn(ndns);
	struct ndctl_dax *dax = ndctl_namespace_get_dax(ndns);
	int ret;

	if (btt)
		return ndctl_btt_enable(btt);
	if (pfn)
		return ndctl_pfn_enable(pfn);
	if (dax)
		return ndctl_dax_enable(dax);
	ret = ndctl_namespace_enable(ndns);
	return ret < 0 ? ret : 0; /* 1: enabled by way of a child */
}

int gr_nd_enable(struct gr_nd *nd, const char *ns)
{
	struct ndctl_namespace *ndns = gr_nd_at(nd, ns);

	return ndns ? enable(ndns) : -ENODEV;
}

static bool is_superblock(const char *block)
{
	static const char *const magic[] = {
		"BTT_ARENA_INFO",
		"NVDIMM_PFN_INFO",
		"NVDIMM_DAX_INFO",
	};

	for (size_t i = 0; i < GR_ARRAY_SIZE(magic); i++)
		if (!memcmp(block, magic[i], strlen(magic[i]) + 1))
			return true;
	return false;
}

/* Superblocks lie at 4 KiB, of sector mode with labels at 0 as well. */
static int wipe_blocks(int fd, char *block)
{
	for (off_t off = 0; off <= BLOCK_BYTES; off += BLOCK_BYTES) {
		ssize_t n = pread(fd, block, BLOCK_BYTES, off);

		if (n != BLOCK_BYTES)
			return n < 0 ? -errno : -EIO;
		if (!is_superblock(block))
			continue;
		memset(block, 0, BLOCK_BYTES);
		n = pwrite(fd, block, BLOCK_BYTES, off);
		if (n != BLOCK_BYTES)
			return n < 0 ? -errno : -EIO;
	}
	return fsync(fd) ? -errno : 0;
}

static int wipe_device(const char *blockdev)
{
	char path[64];
	void *block;
	int fd, ret;

	(void)snprintf(path, sizeof(path), "/dev/%s", blockdev); /* fits */
	ret = gr_nd_wait_node(path, GR_ND_NODE_TIMEOUT_NS);
	if (ret)
		return ret;
	if (posix_memalign(&block, BLOCK_BYTES, BLOCK_BYTES))
		return -ENOMEM;
	fd = open(path, O_RDWR | O_DIRECT | O_EXCL | O_CLOEXEC);
	if (fd < 0) {
		ret = -errno;
		goto err_free;
	}
	ret = wipe_blocks(fd, block);
	if (close(fd) && !ret)
		ret = -errno;
err_free:
	free(block);
	return ret;
}

/* Raw mode shows the block device from its first byte, superblock and all. */
static int wipe(struct ndctl_namespace *ndns)
{
	const char *blockdev;
	int ret, undo;

	ret = ndctl_namespace_set_raw_mode(ndns, 1);
	if (ret < 0)
		return ret;
	ret = ndctl_namespace_enable(ndns);
	if (ret >= 0) {
		blockdev = ndctl_namespace_get_block_device(ndns);
		ret = blockdev && blockdev[0] ? wipe_device(blockdev) : -ENXIO;
	}
	undo = ndctl_namespace_disable_invalidate(ndns);
	if (!ret)
		ret = undo;
	undo = ndctl_namespace_set_raw_mode(ndns, 0);
	return !ret && undo < 0 ? undo : ret;
}

/* An enabled namespace without a child has no superblock to be wiped. */
static bool may_have_superblock(struct ndctl_namespace *ndns)
{
	return ndctl_namespace_get_btt(ndns) || ndctl_namespace_get_pfn(ndns) ||
	       ndctl_namespace_get_dax(ndns) ||
	       ndctl_namespace_get_raw_mode(ndns) > 0 ||
	       !ndctl_namespace_is_enabled(ndns);
}

int gr_nd_strip(struct ndctl_namespace *ndns)
{
	bool has = may_have_superblock(ndns);
	struct gr_nd_info info;
	int ret;

	gr_nd_fill(ndns, &info);
	ret = ndctl_namespace_disable_invalidate(ndns);
	if (ret)
		return ret;
	/* Kernels before 4.13 know no claim: nothing to be taken back. */
	(void)ndctl_namespace_set_enforce_mode(ndns, NDCTL_NS_MODE_RAW);
	ret = has ? wipe(ndns) : ndctl_namespace_set_raw_mode(ndns, 0);
	if (ret < 0)
		return ret;
	/* A line too many does no harm: that UUID never comes back. */
	(void)gr_journal_remove(GR_JOURNAL_PATH, info.uuid);
	return 0;
}

int gr_nd_destroy(struct gr_nd *nd, const char *ns)
{
	struct ndctl_namespace *ndns = gr_nd_at(nd, ns);
	int ret;

	if (!ndns)
		return -ENODEV;
	ret = gr_nd_strip(ndns);
	if (ret || !gr_nd_has_labels(ndns))
		return ret;
	return ndctl_namespace_delete(ndns);
}

int gr_nd_region_disable(struct gr_nd *nd, const char *region)
{
	struct ndctl_region *r = gr_nd_region_at(nd, region);

	return r ? ndctl_region_disable_invalidate(r) : -ENODEV;
}

int gr_nd_region_enable(struct gr_nd *nd, const char *region)
{
	struct ndctl_region *r = gr_nd_region_at(nd, region);

	return r ? ndctl_region_enable(r) : -ENODEV;
}
