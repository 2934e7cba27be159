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
 * gr_poison() - madvise(2) MADV_HWPOISON: let the kernel treat the pages as if
 * they had failed. It tells whoever maps them by SIGBUS.
 * @addr, @len: bytes; whole pages.
 *
 * Context: as gr_touch(), race windows too. Needs root, and should be done in a
 * guest only: the pages stay marked until their struct pages are made anew.
 * Return: 0 and the signal came, -ENOMSG it did not, or -errno of the call.
 * Source: madvise(2); mm/memory-failure.c kill_proc(); siginfo's BUS_MCEERR_AR.
 */
int gr_poison(void *addr, size_t len);

#endif /* GR_SYS_ACCESS_H */
