// SPDX-License-Identifier: GPL-2.0-only
#include "sys/pagemap.h"

#include <errno.h>
#include <fcntl.h>

#include "sys/call.h"

#define PAGE_BYTES 4096u

/* Bits of an entry; a place in swap has its type in the low ones of the number. */
#define PRESENT (1ull << 63)
#define SWAPPED (1ull << 62)
#define NUMBER ((1ull << 55) - 1)
#define SWAP_TYPE_BITS 5

int gr_pagemap_at(const void *addr, struct gr_pagemap *out)
{
	uint64_t entry = 0;
	off_t at = (off_t)((uintptr_t)addr / PAGE_BYTES * sizeof(entry));
	int fd = gr_open("/proc/self/pagemap", O_RDONLY);
	ssize_t n;

	if (fd < 0)
		return fd;
	n = gr_pread(fd, &entry, sizeof(entry), at);
	(void)gr_close(fd); /* read only */
	if (n != sizeof(entry))
		return n < 0 ? (int)n : -EIO;
	*out = (struct gr_pagemap){
		.present = entry & PRESENT,
		.swapped = entry & SWAPPED,
	};
	if (out->present)
		out->pfn = entry & NUMBER;
	else if (out->swapped)
		out->pfn = (entry & NUMBER) >> SWAP_TYPE_BITS;
	return 0;
}
