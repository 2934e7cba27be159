// SPDX-License-Identifier: GPL-2.0-only
/*
 * Target fsdax: a file on a file system that is mounted with dax=always on a
 * namespace in fsdax mode. Its struct pages are those of the namespace's pgmap of
 * type MEMORY_DEVICE_FS_DAX; the leaves are PTEs or PMDs by the size and the
 * place of the file's blocks.
 *
 * The file has one leaf in front of what is mapped, so that it can be cut there.
 * It is in one piece on the device, aligned to its leaves; what has become of it
 * in a race, attach() makes whole again.
 *
 * It cannot show PUD leaves: no file system maps them.
 * Source: fs/dax.c; Documentation/filesystems/dax.rst.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/size.h"
#include "base/util.h"
#include "core/facts.h"
#include "sys/access.h"
#include "sys/call.h"
#include "sys/changes.h"
#include "sys/fd.h"
#include "sys/fs.h"
#include "sys/kernel.h"
#include "sys/module.h"
#include "sys/pmem2.h"
#include "target/canary_internal.h"
#include "target/internal.h"

#define MNT_DIR "/run/guprace/mnt"
#define PAGE (4 * GR_KIB)

/* Blocks of a file system are put to 2 MiB, whatever the leaf. */
#define UNIT (2 * GR_MIB)

/* Files up to this size are written, not only allocated. */
#define WRITTEN_MAX (64 * GR_MIB)

/* Groups of blocks end what is in one piece: 128 MiB of ext4, less what is in it. */
#define PIECE_MAX (64 * GR_MIB)

#define EXTENTS_MAX 16

/* What others free at the same time may be in the way of the first layouts. */
#define LAYOUTS_MAX 5

/* A work queue may hold a file for a moment after its process is gone. */
#define BUSY_NS (5 * GR_NSEC_PER_SEC)
#define AGAIN_NS (5 * GR_NSEC_PER_MSEC)

static const struct fs {
	const char *type;
	bool reflink;
} file_systems[GR_NR_FS] = {
	[GR_FS_EXT4] = {"ext4", false},
	[GR_FS_XFS] = {"xfs", false},
	[GR_FS_XFS_REFLINK] = {"xfs", true},
};

/* Bytes that are mapped: some leaves, of which one stays untouched. */
static uint64_t mapped_bytes(const struct gr_target_spec *spec)
{
	uint64_t leaves = spec->align == PAGE ? 8 : 3;

	return GR_MAX(spec->min_size, leaves * spec->align);
}

/* Room for the file, for what takes its blocks when it is cut, and for aligning. */
static uint64_t fs_bytes(const struct gr_target_spec *spec)
{
	uint64_t file = mapped_bytes(spec) + spec->align;
	uint64_t least = gr_fs_min_size(file_systems[spec->fs].type);

	return GR_MAX(least, file + file / 4 + 48 * GR_MIB);
}

/* What a namespace must be like. */
static struct gr_target_spec ns_spec(const struct gr_target_spec *spec)
{
	struct gr_target_spec ns = *spec;

	ns.align = UNIT;
	ns.min_size = fs_bytes(spec);
	return ns;
}

/* XFS maps shared blocks by DAX since 6.0; before it refuses to mount both. */
static bool reflink_has_dax(void)
{
	return gr_kernel_symbol("dax_remap_file_range_prep");
}

static int probe_ns(const struct gr_ctx *ctx, const struct gr_target_spec *spec,
		    struct gr_reason *why)
{
	struct gr_target_spec ns = ns_spec(spec);
	char file[24], need[24];
	int ret = gr_target_probe_ns(ctx, &ns, why);

	if (ret != -ENODEV)
		return ret;
	gr_reason_set(
		why,
		"no namespace that was handed over can hold a file of "
		"%s on %s; it takes %s or more",
		gr_size_format(spec->align + mapped_bytes(spec), file,
			       sizeof(file)),
		gr_target_fs_name(spec->fs),
		gr_size_format(gr_target_ns_bytes(&ns), need, sizeof(need)));
	return ret;
}

static int probe(const struct gr_ctx *ctx, const struct gr_target_spec *spec,
		 struct gr_reason *why)
{
	const struct fs *fs = &file_systems[spec->fs];

