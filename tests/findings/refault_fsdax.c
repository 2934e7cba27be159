// SPDX-License-Identifier: GPL-2.0-only
/*
 * refault_fsdax FILE
 *
 * Does truncate return once the last pin of a file's page is dropped, although the
 * page was touched again meanwhile? FILE, on a file system with dax=always, is made,
 * mapped, and one page of it pinned by a pipe; a child truncates it, and has to wait.
 * The page is touched, which faults it in anew, and then the pipe is closed. A sound
 * kernel lets the truncate return; one with the bug waits until the page is mapped
 * by nobody. docs/findings.md tells the story.
 *
 * Exit: 0 the truncate returned, 1 it did not, 2 the test could not be made.
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
#include <unistd.h>

#define PAGE 4096UL
/* In this time a truncate that does not wait has long returned. */
#define EARLY_MS 1000
/* A truncate that is woken takes milliseconds. */
#define WAIT_MS 5000

static void die(const char *what)
{
	perror(what);
	exit(2);
}

/* map_file() - one page of @path, which has been written. */
static char *map_file(const char *path)
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

static void pin(char *page, int pipe_fd[2])
{
	struct iovec iov = {.iov_base = page, .iov_len = PAGE};

	if (pipe2(pipe_fd, O_CLOEXEC))
		die("pipe2");
	if (vmsplice(pipe_fd[1], &iov, 1, 0) != (ssize_t)PAGE)
		die("vmsplice");
}

/* The child has no part of the mapping, and no end of the pipe. */
static pid_t truncate_start(const char *path, char *page, const int pipe_fd[2])
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (pid)
		return pid;
	if (munmap(page, PAGE) || close(pipe_fd[0]) || close(pipe_fd[1]))
		_exit(1);
	_exit(truncate(path, 0) ? 1 : 0);
}

/* ended() - does the child end within @ms? Its exit status must be 0. */
static int ended(pid_t pid, int ms)
{
	struct pollfd poll_fd = {.events = POLLIN};
	int ret, status;

	poll_fd.fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (poll_fd.fd < 0)
		die("pidfd_open");
	ret = poll(&poll_fd, 1, ms);
	if (ret < 0 || close(poll_fd.fd))
		die("poll");
	if (!ret)
		return 0;
	if (waitpid(pid, &status, 0) < 0 || status) {
		fprintf(stderr, "the truncate failed\n");
		exit(2);
	}
	return 1;
}

int main(int argc, char *argv[])
{
	int pipe_fd[2];
	char *page;
	pid_t pid;

	if (argc != 2) {
		fprintf(stderr, "usage: %s FILE\n", argv[0]);
		return 2;
	}
	(void)setvbuf(stdout, NULL, _IONBF, 0); /* cosmetic */
	page = map_file(argv[1]);
	pin(page, pipe_fd);
	pid = truncate_start(argv[1], page, pipe_fd);
	if (ended(pid, EARLY_MS)) {
		printf("the truncate returned while the page was pinned\n");
		return 2;
	}
	*(volatile char *)page = 1;
	if (close(pipe_fd[0]) || close(pipe_fd[1]))
		die("close");
	if (ended(pid, WAIT_MS)) {
		printf("the truncate returned after the unpin\n");
		return 0;
	}
	printf("the truncate is STILL WAITING, and nobody pins the page\n");
	if (munmap(page, PAGE))
		die("munmap");
	if (ended(pid, WAIT_MS))
		printf("it returned after the munmap\n");
	else
		printf("it goes on waiting after the munmap\n");
	return 1;
}
