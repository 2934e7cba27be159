/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which page is mapped where in this process: /proc/self/pagemap.
 */
#ifndef GR_SYS_PAGEMAP_H
#define GR_SYS_PAGEMAP_H

#include <stdbool.h>
#include <stdint.h>

/* One entry of a page table, as it is told to user space. */
struct gr_pagemap {
	bool present; /* the processor can reach the page */
	bool swapped; /* something else: swap, or an entry that has to be faulted */
	/* of the page, or the one that a device has; 0 = none, or not told */
	uint64_t pfn;
};

/**
 * gr_pagemap_at() - what is mapped at @addr? Nothing is faulted in.
 *
 * The page of an entry that stands for memory of a device is told as if it were a
 * place in swap, by its type and offset: the offset is its pfn.
 * Context: any; a few system calls.
 * Return: 0 or -errno. Numbers of pages are told to root only.
 * Source: Documentation/admin-guide/mm/pagemap.rst; fs/proc/task_mmu.c
 *         pte_to_pagemap_entry().
 */
int gr_pagemap_at(const void *addr, struct gr_pagemap *out);

#endif /* GR_SYS_PAGEMAP_H */
