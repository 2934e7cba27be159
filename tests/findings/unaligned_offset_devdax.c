// SPDX-License-Identifier: GPL-2.0-only
/*
 * unaligned_offset_devdax /dev/daxX.Y ALIGN
 *
 * Does device-dax map an offset that is no multiple of its alignment (ALIGN
 * bytes, 2097152 or 1073741824)? One leaf is mapped from offset 4096 on, at an
 * address that is aligned; if that is accepted, the first bytes of the mapping
 * are held against those at offset 4096 and at offset 0. docs/findings.md, entry
 * 2, tells the story. Destroys the device's content.
 *
 * Exit: 0 the kernel refused, 1 it did not, 2 the test could not be made.
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
#include <sys/mman.h>

#define OFFSET 4096
#define RDWR (PROT_READ | PROT_WRITE)

static void die(const char *what)
{
	perror(what);
	exit(2);
}

/* aligned_room() - an aligned address with @align bytes that nobody uses. */
static char *aligned_room(size_t align)
{
	char *room = mmap(NULL, 2 * align, PROT_NONE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (room == MAP_FAILED)
		die("mmap of nothing");
	return (char *)(((uintptr_t)room + align - 1) / align * align);
}

int main(int argc, char *argv[])
{
	char *odd, *whole;
	size_t align;
	int fd;

	if (argc != 3) {
		fprintf(stderr, "Usage: %s /dev/daxX.Y ALIGN\n", argv[0]);
		return 2;
	}
	(void)setvbuf(stdout, NULL, _IONBF, 0); /* cosmetic */
	align = strtoul(argv[2], NULL, 0);
	fd = open(argv[1], O_RDWR | O_CLOEXEC);
	if (fd < 0)
		die(argv[1]);
	whole = mmap(NULL, align, RDWR, MAP_SHARED, fd, 0);
	if (whole == MAP_FAILED)
		die("mmap of offset 0");
	odd = mmap(aligned_room(align), align, RDWR, MAP_SHARED | MAP_FIXED, fd,
		   OFFSET);
	if (odd == MAP_FAILED && errno != EINVAL)
		die("mmap of offset 4096");
	if (odd == MAP_FAILED) {
		printf("a mapping from offset %d on is refused\n", OFFSET);
		return 0;
	}
	printf("a mapping from offset %d on is ACCEPTED\n", OFFSET);
	strcpy(whole, "the bytes at offset 0");
	strcpy(whole + OFFSET, "the bytes at offset 4096");
	printf("its first bytes are: %s\n", odd);
	return 1;
}
