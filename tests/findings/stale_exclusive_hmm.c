// SPDX-License-Identifier: GPL-2.0-only
/*
 * stale_exclusive_hmm /dev/hmm_dmirrorN
 *
 * One thread zaps a page by MADV_DONTNEED and writes the next number into the new one,
 * over and over; a device of test_hmm takes that page for itself and reads it meanwhile.
 * Does it ever read a number that was gone before it asked? docs/findings.md, entry 19,
 * tells the story.
 *
 * Exit: 0 it did not in a minute, 1 it did, 2 the test could not be made.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096
#define SECONDS 60

/* lib/test_hmm_uapi.h of Linux 6.0 and later */
struct hmm_dmirror_cmd {
	uint64_t addr;
	uint64_t ptr;
	uint64_t npages;
	uint64_t cpages;
	uint64_t faults;
};

#define READ _IOWR('H', 0x00, struct hmm_dmirror_cmd)
#define EXCLUSIVE _IOWR('H', 0x05, struct hmm_dmirror_cmd)

static char *page, *copy;
static uint64_t written; /* the number that was there last, in full */
static int stop;

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static char *a_page(void)
{
	char *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		die("mmap");
	return p;
}

static void *zap(void *arg)
{
	(void)arg;
	for (uint64_t nr = 1; !__atomic_load_n(&stop, __ATOMIC_ACQUIRE); nr++) {
		if (madvise(page, PAGE, MADV_DONTNEED))
			die("MADV_DONTNEED");
		*(volatile uint64_t *)(void *)page = nr;
		__atomic_store_n(&written, nr, __ATOMIC_RELEASE);
	}
	return NULL;
}

/* Is what the device gave older than what was there when it was asked? */
static int is_stale(int fd, unsigned long request)
{
	struct hmm_dmirror_cmd cmd = {
		.addr = (uintptr_t)page,
		.ptr = (uintptr_t)copy,
		.npages = 1,
	};
	uint64_t least = __atomic_load_n(&written, __ATOMIC_ACQUIRE), got;

	if (ioctl(fd, request, &cmd)) {
		if (errno != EBUSY && errno != ENOENT && errno != EFAULT)
			die("the device");
		return 0;
	}
	memcpy(&got, copy, sizeof(got));
	if (!got || got >= least)
		return 0;
	printf("the device read %llu, where %llu had been BEFORE IT ASKED\n",
	       (unsigned long long)got, (unsigned long long)least);
	return 1;
}

int main(int argc, char *argv[])
{
	time_t end = time(NULL) + SECONDS;
	pthread_t thread;
	int fd, found = 0;

	if (argc != 2) {
		fprintf(stderr, "Usage: %s /dev/hmm_dmirrorN\n", argv[0]);
		return 2;
	}
	fd = open(argv[1], O_RDWR | O_CLOEXEC);
	if (fd < 0)
		die(argv[1]);
	page = a_page();
	copy = a_page();
	memset(page, 0, PAGE);
	memset(copy, 0, PAGE);
	errno = pthread_create(&thread, NULL, zap, NULL);
	if (errno)
		die("a thread");
	while (!found && time(NULL) < end)
		found = is_stale(fd, EXCLUSIVE) || is_stale(fd, READ);
	__atomic_store_n(&stop, 1, __ATOMIC_RELEASE);
	(void)pthread_join(thread, NULL); /* ours, joined once */
	if (!found)
		printf("the device read nothing stale in %d s\n", SECONDS);
	return found;
}
