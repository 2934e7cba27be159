/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The x86 boot image of a kernel, and the ELF kernel inside it, which QEMU
 * boots in half the time.
 */
#ifndef GR_VM_BZIMAGE_H
#define GR_VM_BZIMAGE_H

#include <stddef.h>

#define GR_RELEASE_MAX 128

/**
 * gr_bzimage_release() - what `uname -r` will print.
 * @release: GR_RELEASE_MAX bytes.
 *
 * Return: 0, -errno of reading, or -ENOEXEC this is no bzImage.
 * Source: Documentation/arch/x86/boot.rst, kernel_version.
 */
int gr_bzimage_release(const char *path, char *release);

/**
 * gr_bzimage_payload() - where the compressed kernel lies.
 * @image: @len bytes of a bzImage.
 * @off:   filled on success; bytes.
 * @size:  filled on success; bytes, without the length that follows it.
 *
 * Return: 0, or -ENOEXEC no bzImage, or none of protocol 2.08 or newer.
 * Source: Documentation/arch/x86/boot.rst, payload_offset.
 */
int gr_bzimage_payload(const void *image, size_t len, size_t *off,
		       size_t *size);

/**
 * gr_bzimage_vmlinux() - the ELF kernel of @path, unpacked into the cache once.
 * @out: PATH_MAX bytes; path in the cache.
 *
 * Return: 0 or -errno.
 * Errors: -ENOEXEC it cannot be booted directly; -EIO damaged; or why the
 *         cache could not be written. In each case @path itself can be tried.
 */
int gr_bzimage_vmlinux(const char *path, char *out);

#endif /* GR_VM_BZIMAGE_H */
