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

struct gr_fs_share;

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
 * gr_inv_other_fill_setup() - setup(): one with as many zeros as are mapped.
 *
 * Errors: -ENODEV the target has no file, -ENOSPC; others. Reported.
 */
int gr_inv_other_setup(const struct gr_ctx *ctx, struct gr_invalidate *inv);
int gr_inv_other_fill_setup(const struct gr_ctx *ctx,
			    struct gr_invalidate *inv);

/** gr_inv_other_make() - the empty file again, where it is gone. 0 or -errno. */
int gr_inv_other_make(struct gr_invalidate *inv);

/** gr_inv_other_teardown() - teardown(): remove it. */
void gr_inv_other_teardown(struct gr_invalidate *inv);

enum gr_inv_share_way {
	GR_INV_SHARE_OVER, /* the other file's blocks go to the target's */
	GR_INV_SHARE_FROM, /* the target's go to the other file */
};

/**
 * gr_inv_share() - invalidate(): open both, share all that is mapped of the target
 * with the start of the other file, and close both.
 * @share: gr_fs_clone() or gr_fs_dedupe().
 *
 * Return: 0 or -errno.
 */
int gr_inv_share(const struct gr_invalidate *inv, enum gr_inv_share_way way,
		 int (*share)(const struct gr_fs_share *share));

#endif /* GR_INVALIDATE_FILE_INTERNAL_H */
