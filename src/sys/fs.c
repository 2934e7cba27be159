// SPDX-License-Identifier: GPL-2.0-only
#include "sys/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <libmount/libmount.h>

#include "base/log.h"
#include "base/size.h"
#include "sys/file.h"
#include "sys/spawn.h"
#include "sys/sysfs.h"

#define BLOCK (4 * GR_KIB)
#define WORDS_MAX 16

/* The words of a command line, of which some are made here. */
struct command {
	char *argv[WORDS_MAX + 1];
	int nr;
	char text[4][96];
};

static void add(struct command *c, const char *word)
{
	c->argv[c->nr++] = (char *)(uintptr_t)word; /* execve() takes them so */
}

/* Stripes make the allocator align what is large. */
static void words_ext4(struct command *c, const struct gr_fs_spec *s)
{
	add(c, "-F"), add(c, "-q");
	add(c, "-b"), add(c, "4096");
	add(c, "-m"), add(c, "0");
	(void)snprintf(c->text[0], sizeof(c->text[0]),
		       "nodiscard,lazy_itable_init=1,stride=%llu,"
		       "stripe_width=%llu",
		       (unsigned long long)(s->unit / BLOCK),
		       (unsigned long long)(s->unit / BLOCK));
	add(c, "-E"), add(c, c->text[0]);
	add(c, s->dev);
	if (!s->size)
		return;
	(void)snprintf(c->text[1], sizeof(c->text[1]), "%llu",
		       (unsigned long long)(s->size / BLOCK));
	add(c, c->text[1]);
}

/*
 * Two groups: mkfs makes eight where there are stripes, and its log, which is
 * 64 MiB at least and lies in one of them, does not fit into these.
 */
static void words_xfs(struct command *c, const struct gr_fs_spec *s)
{
	add(c, "-f"), add(c, "-q"), add(c, "-K");
	(void)snprintf(c->text[2], sizeof(c->text[2]), "reflink=%d,rmapbt=%d",
		       s->reflink, s->rmapbt);
	add(c, "-m"), add(c, c->text[2]);
	(void)snprintf(c->text[0], sizeof(c->text[0]), "su=%llu,sw=1,agcount=2",
		       (unsigned long long)s->unit);
	add(c, "-d"), add(c, c->text[0]);
	/* as small as it may be, and it has to fit into a group */
	add(c, "-l"), add(c, "size=64m,su=4k");
	if (s->size) {
		(void)snprintf(c->text[1], sizeof(c->text[1]), "size=%llu",
			       (unsigned long long)s->size);
		add(c, "-d"), add(c, c->text[1]);
	}
	add(c, s->dev);
}

static const struct fs_type {
	const char *name;
	const char *mkfs;
	uint64_t min_size; /* bytes */
	void (*words)(struct command *c, const struct gr_fs_spec *spec);
} types[] = {
	/* with a journal of its own, and room beside it */
	{"ext4", "mkfs.ext4", 64 * GR_MIB, words_ext4},
	/* xfsprogs 5.19 and later refuse less than 300 MiB */
	{"xfs", "mkfs.xfs", 304 * GR_MIB, words_xfs},
};

static const struct fs_type *find_type(const char *name)
{
	const struct fs_type *t = types;

	while (strcmp(t->name, name))
		t++; /* a type that is not there is a mistake of ours */
	return t;
}

uint64_t gr_fs_min_size(const char *type)
{
	return find_type(type)->min_size;
}

bool gr_fs_has_mkfs(const char *type)
{
	char path[PATH_MAX];

	return !gr_path_program(find_type(type)->mkfs, path);
}

/* What went wrong stands first, before usage; on one line. */
static const char *one_line(char *text)
{
	for (char *p = text; *p; p++)
		if (*p == '\n')
			*p = ' ';
	return text;
}

int gr_fs_make(const struct gr_fs_spec *spec)
{
	const struct fs_type *type = find_type(spec->type);
	struct command c = {.nr = 0};
	char path[PATH_MAX];
	char *out;
	int status, ret;

	ret = gr_path_program(type->mkfs, path);
	if (ret)
		return gr_err(ret,
			      "cannot find '%s': install it, or take "
			      "another file system",
			      type->mkfs);
	add(&c, path);
	type->words(&c, spec);
	ret = gr_process_output(c.argv, &out, &status);
	if (ret)
		return gr_err(ret, "cannot run '%s'", path);
	if (status) {
		gr_err(0, "'%s' of '%s' failed: %.200s", type->mkfs, spec->dev,
		       one_line(out));
		ret = -EIO;
	}
	free(out);
	return ret;
}

/* libmount gives -errno of its own, or has tried the system call. */
static int mount_result(struct libmnt_context *cxt, int ret)
{
	if (!ret)
		return 0;
	if (mnt_context_syscall_called(cxt) &&
	    mnt_context_get_syscall_errno(cxt))
		return -mnt_context_get_syscall_errno(cxt);
	return ret < 0 ? ret : -EIO;
}

