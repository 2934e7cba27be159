/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Canaries: files that are given the blocks which another file has just lost, so
 * that what is still written to them lands in somebody's data and shows. For
 * that the file system is kept nearly full by a ballast; what a canary really got
 * is told by where it lies on the device.
 */
#ifndef GR_TARGET_CANARY_INTERNAL_H
#define GR_TARGET_CANARY_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/facts.h"
#include "core/target.h"

/**
 * gr_canary_write() - blocks full of tags.
 * @off, @len: bytes of the file, multiples of a block.
 * @tag: of the block at @off.
 *
 * Return: 0 or -errno; not reported.
 */
int gr_canary_write(int fd, uint64_t off, uint64_t len,
		    const struct gr_tag *tag);

/**
 * gr_canary_crowd() - fill @t's file system but for a rest that others need, and
 * make the canary's inode; nothing when that has been done.
 *
 * Return: 0 or -errno, reported.
 */
int gr_canary_crowd(const struct gr_target *t);

/** gr_canary_uncrowd() - take the ballast away; false where there is none. */
bool gr_canary_uncrowd(const struct gr_target *t);

/** gr_canary_clear() - give the canary's blocks back; by best effort. */
void gr_canary_clear(const struct gr_target *t);

/** gr_canary_occupy() - occupy() of a target. */
int gr_canary_occupy(struct gr_target *t, uint32_t iteration,
		     struct gr_data_facts *data);

/**
 * gr_canary_verify() - the canary's part of verify().
 * @iteration: the one of gr_canary_occupy().
 */
int gr_canary_verify(const struct gr_target *t, uint32_t iteration,
		     struct gr_data_facts *data);

/**
 * gr_canary_verify_file() - the file's part: each block that is still where it
 * was laid out holds its tag, wherever in the file it is now. Zeros are right,
 * too: an invalidator may leave them. What pins may write is passed over.
 */
int gr_canary_verify_file(const struct gr_target *t,
			  const struct gr_facts *facts,
			  struct gr_data_facts *data);

#endif /* GR_TARGET_CANARY_INTERNAL_H */
