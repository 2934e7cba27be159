// SPDX-License-Identifier: GPL-2.0-only
/*
 * mapping_survives_fsdax FILE NDDEV DIR
 *
 * Does a mapping of a file on DAX end when the namespace under its file system
 * goes away? A child maps FILE and touches it; NDDEV (pfn0.0, say) is unbound from
 * the nd_pmem driver; then the child tries to reach the page again. A sound kernel
 * gives it an error or ends it. What comes after that, the munmap and the umount of
 * DIR, can oops: run it in a guest. It destroys what is on the device.
 * docs/findings.md tells the story.
 *
 * Exit: 0 the mapping has ended, 1 it has not, 2 the test could not be made.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define UNBIND "/sys/bus/nd/drivers/nd_pmem/unbind"
#define PAGE 4096UL
/* A munmap takes microseconds; one that has died with a lock held, for ever. */
#define UNMAP_MS 5000

static void die(const char *what)
{
	perror(what);
	exit(2);
}

/* map_file() - one page of @path, which has been written. */
static void *map_file(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	char *map;

	if (fd < 0)
		die(path);
	if (fallocate(fd, 0, 0, PAGE))
		die("fallocate");
	map = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		die("mmap");
	memset(map, 0x5a, PAGE);
	if (fsync(fd) || close(fd))
		die("fsync or close");
	return map;
}

/* reaches() - can the page be read? By write(2), which gives EFAULT if not. */
static int reaches(const char *page)
{
	int pipe_fd[2];
	ssize_t n;

	if (pipe2(pipe_fd, O_CLOEXEC))
		die("pipe2");
	n = write(pipe_fd[1], page, 1);
	if (close(pipe_fd[0]) || close(pipe_fd[1]))
		die("close");
	return n == 1;
}

/* hold() - the child: map, say so, wait, look. */
static void hold(const char *path, int ready, int go)
{
	char *page = map_file(path);
	char word = 'r';
	int alive;

	if (write(ready, &word, 1) != 1 || read(go, &word, 1) != 1)
		die("a pipe");
	alive = reaches(page);
	printf("the old mapping %s\n",
	       alive ? "STILL REACHES MEMORY" : "gives an error");
	printf("unmapping\n");
	if (munmap(page, PAGE))
		die("munmap");
	_exit(alive);
}

static void unbind(const char *nddev)
{
	int fd = open(UNBIND, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, nddev, strlen(nddev)) < 0 || close(fd))
		die(UNBIND);
	printf("%s is unbound\n", nddev);
}

/* judge() - what the child saw; one that the kernel holds on to saw enough. */
static int judge(pid_t pid)
{
	struct pollfd poll_fd = {.events = POLLIN};
	int status;

	poll_fd.fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (poll_fd.fd < 0)
		die("pidfd_open");
	if (poll(&poll_fd, 1, UNMAP_MS) != 1) {
		printf("the munmap does not come back\n");
		exit(1);
	}
	if (waitpid(pid, &status, 0) < 0)
		die("waitpid");
	if (!WIFSIGNALED(status))
		return WEXITSTATUS(status);
	printf("the process that maps it was killed by signal %d\n",
	       WTERMSIG(status));
	return 0;
}

int main(int argc, char *argv[])
{
	int ready[2];
	int go[2];
	pid_t pid;
	int ret;
	char word;

	if (argc != 4) {
		fprintf(stderr, "Usage: %s FILE NDDEV DIR\n", argv[0]);
		return 2;
	}
	(void)setvbuf(stdout, NULL, _IONBF, 0); /* cosmetic */
	if (pipe2(ready, O_CLOEXEC) || pipe2(go, O_CLOEXEC))
		die("pipe2");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid)
		hold(argv[1], ready[1], go[0]);
	if (close(ready[1]) || read(ready[0], &word, 1) != 1)
		die("the child");
	unbind(argv[2]);
	/* it may have been killed: then nobody reads this */
	if (write(go[1], &word, 1) != 1)
		die("the child");
	ret = judge(pid);
	printf("unmounting\n");
	if (umount2(argv[3], 0))
		perror("umount");
	printf("all is over\n");
	return ret;
}
