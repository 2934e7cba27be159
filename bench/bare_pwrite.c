// SPDX-License-Identifier: GPL-2.0-only
/*
 * The least that pins a page of device-dax: one pwrite of 4 KiB, over and over.
 * Prints how many a second.
 *
 *     bare_pwrite DAX SINK SECONDS
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096

static volatile sig_atomic_t done;

static void stop(int sig)
{
	(void)sig;
	done = 1;
}

int main(int argc, char **argv)
{
	int dax = argc == 4 ? open(argv[1], O_RDWR) : -1;
	int sink = argc == 4 ? open(argv[2], O_WRONLY | O_DIRECT) : -1;
	char *page =
		mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, dax, 0);
	unsigned int seconds = argc == 4 ? (unsigned int)atoi(argv[3]) : 0;
	unsigned long nr = 0;

	if (page == MAP_FAILED || sink < 0 || !seconds)
		return 99;
	page[0] = 1;
	signal(SIGALRM, stop);
	alarm(seconds);
	for (; !done; nr++)
		if (pwrite(sink, page, PAGE, 0) != PAGE)
			return 99;
	printf("%lu\n", nr / seconds);
	return 0;
}
