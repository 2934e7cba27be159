// SPDX-License-Identifier: GPL-2.0-only
#include "sys/dm.h"

#include <errno.h>
#include <fcntl.h>
#include <libdevmapper.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/clock.h"
#include "sys/call.h"
#include "sys/module.h"
#include "sys/nd.h"

#define SECTOR 512u

/* Far above what a case may last; see the header for why there is an end. */
#define DELAY_MS 120000u

/* Nobody's rules shall open what holds requests back. */
#define NO_RULES                                \
	(DM_UDEV_DISABLE_DM_RULES_FLAG |        \
	 DM_UDEV_DISABLE_SUBSYSTEM_RULES_FLAG | \
	 DM_UDEV_DISABLE_DISK_RULES_FLAG | DM_UDEV_DISABLE_OTHER_RULES_FLAG)

bool gr_dm_built(void)
{
	return true;
}

/* What the library has to say comes back as errno. */
static void keep_quiet(int level, const char *file, int line, int code,
		       const char *fmt, ...)
{
	(void)level, (void)file, (void)line, (void)code, (void)fmt;
}

static struct dm_task *task_new(int type, const char *name)
{
	struct dm_task *task;

	dm_log_with_errno_init(keep_quiet);
	(void)dm_udev_set_sync_support(0); /* nobody is waited for */
	task = dm_task_create(type);
	if (task && name && !dm_task_set_name(task, name)) {
		dm_task_destroy(task);
		task = NULL;
	}
	return task;
}

static int task_run(struct dm_task *task)
{
	uint32_t cookie = 0;
	int err;

	if (!dm_task_set_cookie(task, &cookie, NO_RULES))
		return -ENOMEM;
	if (dm_task_run(task))
		return 0;
	err = dm_task_get_errno(task);
	return err ? -err : -EIO;
}

static int run_simple(int type, const char *name)
{
	struct dm_task *task = task_new(type, name);
	int ret;

	if (!task)
		return -ENOMEM;
	if (type == DM_DEVICE_REMOVE)
		(void)dm_task_retry_remove(task); /* somebody may look at it */
	ret = task_run(task);
	dm_task_destroy(task);
	return ret;
}

static int get_sectors(const char *path, uint64_t *sectors)
{
	int ret, fd = gr_open(path, O_RDONLY);

	if (fd < 0)
		return fd;
	ret = ioctl(fd, BLKGETSIZE64, sectors) ? -errno : 0;
	(void)gr_close(fd); /* only looked at */
	*sectors /= SECTOR;
	return ret == -ENOTTY ? -ENOTBLK : ret;
}

static int create(struct gr_dm *dm, const char *under, uint64_t sectors)
{
	struct dm_task *task = task_new(DM_DEVICE_CREATE, dm->name);
	struct dm_info info;
	char params[128];
	int ret = -ENOMEM;

	(void)snprintf(params, sizeof(params), "%s 0 %u", under, DELAY_MS);
	if (task && dm_task_add_target(task, 0, sectors, "delay", params))
		ret = task_run(task);
	if (!ret && !dm_task_get_info(task, &info))
		ret = -EIO;
	if (!ret)
		(void)snprintf(dm->node, sizeof(dm->node), "/dev/dm-%u",
			       info.minor);
	if (task)
		dm_task_destroy(task);
	return ret == -ENXIO ? -EBUSY : ret;
}

int gr_dm_hold(const char *name, const char *under, struct gr_dm *dm)
{
	uint64_t sectors = 0;
	int ret = get_sectors(under, &sectors);

	if (!ret && !gr_module_loaded("dm_delay"))
		ret = gr_module_load("dm_delay", NULL);
	if (ret)
		return ret == -ENOENT ? -ENODEV : ret;
	(void)snprintf(dm->name, sizeof(dm->name), "%s", name);
	ret = create(dm, under, sectors);
	if (ret == -EBUSY)
		dm->name[0] = '\0'; /* it is not this one's */
	else if (!ret)
		ret = gr_nd_wait_node(dm->node, 5 * GR_NSEC_PER_SEC);
	if (ret)
		(void)gr_dm_remove(dm); /* the first error counts */
	return ret;
}

/* Before it is suspended, dm-delay lets go all that it has. */
int gr_dm_flush(const struct gr_dm *dm)
{
	int ret = run_simple(DM_DEVICE_SUSPEND, dm->name);
	int resumed = run_simple(DM_DEVICE_RESUME, dm->name);

	return ret ? ret : resumed;
}

int gr_dm_remove(struct gr_dm *dm)
{
	int ret;

	if (!dm->name[0])
		return 0;
	ret = run_simple(DM_DEVICE_REMOVE, dm->name);
	dm->name[0] = '\0';
	dm_lib_release(); /* its descriptor */
	return ret == -ENXIO ? 0 : ret;
}
