// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check map_unaligned: what does not begin and end at leaves is not mapped: an
 * offset and a length that are no multiples of the alignment, where the kernel
 * picks the address and where the program does.
 *
 * Nothing is accessed: the oracle judges what mmap() said.
 * Source: drivers/dax/device.c check_vma(), dax_get_unmapped_area().
 */
#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>

#include "base/log.h"
#include "check/internal.h"
#include "sys/call.h"

#define PROT (PROT_READ | PROT_WRITE)

static void try_map(struct gr_check_env *env, enum gr_policy id, int fd,
		    size_t len, off_t off)
{
	void *addr;
	int ret = gr_mmap(len, PROT, MAP_SHARED, fd, off, &addr);

	gr_check_fact(env, id, NULL, ret);
	if (!ret)
		(void)gr_munmap(addr, len); /* the fact counts */
}

/* An address that is aligned does not make up for an offset that is not. */
static int try_fixed(struct gr_check_env *env, int fd)
{
	uint64_t leaf = env->target->spec.align;
	uintptr_t at;
	void *room;
	int ret = gr_mmap(2 * leaf, PROT_NONE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0,
			  &room);

	if (ret)
		return gr_err(ret, "cannot reserve two leaves");
	at = ((uintptr_t)room + leaf - 1) / leaf * leaf;
	ret = gr_mmap_shared_at((void *)at, leaf, PROT, fd, GR_CHECK_PAGE);
	gr_check_fact(env, GR_POLICY_MAP_OFFSET_FIXED, NULL, ret);
	(void)gr_munmap(room, 2 * leaf); /* whatever is there now is ours */
	return 0;
}

static int run(struct gr_check_env *env)
{
	const struct gr_target *t = env->target;
	uint64_t leaf = t->spec.align;
	int fd, ret;

	if (!gr_check_has_parts(env))
		return 0;
	fd = gr_open(t->dev, O_RDWR);
	if (fd < 0)
		return gr_err(fd, "cannot open '%s'", t->dev);
	gr_check_op(env, "unaligned mappings of %s", t->dev);
	/* of an offset with a whole leaf behind it, as the kernel looks for one */
	try_map(env, GR_POLICY_MAP_OFFSET, fd, 2 * leaf, GR_CHECK_PAGE);
	try_map(env, GR_POLICY_MAP_LENGTH, fd, leaf + GR_CHECK_PAGE, 0);
	ret = try_fixed(env, fd);
	(void)gr_close(fd); /* nothing was written */
	return ret;
}

const struct gr_check_ops gr_check_map_unaligned = {
	.name = "map_unaligned",
	.summary = "unaligned offsets and lengths are not mapped",
	.needs = {.root = true},
	.wants = GR_TARGET_MAPS_DEVICE,
	.bars = GR_TARGET_FILE | GR_TARGET_MOVES,
	.policies = 1ull << GR_POLICY_MAP_OFFSET |
		    1ull << GR_POLICY_MAP_OFFSET_FIXED |
		    1ull << GR_POLICY_MAP_LENGTH,
	.run = run,
};