	if (spec->align > UNIT) {
		gr_reason_set(why, "file systems map no leaves of 1 GiB");
		return -EOPNOTSUPP;
	}
	if (mapped_bytes(spec) + spec->align > PIECE_MAX) {
		gr_reason_set(why,
			      "file systems lay out no file of %llu MiB "
			      "in one piece",
			      (unsigned long long)((mapped_bytes(spec) +
						    spec->align) /
						   GR_MIB));
		return -EOPNOTSUPP;
	}
	if (!gr_module_available(fs->type)) {
		gr_reason_set(why, "needs module %s", fs->type);
		return -ENODEV;
	}
	if (!gr_fs_has_mkfs(fs->type)) {
		gr_reason_set(why, "needs the program mkfs.%s: install it",
			      fs->type);
		return -ENOENT;
	}
	if (fs->reflink && !reflink_has_dax()) {
		gr_reason_set(why, "needs a kernel whose XFS has DAX together "
				   "with reflink (6.0)");
		return -EOPNOTSUPP;
	}
	return probe_ns(ctx, spec, why);
}

static void prepare(const struct gr_target_spec *spec)
{
	int ret = gr_module_load(file_systems[spec->fs].type, NULL);

	if (ret)
		gr_debug("module %s is not loaded ahead: %s",
			 file_systems[spec->fs].type, strerror(-ret));
}

static int make_fs(const struct gr_target *t)
{
	const struct fs *fs = &file_systems[t->spec.fs];
	const struct gr_fs_spec spec = {
		.type = fs->type,
		.dev = t->blockdev,
		.size = fs_bytes(&t->spec),
		.unit = UNIT,
		.reflink = fs->reflink,
	};

	return gr_fs_make(&spec);
}

/* The first page of a file, by its mapping: a device that is gone gives SIGBUS. */
static int touch_file(int fd)
{
	void *page;
	int ret = gr_truncate_fd(fd, PAGE);

	if (!ret)
		ret = gr_mmap(PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0,
			      &page);
	if (ret)
		return ret;
	ret = gr_touch(page, true);
	(void)gr_munmap(page, PAGE); /* only scratch */
	return ret;
}

/*
 * Dead, when the device under it went away, also where there is one of that name
 * again: files can still be made in what is cached, but no block is reached. The
 * block that is asked for is had since it was mounted: to get one says ENOSPC
 * of a file system that is full and, on ext4, of one that is dead.
 */
static bool is_dead(const struct gr_target *t)
{
	char path[96];
	int fd, ret;

	(void)snprintf(path, sizeof(path), "%s/alive", t->mnt);
	fd = gr_create(path, O_RDWR, 0600);
	if (fd < 0)
		return true;
	ret = touch_file(fd);
	(void)gr_close(fd); /* only scratch */
	return ret != 0;
}

static int mount_fs(const struct gr_ctx *ctx, struct gr_target *t)
{
	const struct fs *fs = &file_systems[t->spec.fs];
	char dir[sizeof(t->mnt)];
	int ret;

	(void)snprintf(dir, sizeof(dir), MNT_DIR "/%s", t->ns);
	ret = gr_change_begin(ctx->run, GR_CHANGE_MOUNT, dir, NULL);
	if (ret)
		return ret;
	ret = gr_fs_mount(fs->type, t->blockdev, dir, "dax=always");
	if (ret) {
		gr_change_end(GR_CHANGE_MOUNT, dir);
		return gr_err(ret, "cannot mount '%s' at '%s' with dax=always",
			      t->blockdev, dir);
	}
	memcpy(t->mnt, dir, sizeof(dir));
	(void)is_dead(t); /* gets its block */
	return 0;
}

/*
 * Is the file in one piece that is written, owned by nobody else, and aligned?
 * *@start: where byte 0 is on the device.
 */
static bool is_whole(const struct gr_target *t, int fd, uint64_t bytes,
		     uint64_t *start)
{
	struct gr_fs_extent e[EXTENTS_MAX];
	int nr = gr_fs_extents(fd, e, EXTENTS_MAX);
	uint64_t at = 0;

	for (int i = 0; i < nr && at < bytes; i++) {
		bool raw = e[i].unwritten && bytes <= WRITTEN_MAX;

		if (e[i].off != at || e[i].start != e[0].start + at ||
		    e[i].shared || raw)
			return false;
		at += e[i].len;
	}
	if (at < bytes || e[0].start % t->spec.align)
		return false;
	*start = e[0].start;
	return true;
}

