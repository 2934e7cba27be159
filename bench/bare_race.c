// SPDX-License-Identifier: GPL-2.0-only
/*
 * The least that races pins against truncate: one thread has a word of a mapped file of
 * ext4 on fsdax looked at as a futex that processes share, for which gup-fast takes its
 * page, over and over; another cuts the file and makes it whole again. Nothing is looked
 * at. Prints how many pins have met a truncate, and how many truncates there were, a
 * second.
 *
 *     bare_race DEVICE SECONDS       DEVICE: with ext4 on it, not mounted
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE 4096
#define PAGES 9
#define WHERE "/tmp/bare_race"
#define NOT_THERE 0x6a09e667 /* a value that no page begins with */

static volatile sig_atomic_t done;
static unsigned int phase; /* odd = in a truncate */
static unsigned long met;
static char *map;

static void stop(int sig)
{
	(void)sig;
	done = 1;
}

static void run_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	(void)sched_setaffinity(0, sizeof(set), &set);
}

static void *pin(void *arg)
{
	(void)arg;
	run_on(1);
	while (!done) {
		unsigned int before = __atomic_load_n(&phase, __ATOMIC_ACQUIRE);

		/* EFAULT where it is cut: guprace counts these as well */
		if (!syscall(SYS_futex, map, FUTEX_WAIT, NOT_THERE, NULL) ||
		    (errno != EAGAIN && errno != EFAULT))
			exit(99);
		met += before % 2 ||
		       before != __atomic_load_n(&phase, __ATOMIC_ACQUIRE);
	}
	return NULL;
}

static unsigned long cut(int fd)
{
	unsigned long nr = 0;

	for (; !done; nr++) {
		if (fallocate(fd, 0, 0, (off_t)PAGES * PAGE))
			exit(99);
		*(volatile char *)map = 1;
		(void)__atomic_add_fetch(&phase, 1, __ATOMIC_ACQ_REL);
		if (ftruncate(fd, 0))
			exit(99);
		(void)__atomic_add_fetch(&phase, 1, __ATOMIC_ACQ_REL);
	}
	return nr;
}

int main(int argc, char **argv)
{
	unsigned int seconds = argc == 3 ? (unsigned int)atoi(argv[2]) : 0;
	pthread_t thread;
	unsigned long nr;
	int fd;

	if (!seconds)
		return 2;
	(void)mkdir(WHERE, 0700);
	if (mount(argv[1], WHERE, "ext4", 0, "dax=always"))
		return 99;
	fd = open(WHERE "/file", O_RDWR | O_CREAT, 0600);
	map = mmap(NULL, (size_t)PAGES * PAGE, PROT_READ | PROT_WRITE,
		   MAP_SHARED, fd, 0);
	if (fd < 0 || map == MAP_FAILED)
		return 99;
	run_on(0);
	signal(SIGALRM, stop);
	alarm(seconds);
	if (pthread_create(&thread, NULL, pin, NULL))
		return 99;
	nr = cut(fd);
	(void)pthread_join(thread, NULL);
	(void)munmap(map, (size_t)PAGES * PAGE);
	(void)close(fd);
	printf("%lu %lu\n", met / seconds, nr / seconds);
	return umount(WHERE) ? 99 : 0;
}
