/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What invalidators of files share. A file is opened by its path, in the window,
 * and closed there: attach() may have made a new one, and an open file would keep
 * its inode and its mount.
 */
#ifndef GR_INVALIDATE_FILE_INTERNAL_H
#define GR_INVALIDATE_FILE_INTERNAL_H

#include <stdint.h>

#include "core/invalidate.h"

/**
 * gr_inv_fallocate() - invalidate(): fallocate(2) of the target's file.
 * @mode: FALLOC_FL_*.
 * @off:  bytes in the file.
 * @len:  bytes.
 *
 * Return: 0 or -errno.
 */
int gr_inv_fallocate(const struct gr_invalidate *inv, int mode, uint64_t off,
		     uint64_t len);

/* Private state of one that has another file beside the target's. */
struct gr_inv_other {
	char path[96];
};

/**
 * gr_inv_other_setup() - setup(): an empty file beside the target's.
 * gr_inv_other_copy_setup() - setup(): a copy of all that is mapped of it.
 *
 * Errors: -ENODEV the target has no file, -ENOSPC; others. Reported.
 */
int gr_inv_other_setup(const struct gr_ctx *ctx, struct gr_invalidate *inv);
int gr_inv_other_copy_setup(const struct gr_ctx *ctx,
			    struct gr_invalidate *inv);

/** gr_inv_other_make() - the empty file again, where it is gone. 0 or -errno. */
int gr_inv_other_make(struct gr_invalidate *inv);

/** gr_inv_other_teardown() - teardown(): remove it. */
void gr_inv_other_teardown(struct gr_invalidate *inv);

/**
 * gr_inv_clone_over() - invalidate(): the blocks of the other file, from its start,
 * where the target is mapped.
 * gr_inv_dedupe_over() - invalidate(): the same, if the bytes are the same.
 * gr_inv_clone_from() - invalidate(): the blocks of what is mapped, to the start of
 * the other file.
 *
 * Both files are opened and closed in it.
 * Return: 0 or -errno.
 */
int gr_inv_clone_over(struct gr_invalidate *inv);
int gr_inv_dedupe_over(struct gr_invalidate *inv);
int gr_inv_clone_from(struct gr_invalidate *inv);

#endif /* GR_INVALIDATE_FILE_INTERNAL_H */