/* @ret: of lay_out_whole(). */
static int say_not_laid_out(const struct gr_target *t, uint64_t bytes, int ret)
{
	char size[24];

	if (ret > 0)
		return gr_err(-ENOSPC,
			      "the blocks of '%s' are not in one piece that "
			      "leaves of %llu bytes can map",
			      t->dev, (unsigned long long)t->spec.align);
	if (ret != -ENOSPC)
		return gr_err(ret, "cannot give '%s' its blocks", t->dev);
	gr_err(0,
	       "the file system on '%s' is full: '%s' takes %s of it; take "
	       "away what else is there, or use a larger namespace",
	       t->blockdev, t->dev, gr_size_format(bytes, size, sizeof(size)));
	return ret;
}

/* Larger files have no tags: they would take too long. */
static int lay_out(struct gr_target *t, int fd, uint64_t bytes)
{
	const struct gr_tag tag = {.owner = GR_TAG_FILE, .gen = t->gen};
	int ret = gr_truncate_fd(fd, 0);

	/* until that is on disk, ext4 gives its blocks to nobody */
	if (!ret)
		ret = gr_fsync(fd);
	if (!ret)
		ret = gr_fs_fallocate(fd, 0, 0, bytes);
	if (!ret && bytes <= WRITTEN_MAX)
		ret = gr_canary_write(fd, 0, bytes, &tag);
	return ret;
}

/* Return: 0, 1 it has its blocks but in pieces, -errno. */
static int lay_out_whole(struct gr_target *t, int fd, uint64_t bytes,
			 uint64_t *start)
{
	for (int i = 0; i < LAYOUTS_MAX; i++) {
		int ret = lay_out(t, fd, bytes);

		if (ret || is_whole(t, fd, bytes, start))
			return ret;
	}
	return 1;
}

/* The file as every case and iteration finds it. */
static int make_file(struct gr_target *t, uint64_t dev_start)
{
	uint64_t bytes = t->file_off + t->size, start;
	int ret = 0, fd = gr_create(t->dev, O_RDWR, 0600);

	if (fd < 0)
		return gr_err(fd, "cannot make '%s'", t->dev);
	if (!is_whole(t, fd, bytes, &start)) {
		ret = lay_out_whole(t, fd, bytes, &start);
		/* what is in its way may be ours */
		if ((ret == 1 || ret == -ENOSPC) && gr_canary_uncrowd(t))
			ret = lay_out_whole(t, fd, bytes, &start);
	}
	(void)gr_close(fd); /* what was written is written */
	if (ret)
		return say_not_laid_out(t, bytes, ret);
	t->file_start = start;
	t->data_start = dev_start == UINT64_MAX
				? UINT64_MAX
				: dev_start + start + t->file_off;
	return 0;
}

/* A file that was cut, moved or is gone is made anew. */
static int renew_file(struct gr_target *t)
{
	int ret;

	t->size = mapped_bytes(&t->spec);
	t->file_off = t->spec.align;
	(void)snprintf(t->dev, sizeof(t->dev), "%s/data", t->mnt);
	if (!t->gen)
		t->gen = gr_now_ns();
	ret = make_file(t, t->whole_start);
	if (!ret && t->spec.crowded)
		ret = gr_canary_crowd(t);
	return ret;
}

static int unmount(struct gr_target *t)
{
	uint64_t until = gr_now_ns() + BUSY_NS;
	int ret;

	if (!t->mnt[0])
		return 0;
	while ((ret = gr_fs_umount(t->mnt, 0)) == -EBUSY && gr_now_ns() < until)
		(void)gr_fd_poll(NULL, 0, AGAIN_NS);
	if (ret && ret != -EINVAL) { /* EINVAL: it is not mounted */
		gr_err(ret, "cannot unmount '%s'", t->mnt);
		(void)gr_fs_umount(t->mnt, MNT_DETACH); /* the best there is */
	} else {
		ret = 0;
	}
	(void)gr_rmdir(t->mnt); /* only scratch */
	gr_change_end(GR_CHANGE_MOUNT, t->mnt);
	t->mnt[0] = '\0';
	return ret;
}

static int find_device(struct gr_target *t)
{
	int ret = gr_target_attach_node(t, GR_ND_FSDAX);

	if (!ret) {
		(void)snprintf(t->blockdev, sizeof(t->blockdev), "%s", t->dev);
		t->dev[0] = '\0';
	}
	return ret;
}

