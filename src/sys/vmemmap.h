/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the kernel has the struct pages of a piece of physical memory: in the vmemmap.
 * An oops at such an address tells whose memory a page was taken for, after it had gone.
 *
 * Source: Documentation/arch/x86/x86_64/mm.rst; arch/x86/mm/kaslr.c.
 */
#ifndef GR_SYS_VMEMMAP_H
#define GR_SYS_VMEMMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gr_vmemmap {
	unsigned int nr; /* places where it may be; 0 = not known */
	uint64_t base[2]; /* addresses of the struct page of page 0 */
};

/* Without KASLR: with four levels of page tables, and with five. */
extern const struct gr_vmemmap gr_vmemmap_plain;

/**
 * gr_vmemmap_read() - where the running kernel has it.
 * @map: zeroed on failure.
 *
 * By the variable vmemmap_base, which is read through /proc/kcore; without KASLR
 * (nokaslr on the command line) it need not be read.
 * Return: 0 or -errno.
 * Errors: -ENOENT no /proc/kcore to read it by, or no symbols of data; -EPERM not
 *         root, or locked down; -EIO what it says cannot be.
 */
int gr_vmemmap_read(struct gr_vmemmap *map);

/**
 * gr_vmemmap_has() - is @address in a struct page of the memory from @start on?
 * @start, @bytes: physical.
 */
bool gr_vmemmap_has(const struct gr_vmemmap *map, uint64_t start,
		    uint64_t bytes, uint64_t address);

/**
 * gr_kcore_read() - read from an image in kcore's format: ELF64, whose segments are
 * pieces of the kernel's address space.
 * @fd: open for reading.
 *
 * Return: 0 or -errno. Errors: -EIO it is no such file, or has not all of it.
 */
int gr_kcore_read(int fd, uint64_t address, void *buf, size_t len);

#endif /* GR_SYS_VMEMMAP_H */
