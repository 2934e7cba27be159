// SPDX-License-Identifier: GPL-2.0-only
/*
 * unmapped_pin_fsdax unlink|truncate FILE OTHER
 *
 * Does the kernel wait for a pinned page of a file on DAX that nobody maps or has
 * open any more, when the file's blocks are freed? One page of FILE is pinned by
 * vmsplice(2), unmapped and closed; a child removes FILE, or truncates it, while the
 * page sits in the pipe. If that returns, OTHER, a file on the same file system, is
 * filled until there is no room left, and the pipe is read: does it hold what FILE
 * held, or what OTHER was given? docs/findings.md tells the story.
 *
 * Exit: 0 the kernel waited, 1 it did not, 2 the test could not be made.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096UL
#define CHUNK (1UL << 20)
/* so large that whoever fills the file system gets blocks of it */
#define FILE_BYTES (64UL << 20)
#define OURS 0x5a
#define THEIRS 0xc3
/* It takes milliseconds; one that waits for the pin takes for ever. */
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
	if (fallocate(fd, 0, 0, FILE_BYTES))
		die("fallocate");
	page.iov_base =
		mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (page.iov_base == MAP_FAILED)
		die("mmap");
	memset(page.iov_base, OURS, PAGE);
	if (fsync(fd) || pipe2(pipe_fd, O_CLOEXEC))
		die("fsync or pipe2");
	if (vmsplice(pipe_fd[1], &page, 1, 0) != (ssize_t)PAGE)
		die("vmsplice");
	if (munmap(page.iov_base, PAGE) || close(fd))
		die("munmap or close");
}

/* free_start() - a child that frees @path's blocks and has no end of the pipe. */
static pid_t free_start(const char *how, const char *path, const int pipe_fd[2])
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (pid)
		return pid;
	if (close(pipe_fd[0]) || close(pipe_fd[1]))
		_exit(1);
	if (!strcmp(how, "unlink"))
		_exit(unlink(path) ? 1 : 0);
	_exit(truncate(path, 0) ? 1 : 0);
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
		fprintf(stderr, "it failed\n");
		exit(2);
	}
	return 1;
}

static unsigned long free_bytes(int fd)
{
	struct statvfs st;

	if (fstatvfs(fd, &st))
		die("fstatvfs");
	return st.f_bfree * st.f_frsize;
}

/* wait_free() - XFS frees an inode's blocks by a worker; until it has. */
static void wait_free(int fd, unsigned long bytes)
{
	double until = now_s() + HELD_MS / 1e3;

	while (free_bytes(fd) < bytes && now_s() < until)
		(void)poll(NULL, 0, 10); /* a pause */
	/* freed blocks can be had again when their transaction is on disk */
	sync();
}

/* fill() - give the file @fd all blocks that are free. */
static void fill(int fd)
{
	char *chunk = malloc(CHUNK);
	size_t len = CHUNK;

	if (!chunk)
		die("malloc");
	memset(chunk, THEIRS, CHUNK);
	while (len >= PAGE) {
		if (write(fd, chunk, len) > 0)
			continue;
		if (errno != ENOSPC)
			die("write");
		len /= 2;
	}
	free(chunk);
	if (fsync(fd) || close(fd))
		die("fsync or close");
}

/* drop() - read the pinned page, which unpins it. */
static void drop(const int pipe_fd[2])
{
	unsigned char page[PAGE];

	if (read(pipe_fd[0], page, PAGE) != (ssize_t)PAGE)
		die("read");
	printf("the pinned page holds %s\n", page[0] == OURS ? "what it held"
					     : page[0] == THEIRS
						     ? "ANOTHER FILE'S DATA"
						     : "something else");
	if (close(pipe_fd[0]) || close(pipe_fd[1]))
		die("close");
}

int main(int argc, char *argv[])
{
	unsigned long had_free;
	int pipe_fd[2];
	double start;
	int other;
	int early;
	pid_t pid;

	if (argc != 4 ||
	    (strcmp(argv[1], "unlink") && strcmp(argv[1], "truncate"))) {
		fprintf(stderr, "Usage: %s unlink|truncate FILE OTHER\n",
			argv[0]);
		return 2;
	}
	(void)setvbuf(stdout, NULL, _IONBF, 0); /* cosmetic */
	other = open(argv[3], O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (other < 0)
		die(argv[3]);
	pin(argv[2], pipe_fd);
	had_free = free_bytes(other);
	start = now_s();
	pid = free_start(argv[1], argv[2], pipe_fd);
	early = ended(pid, HELD_MS);
	printf("the %s %s after %.3f s, a page still pinned\n", argv[1],
	       early ? "RETURNED" : "is waiting", now_s() - start);
	if (early) {
		wait_free(other, had_free + FILE_BYTES / 2);
		fill(other);
	}
	drop(pipe_fd);
	if (early)
		return 1;
	start = now_s();
	if (!ended(pid, HELD_MS)) {
		printf("the %s never returned after the unpin\n", argv[1]);
		return 2;
	}
	printf("the %s returned %.3f s after the unpin\n", argv[1],
	       now_s() - start);
	return 0;
}
