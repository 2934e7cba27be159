// SPDX-License-Identifier: GPL-2.0-only
/*
 * lost_wakeup_fsdax FILE SLOWDEV
 *
 * Does truncate return once the last pin of a file's page is dropped? FILE, on a
 * file system with dax=always, is made, mapped, and one page of it written to
 * SLOWDEV by O_DIRECT. The device takes a second for that, in which truncate has
 * to wait for the page. A sound kernel lets it return when the I/O is over; one
 * with the bug never wakes it, until another pin of that page is dropped in another
 * way. docs/findings.md tells the story. A slow device is
 *
 *	modprobe null_blk nr_devices=1 irqmode=2 completion_nsec=1000000000
 *
 * Exit: 0 the truncate returned, 1 it did not, 2 the test could not be made.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096UL
/* less than the device takes */
#define EARLY_MS 300
/* A truncate that is woken takes milliseconds. */
#define WAIT_MS 5000

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
	if (close(fd))
		die("close");
	return map;
}

/* io_start() - write the page to @dev; it is pinned when this returns. */
static aio_context_t io_start(const char *dev, void *page)
{
	struct iocb cb = {
		.aio_lio_opcode = IOCB_CMD_PWRITE,
		.aio_buf = (uint64_t)(uintptr_t)page,
		.aio_nbytes = PAGE,
	};
	struct iocb *list[] = {&cb};
	aio_context_t ctx = 0;
	int fd = open(dev, O_WRONLY | O_DIRECT | O_CLOEXEC);

	if (fd < 0)
		die(dev);
	cb.aio_fildes = (uint32_t)fd;
	if (syscall(SYS_io_setup, 1, &ctx) ||
	    syscall(SYS_io_submit, ctx, 1, list) != 1)
		die("io_submit");
	return ctx;
}

/* io_wait() - until the I/O is over, and the page unpinned. */
static void io_wait(aio_context_t ctx)
{
	struct io_event event;
	long nr;

	do {
		nr = syscall(SYS_io_getevents, ctx, 1, 1, &event, NULL);
	} while (nr < 0 && errno == EINTR);
	if (nr != 1 || event.res != (int64_t)PAGE)
		die("the write");
}

static pid_t truncate_start(const char *path)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (!pid)
		_exit(truncate(path, 0) ? 1 : 0);
	return pid;
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
		fprintf(stderr, "truncate failed\n");
		exit(2);
	}
	return 1;
}

/* pin_otherwise() - pin and unpin the page by way of a pipe. */
static void pin_otherwise(void *page)
{
	struct iovec iov = {.iov_base = page, .iov_len = PAGE};
	int pipe_fd[2];

	if (pipe2(pipe_fd, O_CLOEXEC))
		die("pipe2");
	if (vmsplice(pipe_fd[1], &iov, 1, 0) != (ssize_t)PAGE)
		die("vmsplice");
	if (close(pipe_fd[0]) || close(pipe_fd[1]))
		die("close");
}

int main(int argc, char *argv[])
{
	aio_context_t ctx;
	double start;
	void *page;
	pid_t pid;

	if (argc != 3) {
		fprintf(stderr, "Usage: %s FILE SLOWDEV\n", argv[0]);
		return 2;
	}
	(void)setvbuf(stdout, NULL, _IONBF, 0); /* cosmetic */
	page = map_file(argv[1]);
	ctx = io_start(argv[2], page);
	pid = truncate_start(argv[1]);
	if (ended(pid, EARLY_MS)) {
		printf("the truncate returned while the page was pinned\n");
		return 2;
	}
	io_wait(ctx);
	start = now_s();
	if (ended(pid, WAIT_MS)) {
		printf("the truncate returned %.3f s after the unpin\n",
		       now_s() - start);
		return 0;
	}
	printf("the truncate is STILL WAITING %.3f s after the unpin\n",
	       now_s() - start);
	pin_otherwise(page);
	start = now_s();
	if (!ended(pid, WAIT_MS)) {
		printf("and goes on waiting\n");
		return 2;
	}
	printf("it returned %.3f s after another pin was dropped\n",
	       now_s() - start);
	return 1;
}
