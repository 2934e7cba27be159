// SPDX-License-Identifier: GPL-2.0-only
#include "sys/boot.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/call.h"
#include "sys/fd.h"
#include "sys/file.h"
#include "sys/guest.h"

bool gr_guest_is_init(void)
{
	return getpid() == 1 && gr_in_guest();
}

int gr_guest_mount(const char *type, const char *where)
{
	int ret = gr_mkdirs(where);

	if (ret)
		return ret;
	return mount(type, where, type, 0, NULL) ? -errno : 0;
}

int gr_guest_load(const char *path, const char *params)
{
	int fd = gr_open(path, O_RDONLY);
	int ret = 0;

	if (fd < 0)
		return fd;
	if (syscall(SYS_finit_module, fd, params, 0) && errno != EEXIST)
		ret = -errno;
	gr_fd_close(fd);
	return ret;
}

int gr_guest_stdio(const char *path, bool control)
{
	int fd, ret = 0;

	if (control && setsid() < 0 && errno != EPERM)
		return -errno;
	fd = open(path, O_RDWR | O_NOCTTY);
	if (fd < 0)
		return -errno;
	if (control && ioctl(fd, TIOCSCTTY, 1))
		ret = -errno;
	for (int i = 0; !ret && i <= STDERR_FILENO; i++)
		if (dup2(fd, i) < 0)
			ret = -errno;
	if (fd > STDERR_FILENO)
		gr_fd_close(fd);
	return ret;
}

void gr_guest_power_off(void)
{
	int fd = gr_open("/proc/sysrq-trigger", O_WRONLY);

	if (fd >= 0)
		(void)gr_fd_write_all(fd, "b", 1); /* else by reboot(2) */
	(void)reboot(RB_AUTOBOOT); /* nothing is left to try */
	for (;;)
		(void)pause(); /* the host's timeout ends it */
}
