// SPDX-License-Identifier: GPL-2.0-only
#include "sys/undo.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "sys/call.h"
#include "sys/fd.h"
#include "sys/file.h"
#include "sys/fs.h"
#include "sys/module.h"
#include "sys/nd.h"
#include "sys/nullblk.h"

/* Workers that were killed let go of their files when they are gone. */
#define BUSY_NS (5 * GR_NSEC_PER_SEC)
#define AGAIN_NS (5 * GR_NSEC_PER_MSEC)

/* Mounts on top of each other; a run makes one. */
#define MOUNTS_MAX 16

/* Return: 1 it was undone, 0 there was nothing to undo, -errno it is left. */
typedef int (*undo_fn)(const struct gr_change *c);

static int ask_dm(int fd, unsigned long what, const char *name, uint32_t flags)
{
	struct dm_ioctl cmd = {
		.version = {DM_VERSION_MAJOR, 0, 0},
		.data_size = sizeof(cmd),
		.data_start = sizeof(cmd),
		.flags = flags,
	};

	(void)snprintf(cmd.name, sizeof(cmd.name), "%.127s", name);
	return ioctl(fd, what, &cmd) ? -errno : 0;
}

/*
 * What it holds back is carried out when it is suspended: before that, who waits
 * for it at its end still has it open.
 */
static int undo_dm(const struct gr_change *c)
{
	uint64_t until = gr_now_ns() + BUSY_NS;
	int fd = gr_open("/dev/mapper/control", O_RDWR), ret;

	if (fd == -ENOENT)
		return 0; /* no device-mapper: nothing of it is left */
	if (fd < 0)
		return fd;
	(void)ask_dm(fd, DM_DEV_SUSPEND, c->what, DM_SUSPEND_FLAG);
	(void)ask_dm(fd, DM_DEV_SUSPEND, c->what, 0); /* resume */
	while ((ret = ask_dm(fd, DM_DEV_REMOVE, c->what, 0)) == -EBUSY &&
	       gr_now_ns() < until)
		(void)gr_fd_poll(NULL, 0, AGAIN_NS);
	(void)gr_close(fd); /* only asked through */
	return ret == -ENXIO ? 0 : ret ? ret : 1;
}

static int undo_file(const struct gr_change *c)
{
	int ret = gr_is_dir(c->what) ? gr_rmdir(c->what) : gr_unlink(c->what);

	return ret == -ENOENT ? 0 : ret ? ret : 1;
}

/* 1 unmounted, 0 nothing is mounted there. */
static int unmount(const char *dir)
{
	uint64_t until = gr_now_ns() + BUSY_NS;
	int ret;

	while ((ret = gr_fs_umount(dir, 0)) == -EBUSY && gr_now_ns() < until)
		(void)gr_fd_poll(NULL, 0, AGAIN_NS);
	if (ret == -EINVAL || ret == -ENOENT)
		return 0;
	return ret ? ret : 1;
}

static int undo_mount(const struct gr_change *c)
{
	int done = 0, ret = 0;

	for (int i = 0; i < MOUNTS_MAX; i++) {
		ret = unmount(c->what);
		if (ret <= 0)
			break;
		done = 1;
	}
	if (ret >= 0)
		(void)gr_rmdir(c->what); /* only scratch */
	return ret < 0 ? ret : done;
}

static int undo_nullblk(const struct gr_change *c)
{
	if (!gr_nullblk_exists(c->what))
		return 0;
	return gr_nullblk_remove(c->what) ?: 1;
}

/* A region that was taken out of use has its namespaces with it. */
static int find_namespace(struct gr_nd *nd, const char *ns,
			  struct gr_nd_info *info)
{
	char region[32];
	int ret = gr_nd_find(nd, ns, info);

