/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The little that has to be known of an ELF file.
 */
#ifndef GR_VM_ELF_H
#define GR_VM_ELF_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

/**
 * gr_elf_has_pvh() - true when QEMU can boot this kernel image directly.
 * @image: @len bytes of a vmlinux.
 *
 * Source: Xen's PVH boot protocol, note XEN_ELFNOTE_PHYS32_ENTRY.
 */
bool gr_elf_has_pvh(const void *image, size_t len);

/**
 * gr_elf_interpreter() - the dynamic linker of a program.
 * @buf: PATH_MAX bytes; "" = linked statically.
 *
 * Return: 0, or -ENOEXEC not a 64-bit ELF file.
 */
int gr_elf_interpreter(const void *image, size_t len, char *buf);

#endif /* GR_VM_ELF_H */