int gr_fs_mount(const char *type, const char *dev, const char *dir,
		const char *options)
{
	struct libmnt_context *cxt;
	int ret = gr_mkdirs(dir);

	if (ret)
		return ret;
	cxt = mnt_new_context();
	if (!cxt)
		return -ENOMEM;
	ret = mnt_context_set_fstype(cxt, type);
	if (!ret)
		ret = mnt_context_set_source(cxt, dev);
	if (!ret)
		ret = mnt_context_set_target(cxt, dir);
	if (!ret)
		ret = mnt_context_set_options(cxt, options);
	if (!ret)
		ret = mount_result(cxt, mnt_context_mount(cxt));
	mnt_free_context(cxt);
	return ret;
}

int gr_fs_umount(const char *dir, int flags)
{
	return umount2(dir, flags) ? -errno : 0;
}

int gr_fs_sync(const char *dir)
{
	int ret, fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	ret = syncfs(fd) ? -errno : 0;
	(void)close(fd); /* only looked at */
	return ret;
}

/* As in fs/xfs/libxfs/xfs_fs.h, which is in a package of its own. */
struct xfs_reserve {
	uint64_t blocks;
	uint64_t available;
};
#define XFS_SET_RESERVE _IOWR('X', 114, struct xfs_reserve)

static int reserve_xfs(const char *dir, unsigned int blocks)
{
	struct xfs_reserve r = {.blocks = blocks};
	int ret, fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	ret = ioctl(fd, XFS_SET_RESERVE, &r) ? -errno : 0;
	(void)close(fd); /* only asked */
	return ret;
}

int gr_fs_reserve(const char *dir, const char *dev, unsigned int blocks)
{
	const char *disk = strrchr(dev, '/');
	char nr[16];

	if (!disk || !gr_sysfs_exists("/sys/fs/ext4%s", disk))
		return reserve_xfs(dir, blocks);
	(void)snprintf(nr, sizeof(nr), "%u", blocks);
	return gr_sysfs_write(nr, "/sys/fs/ext4%s/reserved_clusters", disk);
}

int gr_fs_free(const char *dir, uint64_t *bytes)
{
	struct statvfs fs;

	if (statvfs(dir, &fs))
		return -errno;
	*bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
	return 0;
}

int gr_fs_remount(const char *dir, bool readonly)
{
	unsigned long flags = MS_REMOUNT | (readonly ? MS_RDONLY : 0);

	return mount(NULL, dir, NULL, flags, NULL) ? -errno : 0;
}

int gr_fs_freeze(int fd)
{
	return ioctl(fd, FIFREEZE, 0) ? -errno : 0;
}

int gr_fs_thaw(int fd)
{
	return ioctl(fd, FITHAW, 0) ? -errno : 0;
}

/*
 * A place where something is mounted is another device than its parent; a file
 * system that is dead does not even tell that, which no folder of ours does.
 */
bool gr_fs_is_mounted(const char *dir)
{
	char parent[PATH_MAX];
	struct stat here, above;

	if (stat(dir, &here))
		return errno == EIO;
	return !gr_path(parent, "%s/..", dir) && !stat(parent, &above) &&
	       here.st_dev != above.st_dev;
}

int gr_fs_extents(int fd, struct gr_fs_extent *out, unsigned int max)
{
	struct fiemap *map;
	int nr;

	map = calloc(1, sizeof(*map) + max * sizeof(map->fm_extents[0]));
	if (!map)
		return -ENOMEM;
	map->fm_length = FIEMAP_MAX_OFFSET;
	map->fm_flags = FIEMAP_FLAG_SYNC;
	map->fm_extent_count = max;
	nr = ioctl(fd, FS_IOC_FIEMAP, map) ? -errno
					   : (int)map->fm_mapped_extents;
	for (int i = 0; i < nr; i++) {
		const struct fiemap_extent *e = &map->fm_extents[i];

		out[i] = (struct gr_fs_extent){
			.off = e->fe_logical,
			.start = e->fe_physical,
			.len = e->fe_length,
			.unwritten = e->fe_flags & FIEMAP_EXTENT_UNWRITTEN,
			.shared = e->fe_flags & FIEMAP_EXTENT_SHARED,
		};
	}
	free(map);
	return nr;
}

int gr_fs_fallocate(int fd, int mode, uint64_t off, uint64_t len)
{
	return fallocate(fd, mode, (off_t)off, (off_t)len) ? -errno : 0;
}

int gr_fs_clone(const struct gr_fs_share *share)
{
	const struct file_clone_range arg = {
		.src_fd = share->from,
		.src_offset = share->from_off,
		.src_length = share->len,
		.dest_offset = share->to_off,
	};

	return ioctl(share->to, FICLONERANGE, &arg) ? -errno : 0;
}

/* The call succeeds, and says by the file what became of it. */
int gr_fs_dedupe(const struct gr_fs_share *share)
{
	union {
		struct file_dedupe_range range;
		char room[sizeof(struct file_dedupe_range) +
			  sizeof(struct file_dedupe_range_info)];
	} arg = {
		.range = {.src_offset = share->from_off,
			  .src_length = share->len,
			  .dest_count = 1},
	};
	struct file_dedupe_range_info *info = arg.range.info;

	*info = (struct file_dedupe_range_info){
		.dest_fd = share->to,
		.dest_offset = share->to_off,
	};
	if (ioctl(share->from, FIDEDUPERANGE, &arg))
		return -errno;
	return info->status == FILE_DEDUPE_RANGE_DIFFERS ? -EBADE
							 : info->status;
}
