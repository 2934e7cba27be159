// SPDX-License-Identifier: GPL-2.0-only
/*
 * remote_wakeup_fsdax FILE
 *
 * Does truncate return once the last pin of a file's page is dropped, where that pin is
 * of the access to another process's memory? One page of FILE, on a file system with
 * dax=always, is mapped. A child reads it again and again through /proc/PID/mem, which
 * pins it for the time of a copy each. Meanwhile the file is truncated, and written
 * again, many times. A truncate that meets such a pin waits for it. On a sound kernel
 * it is woken; on one with the bug it never is, though nobody has the page any more.
 * Chance decides which truncate it is. (One that returns once nobody maps the page
 * has another bug, that of refault_fsdax.) docs/findings.md tells the story.
 *
 * Exit: 0 each truncate returned, 1 one did not, 2 the test could not be made.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096UL
#define TRIES 20000
/* A truncate takes milliseconds. */
#define WAIT_MS 5000

/* What the children tell. */
struct shared {
	unsigned long nr_read; /* times that the page could be */
	bool cuts; /* a truncate is under way */
};

static void die(const char *what)
{
	perror(what);
	exit(2);
}

/* map_file() - a page of @fd, which is made. */
static char *map_file(const char *path, int *fd)
{
	char *page;

	*fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (*fd < 0)
		die(path);
	page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, *fd, 0);
	if (page == MAP_FAILED)
		die("mmap");
	return page;
}

/* read_on() - a child, until it is killed; it counts what it could read. */
static void read_on(const char *page, volatile struct shared *shared)
{
	char path[64], buf[PAGE];
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/mem", (int)getppid());
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		_exit(2);
	while (true)
		if (pread(fd, buf, PAGE, (off_t)(unsigned long)page) > 0)
			++shared->nr_read;
}

/* cut_on() - another child: the page is being read when the file is cut. */
static void cut_on(int fd, int done, volatile struct shared *shared)
{
	static const char text[PAGE] = {0x5a};

	for (int i = 0; i < TRIES; i++) {
		unsigned long before = shared->nr_read;

		if (pwrite(fd, text, PAGE, 0) != (ssize_t)PAGE)
			_exit(2);
		while (shared->nr_read < before + 2)
			;
		shared->cuts = true;
		if (ftruncate(fd, 0))
			_exit(2);
		shared->cuts = false;
		if (write(done, "", 1) != 1)
			_exit(2);
	}
	_exit(0);
}

static pid_t start(void)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	return pid;
}

static void end(pid_t pid)
{
	if (kill(pid, SIGKILL) || waitpid(pid, NULL, 0) < 0)
		die("kill");
}

/* next() - is one more truncate over within its time? -1 no, 0 there are no more. */
static int next(int done)
{
	struct pollfd poll_fd = {.fd = done, .events = POLLIN};
	char byte;
	int ret = poll(&poll_fd, 1, WAIT_MS);

	if (ret < 0)
		die("poll");
	return ret ? (int)read(done, &byte, 1) : -1;
}

int main(int argc, char *argv[])
{
	volatile struct shared *shared;
	int fd, done[2], ret, nr = 0;
	pid_t reader, cutter;
	char *page;

	if (argc != 2) {
		fprintf(stderr, "usage: %s FILE\n", argv[0]);
		return 2;
	}
	(void)setvbuf(stdout, NULL, _IONBF, 0); /* cosmetic */
	page = map_file(argv[1], &fd);
	shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		die("mmap");
	reader = start();
	if (!reader)
		read_on(page, shared);
	if (pipe2(done, O_CLOEXEC))
		die("pipe2");
	cutter = start();
	if (!cutter)
		cut_on(fd, done[1], shared);
	if (close(done[1]))
		die("close");
	while ((ret = next(done[0])) > 0)
		nr++;
	if (ret < 0 && (!shared->cuts || waitpid(reader, NULL, WNOHANG))) {
		fprintf(stderr, "the page cannot be read\n");
		return 2;
	}
	end(reader);
	if (!ret && nr == TRIES) {
		printf("all of %d truncates returned\n", nr);
		return 0;
	}
	if (!ret) {
		fprintf(stderr, "a truncate failed\n");
		return 2;
	}
	if (munmap(page, PAGE))
		die("munmap");
	if (next(done[0]) >= 0) {
		printf("truncate %d waited for the mapping of the page\n",
		       nr + 1);
		end(cutter);
		return 0;
	}
	printf("truncate %d is STILL WAITING, and nobody has the page\n",
	       nr + 1);
	end(cutter);
	return 1;
}
