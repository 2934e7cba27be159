/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who uses a block device, and what it carries. Only reads.
 */
#ifndef GR_SYS_BLOCK_H
#define GR_SYS_BLOCK_H

#include <stddef.h>

enum gr_block_state {
	GR_BLOCK_FREE,
	GR_BLOCK_MOUNTED,
	GR_BLOCK_SWAP,
	GR_BLOCK_HELD, /* by device-mapper, md, a loop device, ... */
	GR_BLOCK_OPENED, /* exclusively, by we do not know whom */
};

struct gr_block_use {
	enum gr_block_state state;
	char by[128]; /* mount point, holder, swap device; or "" */
};

/**
 * gr_block_usage() - is a disk, a partition of it or what is built on them in
 * use?
 * @disk: "pmem0", a folder in /sys/block.
 * @use:  filled on success: the first use that was found.
 *
 * Looks at the mounts of this mount namespace by libmount, at /proc/swaps, at
 * holders in sysfs and at backing files of loop devices; at last it opens the
 * disk with O_EXCL, which shows mounts of other mount namespaces.
 *
 * Context: ordinary processes; may load a partition table's pages.
 * Return: 0 or -errno. Not reported.
 * Errors: -ENODEV there is no such disk; others from opening it.
 * Source: open(2), O_EXCL on block devices.
 */
int gr_block_usage(const char *disk, struct gr_block_use *use);

/**
 * gr_block_signature() - what a disk carries, by libblkid.
 * @disk: "pmem0".
 * @text: "ext4", "xfs", "LVM2_member", "swap", "dos" or "gpt" (partition
 *        tables), ...; "" = no signature that libblkid knows.
 *
 * Return: 0 or -errno. Not reported.
 * Errors: -EIO it could not be read; those of open(2).
 */
int gr_block_signature(const char *disk, char *text, size_t len);

#endif /* GR_SYS_BLOCK_H */