/*
 * The file by which its life is told gets its block before all else: ext4 sets 2 MiB
 * aside for small files, which must not lie where the large one has been cut.
 */
static int start_fs(const struct gr_ctx *ctx, struct gr_target *t)
{
	int ret = make_fs(t);

	if (!ret)
		ret = mount_fs(ctx, t);
	if (!ret && is_dead(t))
		ret = gr_err(-EIO,
			     "cannot reach the blocks of a new file at '%s'",
			     t->mnt);
	return ret;
}

static int attach(const struct gr_ctx *ctx, struct gr_target *t)
{
	bool mounted = t->mnt[0] && gr_fs_is_mounted(t->mnt);
	int ret = 0;

	if (mounted)
		gr_canary_clear(t); /* or there is no room to look */
	if (mounted && !is_dead(t))
		return renew_file(t);
	if (mounted)
		ret = unmount(t);
	if (!ret)
		ret = find_device(t);
	if (!ret && (mounted || mount_fs(ctx, t)))
		ret = start_fs(ctx, t); /* the old one died with its device */
	return ret ? ret : renew_file(t);
}

static int acquire(const struct gr_ctx *ctx, struct gr_target *t)
{
	struct gr_target_spec ns = ns_spec(&t->spec);
	int ret = gr_target_acquire_ns(ctx, t, &ns, GR_ND_FSDAX);

	if (!ret)
		ret = find_device(t);
	if (!ret)
		ret = start_fs(ctx, t);
	t->gen = 0; /* a new one for each time */
	return ret ? ret : renew_file(t);
}

static int verify(const struct gr_target *t, const struct gr_facts *facts,
		  struct gr_data_facts *data)
{
	bool has_tags = t->file_off + t->size <= WRITTEN_MAX;
	int ret = gr_canary_verify(t, facts->iteration, data);

	return ret || !has_tags ? ret : gr_canary_verify_file(t, facts, data);
}

static int map_file(const struct gr_target *t, int fd,
		    const struct gr_map_req *req, struct gr_mapping *m)
{
	uint64_t off = t->file_off + req->off;

	m->handle = NULL;
	if (t->spec.plain)
		return gr_mmap(req->len, req->prot, MAP_SHARED, fd, (off_t)off,
			       &m->range.addr);
	return gr_pmem_map(fd, off, req->len, req->prot, &m->range.addr,
			   &m->handle);
}

static int map(const struct gr_target *t, const struct gr_map_req *req,
	       struct gr_mapping *m)
{
	struct gr_mapping made = {.range = {.len = req->len}};
	int ret;

	made.fd = gr_open(t->dev, req->prot & PROT_WRITE ? O_RDWR : O_RDONLY);
	if (made.fd < 0)
		return gr_err(made.fd, "cannot open '%s'", t->dev);
	ret = map_file(t, made.fd, req, &made);
	if (ret) {
		(void)gr_close(made.fd); /* the first error counts */
		return gr_err(ret, "cannot map '%s' at %#llx+%#zx", t->dev,
			      (unsigned long long)req->off, req->len);
	}
	*m = made;
	return 0;
}

static int unmap(struct gr_mapping *m)
{
	int closed, ret;

	ret = m->handle ? gr_pmem_unmap(m->range.addr, m->range.len, m->handle)
			: gr_munmap(m->range.addr, m->range.len);
	closed = gr_close(m->fd);
	m->fd = -1;
	return ret ? ret : closed;
}

static int release(const struct gr_ctx *ctx, struct gr_target *t)
{
	(void)ctx;
	return unmount(t);
}

const struct gr_target_ops gr_target_fsdax = {
	.name = "fsdax",
	.summary = "a file on ext4 or xfs with dax=always, on a namespace in "
		   "fsdax mode",
	.flags = GR_TARGET_MAPS_DEVICE | GR_TARGET_FILE | GR_TARGET_NO_LONGTERM,
	.needs =
		{
			.kconfig = (const char *const[]){"CONFIG_FS_DAX",
							 "CONFIG_BLK_DEV_PMEM",
							 NULL},
			.root = true,
		},
	.probe = probe,
	.prepare = prepare,
	.acquire = acquire,
	.attach = attach,
	.map = map,
	.unmap = unmap,
	.occupy = gr_canary_occupy,
	.verify = verify,
	.release = release,
};
