/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What fits into a namespace: how many bytes are left when the kernel has put
 * its superblock and struct pages in front and aligned what remains.
 */
#ifndef GR_SYS_FIT_H
#define GR_SYS_FIT_H

#include <stdbool.h>
#include <stdint.h>

struct gr_fit {
	uint64_t start; /* physical address of the namespace; bytes */
	uint64_t size; /* bytes of it */
	uint64_t align; /* bytes, a power of two */
	bool dev_map; /* struct pages inside of the namespace (map=dev) */
};

/**
 * gr_fit_usable() - bytes of data that a namespace will have.
 *
 * Return: bytes, a multiple of fit->align; 0 = it cannot be made.
 * Source: nd_pfn_init() in drivers/nvdimm/pfn_devs.c of Linux 6.1.
 */
uint64_t gr_fit_usable(const struct gr_fit *fit);

/**
 * gr_fit_min_size() - the smallest namespace at fit->start for fit->align;
 * fit->size is ignored.
 */
uint64_t gr_fit_min_size(const struct gr_fit *fit);

/**
 * gr_fit_max_align() - the largest alignment that leaves room in fit->size;
 * fit->align is ignored.
 *
 * Return: 1 GiB, 2 MiB or 4 KiB in bytes; 0 = none does.
 */
uint64_t gr_fit_max_align(const struct gr_fit *fit);

#endif /* GR_SYS_FIT_H */
