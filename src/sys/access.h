/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Touching memory that may be gone: SIGBUS and SIGSEGV become results.
 */
#ifndef GR_SYS_ACCESS_H
#define GR_SYS_ACCESS_H

#include <stdbool.h>

/**
 * gr_touch() - access one byte.
 * @addr:  any address.
 * @write: write it (the byte keeps its value) rather than read it.
 *
 * Context: one thread of a process at a time; not inside a race window.
 * Return: 0 it was reached, -EFAULT SIGSEGV, -ENXIO SIGBUS.
 */
int gr_touch(volatile char *addr, bool write);

#endif /* GR_SYS_ACCESS_H */
