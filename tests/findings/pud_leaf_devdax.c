// SPDX-License-Identifier: GPL-2.0-only
/*
 * pud_leaf_devdax /dev/daxX.Y mremap|mprotect
 *
 * Can the 1 GiB leaf of a device-dax mapping (alignment 1 GiB) be moved, or its
 * rights be taken away? One leaf is mapped and touched, then moved to another
 * address or made PROT_NONE. What the kernel says of it in its log meanwhile is
 * looked at, and whether the old address still reaches the memory.
 * docs/findings.md, entries mremap-pud-devdax and mprotect-pud-devdax, tells the story.
 *
 * Exit: 0 all is well, 1 the leaf was thrown away, 2 the test could not be made.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/mman.h>

#define GIB ((size_t)1 << 30)
#define READ_ALL 3 /* SYSLOG_ACTION_READ_ALL */

static sigjmp_buf way_back;

static void on_signal(int sig)
{
	siglongjmp(way_back, sig);
}

static void die(const char *what)
{
	perror(what);
	exit(2);
}

/* aligned_room() - an aligned address with 1 GiB that nobody uses. */
static char *aligned_room(void)
{
	char *room = mmap(NULL, 2 * GIB, PROT_NONE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (room == MAP_FAILED)
		die("mmap of nothing");
	return (char *)(((uintptr_t)room + GIB - 1) / GIB * GIB);
}

/* complaints() - how often the kernel's log says "bad pud". */
static int complaints(void)
{
	static char log[1 << 20];
	int nr = 0, n = klogctl(READ_ALL, log, sizeof(log) - 1);

	if (n < 0)
		die("reading the kernel's log");
	log[n] = '\0';
	for (const char *p = log; (p = strstr(p, ": bad pud ")); p++)
		nr++;
	return nr;
}

/* reaches() - can the byte still be read? */
static int reaches(const volatile char *byte)
{
	volatile int got = 0;

	signal(SIGSEGV, on_signal);
	if (!sigsetjmp(way_back, 1))
		got = *byte == 42;
	signal(SIGSEGV, SIG_DFL);
	return got;
}

int main(int argc, char *argv[])
{
	char *old = aligned_room(), *new = aligned_room();
	int fd, move, before, after, stale;

	move = argc == 3 && !strcmp(argv[2], "mremap");
	if (argc != 3 || (!move && strcmp(argv[2], "mprotect"))) {
		fprintf(stderr, "Usage: %s /dev/daxX.Y mremap|mprotect\n",
			argv[0]);
		return 2;
	}
	(void)setvbuf(stdout, NULL, _IONBF, 0); /* cosmetic */
	fd = open(argv[1], O_RDWR | O_CLOEXEC);
	if (fd < 0)
		die(argv[1]);
	if (mmap(old, GIB, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd,
		 0) == MAP_FAILED)
		die("mmap of 1 GiB (is the alignment 1 GiB?)");
	before = complaints();
	*(volatile char *)old = 42;
	if (move && mremap(old, GIB, GIB, MREMAP_MAYMOVE | MREMAP_FIXED, new) ==
			    MAP_FAILED)
		die("mremap");
	if (!move && mprotect(old, GIB, PROT_NONE))
		die("mprotect");
	stale = reaches(old);
	after = complaints();
	printf("%s: the leaf was %s; the old address %s\n", argv[2],
	       after > before ? "THROWN AWAY as a bad pud" : "dealt with",
	       stale ? "STILL REACHES the memory" : "is out of reach");
	return after > before || stale;
}
