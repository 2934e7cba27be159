// SPDX-License-Identifier: GPL-2.0-only
/*
 * release_pinned_hmm /dev/hmm_dmirrorN
 *
 * A page of private memory migrates to a coherent device of test_hmm and is pinned there,
 * by vmsplice. Another process asks the driver to release all that the device has, which
 * has to wait for the pin. Then the pin is dropped: does the release return? The page is
 * still mapped, and could migrate. docs/findings.md, entry 14, tells the story.
 *
 * Exit: 0 the release returned after the unpin, 1 it did not, 2 the test could not be
 * made.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096

/* lib/test_hmm_uapi.h of Linux 6.0 and later */
struct hmm_dmirror_cmd {
	uint64_t addr;
	uint64_t ptr;
	uint64_t npages;
	uint64_t cpages;
	uint64_t faults;
};

#define MIGRATE_TO_DEV _IOWR('H', 0x02, struct hmm_dmirror_cmd)
#define RELEASE _IOWR('H', 0x07, struct hmm_dmirror_cmd)

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static int ask(int fd, unsigned long request, void *page, void *copy)
{
	struct hmm_dmirror_cmd cmd = {
		.addr = (uintptr_t)page,
		.ptr = (uintptr_t)copy,
		.npages = 1,
	};

	return ioctl(fd, request, &cmd);
}

static void *a_page(void)
{
	void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		die("mmap");
	return page;
}

/*
 * Another process, since one that waits in the kernel cannot unmap its memory; made
 * before there is a page that it would share. It waits for a byte.
 */
static pid_t releaser(const char *path, int *go)
{
	int fd, wait[2];
	pid_t pid;
	char byte;

	if (pipe(wait))
		die("pipe");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid) {
		*go = wait[1];
		return pid;
	}
	fd = open(path, O_RDWR);
	if (fd < 0 || read(wait[0], &byte, 1) != 1)
		_exit(1);
	_exit(ask(fd, RELEASE, a_page(), a_page()) != 0);
}

/* Has it ended within so many tenths of a second? One that failed ends us. */
static int ends(pid_t pid, int tenths)
{
	int status;

	for (int i = 0; i < tenths; i++) {
		if (waitpid(pid, &status, WNOHANG) == pid) {
			if (!status)
				return 1;
			fprintf(stderr, "the releasing process failed: %#x\n",
				(unsigned int)status);
			exit(2);
		}
		usleep(100000);
	}
	return 0;
}

int main(int argc, char *argv[])
{
	struct iovec iov = {.iov_len = PAGE};
	char drain[PAGE], *page;
	int fd, go, pin[2], ret;
	pid_t pid;

	if (argc != 2) {
		fprintf(stderr, "Usage: %s /dev/hmm_dmirrorN\n", argv[0]);
		return 2;
	}
	(void)setvbuf(stdout, NULL, _IONBF, 0); /* cosmetic */
	pid = releaser(argv[1], &go);
	fd = open(argv[1], O_RDWR | O_CLOEXEC);
	if (fd < 0)
		die(argv[1]);
	page = a_page();
	memset(page, 1, PAGE);
	if (ask(fd, MIGRATE_TO_DEV, page, a_page()))
		die("migration to the device");
	iov.iov_base = page;
	if (pipe(pin) || vmsplice(pin[1], &iov, 1, 0) != PAGE)
		die("vmsplice");
	if (write(go, "", 1) != 1)
		die("write");
	if (ends(pid, 20)) {
		printf("the release RETURNED, a page still pinned\n");
		return 3;
	}
	printf("the release is waiting, a page is pinned\n");
	if (read(pin[0], drain, sizeof(drain)) != PAGE)
		die("read of the pipe");
	ret = !ends(pid, 50);
	printf(ret ? "the release is STILL WAITING, and nobody pins the page\n"
		   : "the release returned after the unpin\n");
	if (!ret)
		return 0;
	if (munmap(page, PAGE))
		die("munmap");
	printf(ends(pid, 50) ? "it returned after the munmap\n"
			     : "it has not returned after the munmap either\n");
	return 1;
}
