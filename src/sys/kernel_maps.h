/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the kernel has what belongs to a piece of physical memory: the memory
 * itself, in its direct map, and the struct pages of it, in the vmemmap. An oops at
 * such an address tells whose memory was touched after it had gone.
 *
 * Source: Documentation/arch/x86/x86_64/mm.rst; arch/x86/mm/kaslr.c.
 */
#ifndef GR_SYS_KERNEL_MAPS_H
#define GR_SYS_KERNEL_MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gr_kernel_maps {
	uint64_t direct; /* address of physical address 0; 0 = not known */
	uint64_t structs; /* address of the struct page of page 0 */
};

/* As they are without KASLR, with four levels of page tables and with five. */
#define GR_NR_PLAIN_MAPS 2
extern const struct gr_kernel_maps gr_kernel_maps_plain[GR_NR_PLAIN_MAPS];

/**
 * gr_kernel_maps_read() - where the running kernel has them.
 * @maps: zeroed on failure.
 *
 * Reads two variables of the kernel through /proc/kcore; one that has no such
 * variables has not moved them.
 * Return: 0 or -errno.
 * Errors: -ENOENT no /proc/kcore to read them by, or no symbols; -EPERM not root, or locked down;
 *         -EIO what it says cannot be.
 */
int gr_kernel_maps_read(struct gr_kernel_maps *maps);

/**
 * gr_kernel_maps_have() - is @address that of memory from @start on, or of a struct
 * page of it?
 * @start, @bytes: physical.
 */
bool gr_kernel_maps_have(const struct gr_kernel_maps *maps, uint64_t start,
			 uint64_t bytes, uint64_t address);

/**
 * gr_kcore_read() - read from an image in kcore's format: ELF64, whose segments are
 * pieces of the kernel's address space.
 * @fd: open for reading.
 *
 * Return: 0 or -errno. Errors: -EIO it is no such file, or has not all of it.
 */
int gr_kcore_read(int fd, uint64_t address, void *buf, size_t len);

#endif /* GR_SYS_KERNEL_MAPS_H */
