// SPDX-License-Identifier: GPL-2.0-only
/*
 * coherent_twice_hmm /dev/hmm_dmirrorN
 *
 * A device of test_hmm with coherent memory (N is 2 or 3) has one range of physical
 * memory. It is asked to take a page, and then a whole huge page: does it try to have that
 * range mapped a second time? docs/findings.md, entry 20, tells the story.
 *
 * Exit: 0 the log is silent, 1 the kernel warned, 2 the test could not be made.
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
#include <unistd.h>

#define PAGE 4096UL
#define HUGE (512 * PAGE)

/* lib/test_hmm_uapi.h of Linux 6.0 and later */
struct hmm_dmirror_cmd {
	uint64_t addr;
	uint64_t ptr;
	uint64_t npages;
	uint64_t cpages;
	uint64_t faults;
};

#define MIGRATE_TO_DEV _IOWR('H', 0x02, struct hmm_dmirror_cmd)

static char *copy;

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static char *map_bytes(size_t len)
{
	char *p = mmap(NULL, len, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		die("mmap");
	return p;
}

/* Written, so that it is there; THP has to be madvise or always. */
static char *a_huge_page(void)
{
	char *p = map_bytes(2 * HUGE);

	p = (char *)(((uintptr_t)p + HUGE - 1) & -HUGE);
	if (madvise(p, HUGE, MADV_HUGEPAGE))
		die("MADV_HUGEPAGE");
	memset(p, 1, HUGE);
	return p;
}

/* Else the second request would be for single pages as well. */
static int has_huge_page(void)
{
	char line[128];
	unsigned long kib = 0;
	FILE *f = fopen("/proc/self/smaps_rollup", "r");

	if (!f)
		die("/proc/self/smaps_rollup");
	while (!kib && fgets(line, sizeof(line), f))
		(void)sscanf(line, "AnonHugePages: %lu", &kib);
	(void)fclose(f);
	return kib >= HUGE / 1024;
}

static uint64_t to_device(int fd, char *addr, uint64_t nr)
{
	struct hmm_dmirror_cmd cmd = {
		.addr = (uintptr_t)addr,
		.ptr = (uintptr_t)copy,
		.npages = nr,
	};

	if (ioctl(fd, MIGRATE_TO_DEV, &cmd))
		die("HMM_DMIRROR_MIGRATE_TO_DEV");
	printf("%llu of %llu pages are the device's\n",
	       (unsigned long long)cmd.cpages, (unsigned long long)nr);
	return cmd.cpages;
}

/* warned() - what the log says since @kmsg was opened. */
static int warned(int kmsg)
{
	char line[8192];
	int found = 0;
	ssize_t n;

	while ((n = read(kmsg, line, sizeof(line) - 1)) > 0) {
		line[n] = '\0';
		if (strstr(line, "Conflicting mapping"))
			found = 1;
	}
	return found;
}

int main(int argc, char *argv[])
{
	char *page, *huge;
	int kmsg, fd, ret;

	if (argc != 2) {
		fprintf(stderr, "Usage: %s /dev/hmm_dmirrorN\n", argv[0]);
		return 2;
	}
	kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (kmsg < 0 || lseek(kmsg, 0, SEEK_END) < 0)
		die("/dev/kmsg");
	fd = open(argv[1], O_RDWR | O_CLOEXEC);
	if (fd < 0)
		die(argv[1]);
	copy = map_bytes(HUGE);
	page = map_bytes(PAGE);
	*page = 1;
	huge = a_huge_page();
	if (!has_huge_page() || to_device(fd, page, 1) != 1) {
		puts("there is no huge page, or the device took no page");
		return 2;
	}
	(void)to_device(fd, huge, 512); /* what it took is told */
	ret = warned(kmsg);
	puts(ret ? "the kernel WARNS: Conflicting mapping in same section"
		 : "the log is silent");
	return ret;
}
