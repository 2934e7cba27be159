/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * null_blk devices through configfs: block devices whose cost is almost only
 * the pin. Needs root and the module null_blk.
 */
#ifndef GR_SYS_NULLBLK_H
#define GR_SYS_NULLBLK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gr_nullblk_spec {
	const char *name; /* configfs folder, at most 31 bytes */
	uint64_t size_bytes;
	bool memory_backed; /* keeps what it is given */
};

/**
 * gr_nullblk_make() - make one and wait for its node (5 s at most).
 * @dev: filled with "/dev/nullb0" or alike.
 *
 * Bio-based (queue_mode=0) where the kernel has that, else blk-mq with inline
 * completion.
 * Return: 0, -ENOENT no such module, -ETIMEDOUT no node, others; reported.
 */
int gr_nullblk_make(const struct gr_nullblk_spec *spec, char *dev, size_t len);

/** gr_nullblk_exists() - is there one of that name? */
bool gr_nullblk_exists(const char *name);

/** gr_nullblk_remove() - undo it; 0, also when there is none. */
int gr_nullblk_remove(const char *name);

#endif /* GR_SYS_NULLBLK_H */
