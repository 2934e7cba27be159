// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check map_sync: a mapping with MAP_SYNC, which promises that what was written
 * is there after a flush of the caches alone, is allowed.
 *
 * Source: drivers/dax/device.c dax_fops; fs/ext4/file.c, fs/xfs/xfs_file.c;
 * mmap(2), MAP_SYNC.
 */
#include <fcntl.h>
#include <sys/mman.h>

#include "base/log.h"
#include "check/internal.h"
#include "sys/call.h"

static int run(struct gr_check_env *env)
{
	const struct gr_target *t = env->target;
	void *addr;
	int fd, ret;

	fd = gr_open(t->dev, O_RDWR);
	if (fd < 0)
		return gr_err(fd, "cannot open '%s'", t->dev);
	gr_check_op(env, "mapping of %s with MAP_SYNC", t->dev);
	ret = gr_mmap(t->spec.align, PROT_READ | PROT_WRITE,
		      MAP_SHARED_VALIDATE | MAP_SYNC, fd, 0, &addr);
	gr_check_fact(env, GR_POLICY_MAP_SYNC, NULL, ret);
	if (!ret)
		ret = gr_munmap(addr, t->spec.align);
	else
		ret = 0;
	(void)gr_close(fd); /* nothing was written */
	return ret ? gr_err(ret, "cannot unmap '%s'", t->dev) : 0;
}

const struct gr_check_ops gr_check_map_sync = {
	.name = "map_sync",
	.summary = "a mapping with MAP_SYNC is allowed",
	.needs = {.root = true},
	.wants = GR_TARGET_MAPS_DEVICE,
	.bars = GR_TARGET_MOVES,
	.policies = 1ull << GR_POLICY_MAP_SYNC,
	.run = run,
};
