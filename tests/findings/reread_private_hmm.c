// SPDX-License-Identifier: GPL-2.0-only
/*
 * reread_private_hmm /dev/hmm_dmirrorN
 *
 * A page of private memory migrates to a private device of test_hmm, and its protection
 * is changed, so that the device has to look for it again. Then the device reads it. Can
 * the driver find its own page? docs/findings.md, entry 15, tells the story.
 *
 * Exit: 0 the device read what is there, 1 it did not, 2 the test could not be made. A
 * kernel that dies of it takes this program along.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
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

#define READ _IOWR('H', 0x00, struct hmm_dmirror_cmd)
#define MIGRATE_TO_DEV _IOWR('H', 0x02, struct hmm_dmirror_cmd)

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

	return ioctl(fd, request, &cmd) ? -errno : 0;
}

static char *a_page(void)
{
	char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		die("mmap");
	return page;
}

static int reread(const char *path)
{
	char *page, *copy;
	int fd, ret;

	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		die(path);
	page = a_page();
	copy = a_page();
	memset(page, 1, PAGE);
	if (ask(fd, MIGRATE_TO_DEV, page, copy))
		die("migration to the device");
	if (mprotect(page, PAGE, PROT_READ))
		die("mprotect");
	memset(copy, 0, PAGE);
	ret = ask(fd, READ, page, copy);
	printf("the device's read gave %d, and byte %d where 1 is there\n", ret,
	       copy[0]);
	return ret || copy[0] != 1;
}

int main(int argc, char *argv[])
{
	int status;
	pid_t pid;

	if (argc != 2) {
		fprintf(stderr, "Usage: %s /dev/hmm_dmirrorN\n", argv[0]);
		return 2;
	}
	(void)setvbuf(stdout, NULL, _IONBF, 0); /* cosmetic */
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid)
		_exit(reread(argv[1]));
	for (int i = 0; waitpid(pid, &status, WNOHANG) != pid; i++) {
		if (i == 50) {
			printf("the process of the read DOES NOT COME BACK\n");
			return 1;
		}
		usleep(100000);
	}
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	printf("the read is THE END of its process, by signal %d\n",
	       WTERMSIG(status));
	return 1;
}
