// SPDX-License-Identifier: GPL-2.0-only
#include "guest/hold.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <linux/loop.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

bool hold_mount(const char *dev, const char *type)
{
	if (mkdir(HOLD_MOUNT_POINT, 0700) && errno != EEXIST)
		return false;
	/* Nothing shall write behind the back of the test. */
	if (mount(dev, HOLD_MOUNT_POINT, type, MS_NOATIME, "noinit_itable"))
		return false;
	sync();
	return true;
}

bool drop_mount(void)
{
	return !umount(HOLD_MOUNT_POINT);
}

static void hide_mount(const char *dev, const char *type, int ready)
{
	bool ok = !unshare(CLONE_NEWNS) &&
		  !mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) &&
		  hold_mount(dev, type);

	if (write(ready, ok ? "y" : "n", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

bool hold_hidden_mount(const char *dev, const char *type, pid_t *pid)
{
	char answer = 'n';
	int pipes[2];

	if (pipe(pipes))
		return false;
	*pid = fork();
	if (!*pid)
		hide_mount(dev, type, pipes[1]);
	close(pipes[1]);
	if (read(pipes[0], &answer, 1) != 1)
		answer = 'n';
	close(pipes[0]);
	return *pid > 0 && answer == 'y';
}

bool drop_hidden_mount(pid_t pid)
{
	return !kill(pid, SIGKILL) && waitpid(pid, NULL, 0) == pid;
}

/* One ioctl of device-mapper, with a target where it takes one. */
struct dm_request {
	struct dm_ioctl head;
	struct dm_target_spec spec;
	char params[64];
};

static bool dm_do(unsigned long cmd, struct dm_request *req)
{
	int fd = open("/dev/mapper/control", O_RDWR | O_CLOEXEC);
	bool ok;

	req->head.version[0] = DM_VERSION_MAJOR;
	req->head.data_size = sizeof(*req);
	req->head.data_start = sizeof(req->head);
	strcpy(req->head.name, "guards");
	ok = fd >= 0 && !ioctl(fd, cmd, req);
	close(fd);
	return ok;
}

bool hold_dm(const char *dev)
{
	struct dm_request create = {.head.flags = 0};
	struct dm_request table = {
		.head.target_count = 1,
		.spec.length = 2048,
		.spec.target_type = "linear",
	};
	struct dm_request resume = {.head.flags = 0};

	snprintf(table.params, sizeof(table.params), "%s 0", dev);
	return dm_do(DM_DEV_CREATE, &create) && dm_do(DM_TABLE_LOAD, &table) &&
	       dm_do(DM_DEV_SUSPEND, &resume); /* without the flag: resumes */
}

bool drop_dm(void)
{
	struct dm_request req = {.head.flags = 0};

	return dm_do(DM_DEV_REMOVE, &req);
}

bool hold_loop(const char *dev, int *fd)
{
	int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	int nr = control < 0 ? -1 : ioctl(control, LOOP_CTL_GET_FREE);
	int back = open(dev, O_RDWR | O_CLOEXEC);
	char path[32];
	bool ok;

	snprintf(path, sizeof(path), "/dev/loop%d", nr);
	*fd = nr < 0 ? -1 : open(path, O_RDWR | O_CLOEXEC);
	ok = *fd >= 0 && back >= 0 && !ioctl(*fd, LOOP_SET_FD, back);
	close(back);
	close(control);
	return ok;
}

bool drop_loop(int fd)
{
	bool ok = !ioctl(fd, LOOP_CLR_FD);

	return !close(fd) && ok;
}
