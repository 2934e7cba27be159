// SPDX-License-Identifier: GPL-2.0-only
#include "sys/nullblk.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/size.h"
#include "sys/call.h"
#include "sys/module.h"
#include "sys/nd.h"
#include "sys/sysfs.h"

#define CONFIG_DIR "/sys/kernel/config/nullb"

static int set(const char *name, const char *attr, const char *value)
{
	return gr_sysfs_write(value, CONFIG_DIR "/%s/%s", name, attr);
}

static int read_index(const char *name)
{
	char text[16];
	int ret =
		gr_sysfs_read(text, sizeof(text), CONFIG_DIR "/%s/index", name);

	return ret ? ret : atoi(text);
}

/* Attributes that a kernel lacks or refuses are not needed everywhere. */
static int configure(const struct gr_nullblk_spec *spec)
{
	char mib[24];
	int ret;

	(void)snprintf(mib, sizeof(mib), "%llu",
		       (unsigned long long)(spec->size_bytes / GR_MIB));
	ret = set(spec->name, "size", mib);
	if (ret)
		return ret;
	ret = set(spec->name, "blocksize", "512");
	if (ret)
		return ret;
	if (spec->memory_backed)
		ret = set(spec->name, "memory_backed", "1");
	if (ret)
		return ret;
	if (set(spec->name, "queue_mode", "0"))
		(void)set(spec->name, "irqmode", "0"); /* blk-mq: inline */
	ret = set(spec->name, "power", "1");
	if (ret == -EINVAL && !set(spec->name, "queue_mode", "2"))
		ret = set(spec->name, "power", "1"); /* no bio path any more */
	return ret;
}

/* The disk carries the folder's name, in older kernels a number. */
static void name_node(const char *name, char *dev, size_t len)
{
	if (!gr_sysfs_exists("/sys/block/%s", name))
		(void)snprintf(dev, len, "/dev/nullb%d", read_index(name));
	else
		(void)snprintf(dev, len, "/dev/%s", name);
}

int gr_nullblk_make(const struct gr_nullblk_spec *spec, char *dev, size_t len)
{
	char dir[128];
	int ret;

	ret = gr_module_load("null_blk", "nr_devices=0");
	if (ret)
		return gr_err(ret, "cannot load module 'null_blk'");
	(void)gr_nullblk_remove(spec->name); /* of a run that was killed */
	(void)snprintf(dir, sizeof(dir), CONFIG_DIR "/%s", spec->name);
	ret = gr_mkdir(dir, 0755);
	if (ret)
		return gr_err(ret, "cannot make null_blk device '%s'", dir);
	ret = configure(spec);
	if (ret)
		goto err_rmdir;
	name_node(spec->name, dev, len);
	ret = gr_nd_wait_node(dev, 5 * GR_NSEC_PER_SEC);
	if (!ret)
		return 0;
err_rmdir:
	(void)gr_nullblk_remove(spec->name); /* the first error counts */
	return gr_err(ret, "cannot set up null_blk device '%s'", spec->name);
}

bool gr_nullblk_exists(const char *name)
{
	return gr_sysfs_exists(CONFIG_DIR "/%s", name);
}

int gr_nullblk_remove(const char *name)
{
	char dir[128];
	int ret;

	(void)snprintf(dir, sizeof(dir), CONFIG_DIR "/%s", name);
	if (gr_exists(dir))
		return 0;
	(void)set(name, "power", "0"); /* rmdir powers off as well */
	ret = gr_rmdir(dir);
	return ret == -ENOENT ? 0 : ret;
}
