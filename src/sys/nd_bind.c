// SPDX-License-Identifier: GPL-2.0-only
/*
 * The nd bus without libndctl: bind, unbind, and nodes as they appear.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/clock.h"
#include "sys/nd.h"
#include "sys/sysfs.h"

#define DRIVERS "/sys/bus/nd/drivers"

const char *gr_nd_driver(const struct gr_nd_info *info)
{
	return info->mode == GR_ND_DEVDAX ? "dax_pmem" : "nd_pmem";
}

int gr_nd_unbind(const char *driver, const char *nd_dev)
{
	return gr_sysfs_write(nd_dev, DRIVERS "/%s/unbind", driver);
}

int gr_nd_bind(const char *driver, const char *nd_dev)
{
	return gr_sysfs_write(nd_dev, DRIVERS "/%s/bind", driver);
}

static int watch_folder(int fd, const char *path)
{
	char dir[PATH_MAX];
	const char *slash = strrchr(path, '/');

	if (!slash || slash == path || slash - path >= PATH_MAX)
		return -EINVAL;
	memcpy(dir, path, (size_t)(slash - path));
	dir[slash - path] = '\0';
	if (inotify_add_watch(fd, dir, IN_CREATE | IN_ATTRIB | IN_MOVED_TO) < 0)
		return -errno;
	return 0;
}

/* Which event it was does not matter: the caller looks for itself. */
static int wait_event(int fd, uint64_t deadline_ns)
{
	char events[4096];
	struct pollfd pfd = {.fd = fd, .events = POLLIN};
	uint64_t now = gr_now_ns();
	struct timespec left;
	int n;

	if (now >= deadline_ns)
		return -ETIMEDOUT;
	left.tv_sec = (time_t)((deadline_ns - now) / GR_NSEC_PER_SEC);
	left.tv_nsec = (long)((deadline_ns - now) % GR_NSEC_PER_SEC);
	n = ppoll(&pfd, 1, &left, NULL);
	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	if (n > 0 && read(fd, events, sizeof(events)) < 0 && errno != EINTR)
		return -errno;
	return 0;
}

static bool is_there(const char *path)
{
	return !access(path, R_OK | W_OK);
}

int gr_nd_wait_node(const char *path, uint64_t timeout_ns)
{
	uint64_t deadline_ns = gr_now_ns() + timeout_ns;
	int fd, ret;

	if (is_there(path))
		return 0;
	fd = inotify_init1(IN_CLOEXEC);
	if (fd < 0)
		return -errno;
	ret = watch_folder(fd, path);
	while (!ret && !is_there(path))
		ret = wait_event(fd, deadline_ns);
	(void)close(fd); /* was only read */
	return ret;
}
