// SPDX-License-Identifier: GPL-2.0-only
/*
 * The other mode of a target's namespace, and its block device.
 *
 * Source: drivers/nvdimm/pfn_devs.c: both modes have the same data offset.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "check/internal.h"
#include "sys/call.h"

int gr_check_set_mode(struct gr_check_env *env, struct gr_nd *nd,
		      enum gr_nd_mode mode, struct gr_nd_info *info)
{
	const struct gr_target *t = env->target;
	struct gr_nd_config cfg = {
		.ns = t->ns,
		.mode = mode,
		.map = t->spec.memmap == GR_MEMMAP_DEV ? GR_ND_MAP_DEV
						       : GR_ND_MAP_MEM,
		.align = t->spec.align,
	};

	return gr_nd_create(nd, &cfg, info);
}

int gr_check_open_block(const struct gr_nd_info *info)
{
	char path[64];
	int fd, ret;

	(void)snprintf(path, sizeof(path), "/dev/%s", info->blockdev);
	ret = gr_nd_wait_node(path, 5 * GR_NSEC_PER_SEC);
	if (ret)
		return gr_err(ret, "no node '%s'", path);
	fd = gr_open(path, O_RDWR | O_DIRECT);
	return fd < 0 ? gr_err(fd, "cannot open '%s'", path) : fd;
}

int gr_check_block_io(int fd, void *buf, size_t len, uint64_t off, bool write)
{
	ssize_t n = write ? gr_pwrite(fd, buf, len, (off_t)off)
			  : gr_pread(fd, buf, len, (off_t)off);

	return n < 0 ? (int)n : n == (ssize_t)len ? 0 : -EIO;
}
