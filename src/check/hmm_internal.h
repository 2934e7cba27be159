/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the checks of memory that moves share: a mapping, the device that mirrors it,
 * and what must be true of both. What is not so becomes a finding, once it has been
 * said what was to be.
 */
#ifndef GR_CHECK_HMM_INTERNAL_H
#define GR_CHECK_HMM_INTERNAL_H

#include "check/internal.h"
#include "sys/dmirror.h"

/* A mapping of the env's target, and its mirror. */
struct gr_area {
	struct gr_check_env *env;
	struct gr_mapping map;
	struct gr_dmirror *d;
	char *base;
	size_t nr; /* pages */
};

/** gr_area_page() - the page @i of it. */
static inline char *gr_area_page(const struct gr_area *a, size_t i)
{
	return a->base + i * GR_CHECK_PAGE;
}

/**
 * gr_area_map() - map @nr_pages, or a leaf where that is more, and fill them with
 * the pattern @tag; 0 = leave them untouched.
 *
 * Return: 0 or -errno, reported.
 */
int gr_area_map(struct gr_area *a, struct gr_check_env *env, size_t nr_pages,
		uint64_t tag);

/** gr_area_unmap() - undo it; a failure is the kernel's. */
void gr_area_unmap(struct gr_area *a);

/** gr_area_place() - have the device take all of it. 0 or -errno, reported. */
int gr_area_place(struct gr_area *a);

/**
 * gr_area_try() - a request for @nr pages from @first on. The kernel may refuse to
 * move a page that somebody else has in his hands for a moment (-EBUSY, -ENOENT of all
 * of them: migrate_vma_collect_pmd(), make_device_exclusive_range()); then again, some
 * times. What takes nothing is asked once.
 *
 * Return: a number of pages, or -errno of the last one.
 */
ssize_t gr_area_try(struct gr_area *a, enum gr_dmirror_op op, size_t first,
		    size_t nr);

/**
 * gr_area_ask() - a request for @nr pages from @first on, which has to give @want:
 * a number of pages, by gr_area_try(), or -errno, at once.
 * @what: for people, what was asked, of memory in which state.
 *
 * Return: true it does; false, after a finding "request-answered".
 */
bool gr_area_ask(struct gr_area *a, enum gr_dmirror_op op, size_t first,
		 size_t nr, ssize_t want, const char *what);

/**
 * gr_area_holds() - does the memory, or with @room what came from the device, hold
 * the pattern of @tag from page @first on? Else a finding "wrong-data".
 */
bool gr_area_holds(struct gr_area *a, bool room, size_t first, size_t nr,
		   uint64_t tag, const char *what);

/* By which page @i becomes another one. Return: 0 or -errno, not reported. */

/** gr_area_map_anew() - it is unmapped, and mapped again: zeros, once touched. */
int gr_area_map_anew(const struct gr_area *a, size_t i);

/** gr_area_zap() - MADV_DONTNEED: zeros, once touched. */
int gr_area_zap(const struct gr_area *a, size_t i);

/** gr_area_move_there() - one from elsewhere, of zeros, takes its place. */
int gr_area_move_there(const struct gr_area *a, size_t i);

/** gr_area_read_into() - by O_DIRECT, the first block of the env's store. */
int gr_area_read_into(const struct gr_area *a, size_t i);

/* Where a page is, by its number. */
enum gr_where {
	GR_AT_NONE, /* nothing is mapped */
	GR_AT_SYSTEM,
	GR_AT_DEVICE, /* of the env's target */
	GR_AT_EXCLUSIVE, /* ordinary memory that the processor cannot reach */
};

/** gr_where_name() - for people. */
const char *gr_where_name(enum gr_where where);

/** gr_area_where() - of page @i. GR_AT_NONE also where it is not told. */
enum gr_where gr_area_where(const struct gr_area *a, size_t i);

/** gr_area_is_at() - is page @i there? Else a finding "page-elsewhere". */
bool gr_area_is_at(struct gr_area *a, size_t i, enum gr_where want,
		   const char *what);

/**
 * gr_area_child() - fork; the child runs @run and exits.
 *
 * Return: 0 the child gave 0; what it gave, positive; or -errno.
 */
int gr_area_child(struct gr_area *a, int (*run)(struct gr_area *a));

#endif /* GR_CHECK_HMM_INTERNAL_H */
