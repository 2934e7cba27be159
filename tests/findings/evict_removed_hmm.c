// SPDX-License-Identifier: GPL-2.0-only
/*
 * evict_removed_hmm /dev/hmm_dmirrorN
 *
 * A child has a page on a coherent device of test_hmm (N is 2 or 3) and pins it; this
 * process asks the device to give up all that it has, which waits for that page. Then the
 * child exits: its page lets the request go on, and its descriptor is closed. Does the
 * close still look at pages that the request takes away? Again and again: it is a race. Run
 * it in a guest. docs/findings.md, entry 21, tells the story.
 *
 * Exit: 0 all is well, 1 the kernel killed the child, 2 the test could not be made.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
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
#define ROUNDS 100

/* Until the request waits, roughly; what comes too soon costs a round. */
#define SOON_US 200000

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

static void *a_page(void)
{
	void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		die("mmap");
	memset(page, 1, PAGE);
	return page;
}

static void ask(int fd, unsigned long request, void *addr)
{
	struct hmm_dmirror_cmd cmd = {
		.addr = (uintptr_t)addr,
		.ptr = (uintptr_t)a_page(),
		.npages = 1,
	};

	if (ioctl(fd, request, &cmd))
		die("the device");
}

static int open_device(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		die(path);
	return fd;
}

/* hold() - a pinned page on the device, until shortly after @ready was told. */
static void hold(const char *path, int ready)
{
	struct iovec iov = {.iov_base = a_page(), .iov_len = PAGE};
	char drain[PAGE];
	int pin[2];

	ask(open_device(path), MIGRATE_TO_DEV, iov.iov_base);
	if (pipe(pin) || vmsplice(pin[1], &iov, 1, 0) != PAGE)
		die("vmsplice");
	if (write(ready, "", 1) != 1)
		die("write");
	usleep(SOON_US);
	if (read(pin[0], drain, sizeof(drain)) != PAGE)
		die("read of the pipe");
	_exit(0); /* the memory goes first, then the descriptor */
}

/* Return: wait status of the child. */
static int once(const char *path)
{
	int fd = open_device(path), ready[2], status;
	char byte;
	pid_t pid;

	if (pipe(ready))
		die("pipe");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid)
		hold(path, ready[1]);
	(void)close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		die("the child");
	ask(fd, RELEASE, a_page());
	/* what has oopsed in its exit is left to nobody */
	if (waitpid(pid, &status, 0) != pid)
		status = errno == ECHILD ? SIGKILL : -1;
	(void)close(ready[0]);
	(void)close(fd); /* only asked */
	return status;
}

int main(int argc, char *argv[])
{
	if (argc != 2) {
		fprintf(stderr, "Usage: %s /dev/hmm_dmirrorN\n", argv[0]);
		return 2;
	}
	setlinebuf(stdout);
	for (int i = 1; i <= ROUNDS; i++) {
		int status = once(argv[1]);

		if (WIFSIGNALED(status)) {
			printf("the child was KILLED in its close, in round "
			       "%d\n",
			       i);
			return 1;
		}
		if (status)
			return 2;
	}
	printf("%d children closed the device in peace\n", ROUNDS);
	return 0;
}
