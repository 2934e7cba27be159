/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * File systems on block devices: made, mounted and unmounted; and files whose
 * blocks are looked at and changed. Making one runs mkfs, mounting goes through
 * libmount.
 */
#ifndef GR_SYS_FS_H
#define GR_SYS_FS_H

#include <stdbool.h>
#include <stdint.h>

struct gr_fs_spec {
	const char *type; /* "ext4" or "xfs" */
	const char *dev; /* block device; all that is on it is lost */
	uint64_t size; /* bytes of the file system; 0 = the whole device */
	uint64_t unit; /* bytes by which large files shall be aligned */
	bool reflink; /* of xfs */
	bool rmapbt; /* of xfs: it knows who owns a block */
};

/**
 * gr_fs_make() - run mkfs, with blocks of 4 KiB.
 *
 * Return: 0 or -errno; reported, with what mkfs says first.
 * Errors: -ENOENT no such mkfs program; -EIO it failed.
 * Source: mke2fs(8), mkfs.xfs(8).
 */
int gr_fs_make(const struct gr_fs_spec *spec);

/** gr_fs_min_size() - bytes that a file system of @type takes at least. */
uint64_t gr_fs_min_size(const char *type);

/** gr_fs_has_mkfs() - is its program there? */
bool gr_fs_has_mkfs(const char *type);

/**
 * gr_fs_mount() - mount @dev at @dir, which is made, with its folders.
 * @options: of the file system, "dax=always".
 *
 * Return: 0 or -errno. Not reported.
 * Errors: -EINVAL the kernel's file system refuses the options or the device;
 *         -ENODEV it has no such file system; others of mount(2).
 */
int gr_fs_mount(const char *type, const char *dev, const char *dir,
		const char *options);

/**
 * gr_fs_umount() - umount2(2) of @dir.
 * @flags: MNT_DETACH, or 0.
 *
 * Context: race windows too.
 * Return: 0 or -errno (-EINVAL: nothing is mounted there).
 */
int gr_fs_umount(const char *dir, int flags);

/** gr_fs_sync() - syncfs(2): also gives free what has been freed. 0 or -errno. */
int gr_fs_sync(const char *dir);

/**
 * gr_fs_reserve() - let the file system keep @blocks for itself, and no more.
 * @dir: where it is mounted.
 * @dev: "/dev/pmem0", its block device.
 *
 * Return: 0 or -errno; not reported.
 * Source: /sys/fs/ext4/DISK/reserved_clusters; XFS_IOC_SET_RESBLKS.
 */
int gr_fs_reserve(const char *dir, const char *dev, unsigned int blocks);

/** gr_fs_free() - bytes that root may still allocate on what is mounted. */
int gr_fs_free(const char *dir, uint64_t *bytes);

/**
 * gr_fs_remount() - make what is mounted at @dir read-only, or writable again.
 *
 * Context: race windows too.
 * Return: 0 or -errno (-EBUSY: a file of it is open for writing).
 * Source: mount(2), MS_REMOUNT.
 */
int gr_fs_remount(const char *dir, bool readonly);

/**
 * gr_fs_freeze() - stop all writing to a file system; gr_fs_thaw() - let it go on.
 * @fd: any open file or folder of it.
 *
 * Context: race windows too. Who writes, or faults a page in to write to it, sleeps
 * until the thaw.
 * Return: 0 or -errno (-EBUSY: it is frozen; -EINVAL: it is not).
 * Source: fsfreeze(8); fs/ioctl.c ioctl_fsfreeze().
 */
int gr_fs_freeze(int fd);
int gr_fs_thaw(int fd);

/** gr_fs_is_mounted() - is @dir a place where something is mounted? */
bool gr_fs_is_mounted(const char *dir);

/* Where a piece of a file lies. */
struct gr_fs_extent {
	uint64_t off; /* bytes in the file */
	uint64_t start; /* bytes on the block device */
	uint64_t len; /* bytes */
	bool unwritten; /* allocated, and reads as zeros */
	bool shared; /* with another file */
};

/**
 * gr_fs_extents() - the pieces of an open file that are on disk, in order.
 * @out: room for @max of them.
 *
 * Return: how many there are, @max at most; -errno.
 * Source: Documentation/filesystems/fiemap.rst.
 */
int gr_fs_extents(int fd, struct gr_fs_extent *out, unsigned int max);

/**
 * gr_fs_fallocate() - fallocate(2); @mode: FALLOC_FL_*, or 0.
 *
 * Context: race windows too.
 * Return: 0 or -errno.
 */
int gr_fs_fallocate(int fd, int mode, uint64_t off, uint64_t len);

/* The same number of bytes in two open files. */
struct gr_fs_share {
	int from; /* descriptor; its blocks will be those of both */
	int to; /* descriptor; its blocks are given up */
	uint64_t from_off, to_off; /* bytes, multiples of a block */
	uint64_t len; /* bytes, a multiple of a block */
};

/**
 * gr_fs_clone() - share blocks, whatever was in the range before.
 *
 * Context: race windows too.
 * Return: 0 or -errno (-EOPNOTSUPP, -EINVAL: the file system does not share).
 * Source: ioctl_ficlonerange(2).
 */
int gr_fs_clone(const struct gr_fs_share *share);

/**
 * gr_fs_dedupe() - share blocks where both ranges have the same bytes.
 *
 * Context: race windows too.
 * Return: 0 or -errno; -EBADE: the bytes differ, nothing was done.
 * Source: ioctl_fideduperange(2).
 */
int gr_fs_dedupe(const struct gr_fs_share *share);

#endif /* GR_SYS_FS_H */