	if (ret != -ENODEV || strncmp(ns, "namespace", 9))
		return ret;
	(void)snprintf(region, sizeof(region), "region%.*s",
		       (int)strspn(ns + 9, "0123456789"), ns + 9);
	ret = gr_nd_region_enable(nd, region);
	if (!ret)
		ret = gr_nd_reload(nd);
	return ret ? ret : gr_nd_find(nd, ns, info);
}

static int enable(struct gr_nd *nd, const char *ns)
{
	static const char *const drivers[] = {"nd_pmem", "device_dax",
					      "dax_pmem"};

	for (size_t i = 0; i < GR_ARRAY_SIZE(drivers); i++)
		(void)gr_module_load(drivers[i], NULL); /* may be built in */
	return gr_nd_enable(nd, ns) ?: 1;
}

static int undo_namespace(const struct gr_change *c)
{
	struct gr_nd_info info;
	struct gr_nd *nd;
	int ret;

	if (!strncmp(c->before, "disabled", 8))
		return 0; /* in use or not, it is as good as before */
	ret = gr_nd_open(&nd);
	if (ret)
		return ret;
	ret = find_namespace(nd, c->what, &info);
	if (!ret && !info.enabled)
		ret = enable(nd, c->what);
	gr_nd_close(nd);
	return ret;
}

static const struct action {
	undo_fn undo;
	const char *done; /* what was done, then its name */
	const char *what; /* what could not be done */
} actions[GR_NR_CHANGES] = {
	[GR_CHANGE_DM] = {undo_dm, "removed device-mapper device",
			  "remove device-mapper device"},
	[GR_CHANGE_FILE] = {undo_file, "removed", "remove"},
	[GR_CHANGE_MOUNT] = {undo_mount, "unmounted", "unmount"},
	[GR_CHANGE_NAMESPACE] = {undo_namespace, "enabled namespace",
				 "enable namespace"},
	[GR_CHANGE_NULLBLK] = {undo_nullblk, "removed null_blk device",
			       "remove null_blk device"},
};

static void say(const struct gr_undo *u, const struct gr_change *c, int ret)
{
	const struct action *a = &actions[c->kind];
	char text[320];

	if (ret < 0)
		(void)snprintf(text, sizeof(text), "cannot %s '%s': %s",
			       a->what, c->what, strerror(-ret));
	else
		(void)snprintf(text, sizeof(text), "%s '%s'", a->done, c->what);
	u->say(u->arg, ret > 0, text);
}

static int undo_one(const struct gr_undo *u, const struct gr_change *c)
{
	int ret = actions[c->kind].undo(c);
	int struck;

	if (ret)
		say(u, c, ret);
	if (ret < 0)
		return ret;
	struck = gr_change_take(u->path, c->kind, c->what);
	if (struck < 0) {
		char text[320];

		(void)snprintf(text, sizeof(text),
			       "cannot strike '%s' out of '%s': %s", c->what,
			       u->path, strerror(-struck));
		u->say(u->arg, false, text);
	}
	return struck;
}

/* A run that goes on is told of once: what it has stands together. */
static bool is_meant(const struct gr_undo *u, const struct gr_change *c,
		     pid_t *told)
{
	char text[128];

	if (!(u->kinds & (1u << c->kind)))
		return false;
	if (u->run)
		return c->run == u->run;
	if (!gr_change_is_alive(c))
		return true;
	if (*told != c->run) {
		(void)snprintf(text, sizeof(text),
			       "run %d still goes on: what it uses is left "
			       "alone",
			       (int)c->run);
		u->say(u->arg, true, text);
	}
	*told = c->run;
	return false;
}

int gr_undo(const struct gr_undo *undo)
{
	struct gr_change *all;
	ssize_t nr = gr_changes_read(undo->path, &all);
	int first = 0;
	pid_t told = 0;

	if (nr < 0)
		return (int)nr;
	while (nr-- > 0) {
		int ret = is_meant(undo, &all[nr], &told)
				  ? undo_one(undo, &all[nr])
				  : 0;

		first = first ? first : ret;
	}
	free(all);
	return first;
}
