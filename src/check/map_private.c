// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check map_private: device-dax must refuse a private mapping with EINVAL; there
 * is no copy on write of its memory. A file has one, into ordinary memory.
 *
 * Source: drivers/dax/device.c check_vma(); mm/memory.c do_cow_fault().
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
	gr_check_op(env, "private mapping of %s", t->dev);
	/* no reserve: 1 GiB must not be refused for want of memory */
	ret = gr_mmap(t->spec.align, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_NORESERVE, fd, 0, &addr);
	if (!ret)
		(void)gr_munmap(addr, t->spec.align); /* the fact counts */
	gr_check_fact(env, GR_POLICY_MAP_PRIVATE, NULL, ret);
	(void)gr_close(fd); /* nothing was written */
	return 0;
}

const struct gr_check_ops gr_check_map_private = {
	.name = "map_private",
	.summary = "a private mapping: device-dax refuses it, files allow it",
	.needs = {.root = true},
	.wants = GR_TARGET_MAPS_DEVICE,
	.bars = GR_TARGET_MOVES,
	.policies = 1ull << GR_POLICY_MAP_PRIVATE,
	.run = run,
};
