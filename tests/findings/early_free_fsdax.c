// SPDX-License-Identifier: GPL-2.0-only
/*
 * early_free_fsdax FILE NDDEV
 *
 * Does the kernel wait for a pinned page of a file on DAX when the namespace under
 * its file system goes away? One page of FILE is pinned by vmsplice(2), unmapped
 * and closed; a child unbinds NDDEV (pfn0.0, say) from the nd_pmem driver while the
 * page sits in the pipe. A sound kernel lets the unbind return only after the pipe
 * was closed. docs/findings.md tells the story. Destroys the device's
 * content, and kernels from 5.18 on can oops when the pipe is closed: run it in a
 * guest.
 *
 * Exit: 0 the kernel waited, 1 it did not, 2 the test could not be made.
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
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define UNBIND "/sys/bus/nd/drivers/nd_pmem/unbind"
#define PAGE 4096UL
/* An unbind takes some 0.1 s; one that waits for the pin takes for ever. */
#define HELD_MS 5000

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static double now_s(void)
{
	struct timespec ts;

	if (clock_gettime(CLOCK_MONOTONIC, &ts))
		die("clock_gettime");
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* pin() - one page of @path in a pipe, whose ends are @pipe_fd. */
static void pin(const char *path, int pipe_fd[2])
{
	struct iovec page = {.iov_len = PAGE};
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0)
		die(path);
	if (fallocate(fd, 0, 0, PAGE))
		die("fallocate");
	page.iov_base =
		mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (page.iov_base == MAP_FAILED)
		die("mmap");
	memset(page.iov_base, 0x5a, PAGE);
	if (fsync(fd) || pipe2(pipe_fd, O_CLOEXEC))
		die("fsync or pipe2");
	if (vmsplice(pipe_fd[1], &page, 1, 0) != (ssize_t)PAGE)
		die("vmsplice");
	if (munmap(page.iov_base, PAGE) || close(fd))
		die("munmap or close");
}

/* unbind_start() - a child that unbinds @nddev and holds no end of the pipe. */
static pid_t unbind_start(const char *nddev, const int pipe_fd[2])
{
	pid_t pid = fork();
	int fd;

	if (pid)
		return pid;
	if (close(pipe_fd[0]) || close(pipe_fd[1]))
		_exit(1);
	fd = open(UNBIND, O_WRONLY);
	_exit(fd < 0 || write(fd, nddev, strlen(nddev)) < 0);
}

/* ended() - does the child end within @ms? Its exit status must be 0. */
static int ended(pid_t pid, int ms)
{
	struct pollfd poll_fd = {.events = POLLIN};
	int status;
	int ret;

	poll_fd.fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (poll_fd.fd < 0)
		die("pidfd_open");
	ret = poll(&poll_fd, 1, ms);
	if (ret < 0 || close(poll_fd.fd))
		die("poll");
	if (!ret)
		return 0;
	if (waitpid(pid, &status, 0) < 0)
		die("waitpid");
	if (status) {
		fprintf(stderr, "cannot unbind through '%s'\n", UNBIND);
		exit(2);
	}
	return 1;
}

int main(int argc, char *argv[])
{
	int pipe_fd[2];
	double start;
	int early;
	pid_t pid;

	if (argc != 3) {
		fprintf(stderr, "Usage: %s FILE NDDEV\n", argv[0]);
		return 2;
	}
	(void)setvbuf(stdout, NULL, _IONBF, 0); /* cosmetic */
	pin(argv[1], pipe_fd);
	start = now_s();
	pid = unbind_start(argv[2], pipe_fd);
	if (pid < 0)
		die("fork");
	early = ended(pid, HELD_MS);
	printf("the unbind of %s %s after %.3f s, a page still pinned\n",
	       argv[2], early ? "RETURNED" : "is waiting", now_s() - start);
	printf("unpinning\n");
	start = now_s();
	if (close(pipe_fd[0]) || close(pipe_fd[1]))
		die("close");
	if (early)
		return 1;
	if (!ended(pid, HELD_MS)) {
		printf("the unbind never returned after the unpin\n");
		return 2;
	}
	printf("the unbind returned %.3f s after the unpin\n", now_s() - start);
	return 0;
}
