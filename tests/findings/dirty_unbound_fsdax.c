// SPDX-License-Identifier: GPL-2.0-only
/*
 * dirty_unbound_fsdax FILE NDDEV
 *
 * May a mapped file be written to when its device has gone? Two pages of FILE, a file on
 * DAX, are mapped, and the first is written and synced. NDDEV (pfn0.0, say) is unbound
 * from the nd_pmem driver; then a child writes to the second page, which it has not
 * touched before. A sound kernel gives it a signal and is silent. Run it in a guest: what
 * is unbound is lost. docs/findings.md tells the story.
 *
 * Exit: 0 the log is silent, 1 the kernel warned, 2 the test could not be made.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define UNBIND "/sys/bus/nd/drivers/nd_pmem/unbind"
#define PAGE 4096UL

static void die(const char *what)
{
	perror(what);
	exit(2);
}

/* map_file() - two pages of @path; the inode is clean. */
static char *map_file(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	char *map;

	if (fd < 0)
		die(path);
	if (fallocate(fd, 0, 0, 2 * PAGE))
		die("fallocate");
	map = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		die("mmap");
	memset(map, 0x5a, PAGE);
	if (fsync(fd) || close(fd))
		die("fsync or close");
	return map;
}

static void unbind(const char *nddev)
{
	int fd = open(UNBIND, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, nddev, strlen(nddev)) < 0 || close(fd))
		die(UNBIND);
	printf("%s is unbound\n", nddev);
}

/* write_to() - by a child, which may be given a signal. */
static void write_to(char *page)
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		die("fork");
	if (!pid) {
		*(volatile char *)page = 1;
		_exit(0);
	}
	if (waitpid(pid, &status, 0) != pid)
		die("waitpid");
	if (WIFSIGNALED(status))
		printf("the write to a new page gives signal %d\n",
		       WTERMSIG(status));
	else
		printf("the write to a new page SUCCEEDS\n");
}

/* warned() - what the log says since @kmsg was opened. */
static int warned(int kmsg)
{
	char line[8192];
	int found = 0;
	ssize_t n;

	while ((n = read(kmsg, line, sizeof(line) - 1)) > 0) {
		line[n] = '\0';
		if (strstr(line, "WARNING: ")) {
			printf("the kernel WARNS: %s", strstr(line, "WARNING"));
			found = 1;
		}
	}
	return found;
}

int main(int argc, char *argv[])
{
	char *map;
	int kmsg, ret;

	if (argc != 3) {
		fprintf(stderr, "usage: dirty_unbound_fsdax FILE NDDEV\n");
		return 2;
	}
	setlinebuf(stdout);
	kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (kmsg < 0 || lseek(kmsg, 0, SEEK_END) < 0)
		die("/dev/kmsg");
	map = map_file(argv[1]);
	unbind(argv[2]);
	write_to(map + PAGE);
	ret = warned(kmsg);
	if (!ret)
		printf("the log is silent\n");
	return ret;
}
