// SPDX-License-Identifier: GPL-2.0-only
#include "sys/block.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <blkid/blkid.h>
#include <libmount/libmount.h>

#include "sys/sysfs.h"

#define NAME_LEN 64
/* Holders of holders: deeper than any stack of devices that people build. */
#define DEPTH_MAX 8

struct search {
	struct libmnt_table *mounts;
	struct libmnt_table *swaps;
	struct gr_block_use *use;
};

static void found(struct search *s, enum gr_block_state state, const char *by)
{
	size_t len = strnlen(by, sizeof(s->use->by) - 1);

	s->use->state = state;
	memcpy(s->use->by, by, len); /* a name that is cut still tells */
	s->use->by[len] = '\0';
}

static bool read_devno(const char *name, dev_t *devno)
{
	unsigned int major, minor;
	char text[32];

	if (gr_sysfs_read(text, sizeof(text), "/sys/class/block/%s/dev",
			  name) ||
	    sscanf(text, "%u:%u", &major, &minor) != 2)
		return false;
	*devno = makedev(major, minor);
	return true;
}

static bool is_node_of(const char *path, dev_t devno)
{
	struct stat st;

	return path && !stat(path, &st) && S_ISBLK(st.st_mode) &&
	       st.st_rdev == devno;
}

/* By number and by source: some file systems have numbers of their own. */
static bool is_mounted(struct search *s, dev_t devno)
{
	struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs;
	bool hit = false;

	while (iter && !hit && !mnt_table_next_fs(s->mounts, iter, &fs)) {
		hit = mnt_fs_get_devno(fs) == devno ||
		      is_node_of(mnt_fs_get_srcpath(fs), devno);
		if (hit)
			found(s, GR_BLOCK_MOUNTED, mnt_fs_get_target(fs) ?: "");
	}
	mnt_free_iter(iter);
	return hit;
}

static bool is_swap(struct search *s, dev_t devno)
{
	struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs;
	bool hit = false;

	while (iter && !hit && !mnt_table_next_fs(s->swaps, iter, &fs)) {
		hit = is_node_of(mnt_fs_get_source(fs), devno);
		if (hit)
			found(s, GR_BLOCK_SWAP, mnt_fs_get_source(fs));
	}
	mnt_free_iter(iter);
	return hit;
}

/* Calls @look for each entry of a folder of sysfs until one says true. */
static bool any_entry(struct search *s, const char *dir, const char *arg,
		      bool (*look)(struct search *s, const char *entry,
				   const char *arg))
{
	DIR *stream = opendir(dir);
	struct dirent *entry;
	bool hit = false;

	if (!stream)
		return false;
	while (!hit && (entry = readdir(stream)))
		hit = entry->d_name[0] != '.' && look(s, entry->d_name, arg);
	(void)closedir(stream); /* was only read */
	return hit;
}

static bool is_loop_of(struct search *s, const char *entry, const char *name)
{
	char file[128], node[NAME_LEN + 8];

	if (gr_sysfs_read(file, sizeof(file), "/sys/block/%s/loop/backing_file",
			  entry))
		return false;
	(void)snprintf(node, sizeof(node), "/dev/%s", name); /* it fits */
	if (strcmp(file, node) != 0)
		return false;
	found(s, GR_BLOCK_HELD, entry);
	return true;
}

/* device-mapper's own name says more than "dm-0". */
static bool name_holder(struct search *s, const char *entry, const char *name)
{
	char dm[64], by[NAME_MAX + 72];

	(void)name;
	if (gr_sysfs_read(dm, sizeof(dm), "/sys/class/block/%s/dm/name", entry))
		(void)snprintf(by, sizeof(by), "%s", entry);
	else
		(void)snprintf(by, sizeof(by), "%s (%s)", entry, dm);
	found(s, GR_BLOCK_HELD, by);
	return true;
}

