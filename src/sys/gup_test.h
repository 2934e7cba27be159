/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's own test of get_user_pages, in debugfs (CONFIG_GUP_TEST, 5.11 and
 * later).
 */
#ifndef GR_SYS_GUP_TEST_H
#define GR_SYS_GUP_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/** GR_GUP_TEST_PATH - where it is. */
#define GR_GUP_TEST_PATH "/sys/kernel/debug/gup_test"

/** gr_gup_test_open() - Return: descriptor, or -errno (-ENOENT: none here). */
int gr_gup_test_open(void);

/**
 * gr_gup_test_fast() - ask gup-fast for the pages, and give them back.
 * @pin:  with FOLL_PIN rather than FOLL_GET; never with FOLL_WRITE.
 * @len:  bytes, whole pages.
 * @each: pages of one request, 1 or more.
 *
 * The kernel counts a request that came back short as a whole one, so the answer
 * is exact with @each 1 only.
 * Context: race windows too; no allocation of ours.
 * Return: bytes of the pages that were had, 0 if not even one, or -errno.
 * Source: mm/gup_test.c.
 */
ssize_t gr_gup_test_fast(int fd, bool pin, const void *addr, size_t len,
			 unsigned int each);

/* The ways in which a page can be asked for. */
enum gr_gup_how {
	GR_GUP_GET_FAST = 1,
	GR_GUP_PIN_FAST,
	GR_GUP_PIN_LONGTERM, /* by the slow path */
	GR_GUP_GET,
	GR_GUP_PIN,
	/* PIN_FAST for as long as somebody likes */
	GR_GUP_PIN_LONGTERM_FAST,
};

/**
 * gr_gup_test_longterm() - FOLL_LONGTERM of this kernel.
 *
 * Context: kallsyms is read.
 */
unsigned int gr_gup_test_longterm(void);

/**
 * gr_gup_test_page() - ask for one page, and give it back.
 * @longterm: gr_gup_test_longterm(); looked at for PIN_LONGTERM_FAST only.
 *
 * Return: 1 it was had, 0 it was not, or -errno: it could not be asked.
 * Source: mm/gup_test.c.
 */
int gr_gup_test_page(int fd, enum gr_gup_how how, bool write,
		     unsigned int longterm, const void *addr);

#endif /* GR_SYS_GUP_TEST_H */
