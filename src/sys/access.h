/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Touching memory that may be gone: SIGBUS and SIGSEGV become results.
 */
#ifndef GR_SYS_ACCESS_H
#define GR_SYS_ACCESS_H

#include <stdbool.h>
#include <stddef.h>

/**
 * gr_touch() - access one byte.
 * @addr:  any address.
 * @write: write it (the byte keeps its value) rather than read it.
 *
 * Context: one thread of a process at a time; not inside a race window.
 * Return: 0 it was reached, -EFAULT SIGSEGV, -ENXIO SIGBUS.
 */
int gr_touch(volatile char *addr, bool write);

/**
 * gr_copy_guarded() - memcpy() of @len bytes, as gr_touch().
 *
 * Return: 0, -EFAULT SIGSEGV, -ENXIO SIGBUS; then @dst is partly written.
 */
int gr_copy_guarded(void *dst, const void *src, size_t len);

#endif /* GR_SYS_ACCESS_H */