static bool is_in_use(struct search *s, const char *name)
{
	char dir[NAME_LEN + 32];
	dev_t devno;

	if (!read_devno(name, &devno))
		return false;
	if (is_mounted(s, devno) || is_swap(s, devno))
		return true;
	(void)snprintf(dir, sizeof(dir), "/sys/class/block/%s/holders", name);
	return any_entry(s, dir, name, name_holder) ||
	       any_entry(s, "/sys/block", name, is_loop_of);
}

static bool is_used_partition(struct search *s, const char *entry,
			      const char *disk)
{
	return gr_sysfs_exists("/sys/block/%s/%s/partition", disk, entry) &&
	       is_in_use(s, entry);
}

static int try_exclusive(struct search *s, const char *disk)
{
	char path[NAME_LEN + 8];
	int fd;

	(void)snprintf(path, sizeof(path), "/dev/%s", disk); /* it fits */
	fd = open(path, O_RDONLY | O_EXCL | O_CLOEXEC);
	if (fd >= 0) {
		(void)close(fd); /* nothing was written */
		return 0;
	}
	if (errno != EBUSY)
		return -errno;
	found(s, GR_BLOCK_OPENED, "");
	return 0;
}

static int search(struct search *s, const char *disk)
{
	char dir[NAME_LEN + 16];

	(void)snprintf(dir, sizeof(dir), "/sys/block/%s", disk); /* it fits */
	if (is_in_use(s, disk) || any_entry(s, dir, disk, is_used_partition))
		return 0;
	return try_exclusive(s, disk);
}

int gr_block_usage(const char *disk, struct gr_block_use *use)
{
	struct search s = {.use = use};
	int ret = 0;

	memset(use, 0, sizeof(*use));
	if (strlen(disk) >= NAME_LEN || !gr_sysfs_exists("/sys/block/%s", disk))
		return -ENODEV;
	s.mounts = mnt_new_table();
	s.swaps = mnt_new_table();
	if (!s.mounts || !s.swaps)
		ret = -ENOMEM;
	if (!ret)
		ret = mnt_table_parse_mtab(s.mounts, "/proc/self/mountinfo");
	/* A kernel without swap has no such file. */
	if (!ret && gr_sysfs_exists("/proc/swaps"))
		ret = mnt_table_parse_swaps(s.swaps, "/proc/swaps");
	if (!ret)
		ret = search(&s, disk);
	mnt_unref_table(s.swaps);
	mnt_unref_table(s.mounts);
	return ret > 0 ? -EIO : ret;
}

static int probe(blkid_probe pr, char *text, size_t len)
{
	const char *value = "";
	int ret;

	blkid_probe_enable_superblocks(pr, 1);
	blkid_probe_set_superblocks_flags(pr, BLKID_SUBLKS_TYPE |
						      BLKID_SUBLKS_MAGIC);
	blkid_probe_enable_partitions(pr, 1);
	ret = blkid_do_probe(pr);
	if (ret < 0)
		return -EIO;
	if (ret > 0)
		return 0; /* nothing */
	if (blkid_probe_lookup_value(pr, "TYPE", &value, NULL) &&
	    blkid_probe_lookup_value(pr, "PTTYPE", &value, NULL))
		value = "unknown";
	(void)snprintf(text, len, "%s", value); /* names are short */
	return 0;
}

int gr_block_signature(const char *disk, char *text, size_t len)
{
	char path[NAME_LEN + 8];
	blkid_probe pr;
	int fd, ret;

	text[0] = '\0';
	if ((size_t)snprintf(path, sizeof(path), "/dev/%s", disk) >=
	    sizeof(path))
		return -ENODEV;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ret = -ENOMEM;
	pr = blkid_new_probe();
	if (pr && !blkid_probe_set_device(pr, fd, 0, 0))
		ret = probe(pr, text, len);
	blkid_free_probe(pr);
	(void)close(fd); /* was only read */
	return ret;
}
