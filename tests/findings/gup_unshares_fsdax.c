// SPDX-License-Identifier: GPL-2.0-only
/*
 * gup_unshares_fsdax FILE
 *
 * Does get_user_pages come back from a page that was made from a shared one? FILE, on
 * XFS with reflink and dax=always, is written and cloned (FICLONE). One page of it is
 * mapped, read, and written to, so that it gets a block of its own, and synced, so
 * that it is mapped read-only. Then a child pins that page for reading
 * (process_vm_readv of itself). A sound kernel pins it at once; one with the bug
 * leaves the child running in the kernel until it is killed. docs/findings.md tells
 * the story.
 *
 * Exit: 0 the call came back, 1 it did not, 2 the test could not be made.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <fcntl.h>
#include <linux/fs.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096UL
/* The call takes microseconds. */
#define STUCK_MS 3000
#define KILL_MS 5000

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static int create(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0)
		die(path);
	return fd;
}

/* make_shared() - @path, one page, whose block belongs to a second file as well. */
static int make_shared(const char *path)
{
	char page[PAGE], other[512];
	int fd = create(path), clone;

	memset(page, 0x5a, sizeof(page));
	if (write(fd, page, PAGE) != (ssize_t)PAGE || fsync(fd))
		die("write");
	(void)snprintf(other, sizeof(other), "%s.clone", path);
	clone = create(other);
	if (ioctl(clone, FICLONE, fd))
		die("FICLONE");
	if (close(clone))
		die("close");
	return fd;
}

static pid_t pin_start(char *page)
{
	char byte;
	struct iovec to = {&byte, 1}, from = {page, 1};
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (!pid)
		_exit(process_vm_readv(getpid(), &to, 1, &from, 1, 0) != 1);
	return pid;
}

/* ended() - does the child end within @ms? */
static int ended(pid_t pid, int ms)
{
	struct pollfd poll_fd = {.events = POLLIN};
	int ret;

	poll_fd.fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (poll_fd.fd < 0)
		die("pidfd_open");
	ret = poll(&poll_fd, 1, ms);
	if (ret < 0 || close(poll_fd.fd))
		die("poll");
	return ret;
}

int main(int argc, char *argv[])
{
	char *page;
	int fd, status;
	pid_t pid;

	if (argc != 2) {
		fprintf(stderr, "usage: %s FILE\n", argv[0]);
		return 2;
	}
	(void)setvbuf(stdout, NULL, _IONBF, 0); /* cosmetic */
	fd = make_shared(argv[1]);
	page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (page == MAP_FAILED)
		die("mmap");
	if (*(volatile char *)page != 0x5a) {
		fprintf(stderr, "the file does not hold what was written\n");
		return 2;
	}
	*page = 0x5b;
	if (fsync(fd))
		die("fsync");
	pid = pin_start(page);
	if (!ended(pid, STUCK_MS)) {
		printf("the pin of a shared page DOES NOT COME BACK\n");
		if (kill(pid, SIGKILL))
			die("kill");
		printf("SIGKILL %s it\n",
		       ended(pid, KILL_MS) ? "ends" : "DOES NOT END");
		return 1;
	}
	if (waitpid(pid, &status, 0) < 0)
		die("waitpid");
	if (status) {
		fprintf(stderr, "process_vm_readv failed\n");
		return 2;
	}
	printf("the pin of a shared page came back\n");
	return 0;
}
