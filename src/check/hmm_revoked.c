// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check hmm_revoked: a device that has pages for itself alone loses them when somebody else
 * reaches for them: the processor, mprotect(), a fork, a pin; and it is told. A page that it
 * has lost can migrate afterwards, which a reference too many would stop. Of a huge page it
 * gets nothing or what it asked for, and nothing stale stays behind.
 *
 * Source: mm/rmap.c make_device_exclusive_range(); mm/memory.c restore_exclusive_pte(); the
 * kernel's hmm-tests.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "base/log.h"
#include "base/size.h"
#include "check/hmm_internal.h"
#include "sys/call.h"

#define PAGES 16
#define OLD_TAG 41
#define NEW_TAG 42

static int take(struct gr_area *a)
{
	int ret = gr_area_place(a);

	if (ret)
		return ret;
	(void)gr_area_holds(a, true, 0, a->nr, OLD_TAG,
			    "what the device got for itself");
	(void)gr_area_is_at(a, 0, GR_AT_EXCLUSIVE, "after it was taken");
	(void)gr_area_ask(a, GR_DMIRROR_CHECK_EXCLUSIVE, 0, a->nr, -EPERM,
			  "the question for pages that the device has alone");
	return 0;
}

static void lost(struct gr_area *a)
{
	(void)gr_area_ask(a, GR_DMIRROR_CHECK_EXCLUSIVE, 0, a->nr, 0,
			  "the question for pages that the device has lost");
	(void)gr_area_is_at(a, 0, GR_AT_SYSTEM, "after it was lost");
}

/* A reference that was left behind would keep them where they are. */
static int moves_on(struct gr_area *a)
{
	ssize_t n = gr_area_try(a, GR_DMIRROR_TO_DEVICE, 0, a->nr);

	if (n != (ssize_t)a->nr || gr_area_where(a, 0) != GR_AT_DEVICE)
		gr_check_fail(a->env, GR_CLASS_LEAK, "page-kept",
			      "pages that the device has lost cannot migrate: "
			      "%zd (%s)",
			      n, n < 0 ? strerror((int)-n) : "pages");
	return 0;
}

static int by_access(struct gr_area *a)
{
	int ret = 0;

	for (int i = 0; i < 32 && !ret; i++) {
		ret = take(a);
		(void)gr_area_holds(a, false, 0, a->nr, OLD_TAG,
				    "memory that was the device's alone");
		lost(a);
	}
	return ret ? ret : moves_on(a);
}

static int by_mprotect(struct gr_area *a)
{
	int ret = take(a);

	if (!ret)
		ret = gr_mprotect(a->base, a->map.range.len, PROT_READ);
	if (ret)
		return gr_err(ret, "cannot protect memory");
	gr_fill_pattern(a->d->room, a->map.range.len, NEW_TAG);
	(void)gr_area_ask(
		a, GR_DMIRROR_WRITE, 0, a->nr, -EPERM,
		"a write to what the device had alone, now read-only");
	(void)gr_area_holds(a, false, 0, a->nr, OLD_TAG,
			    "memory that the device must not write");
	lost(a);
	return 0;
}

static int writes_new(struct gr_area *a)
{
	int bad = gr_compare_pattern(a->base, a->map.range.len, OLD_TAG) >= 0;

	gr_fill_pattern(a->base, a->map.range.len, NEW_TAG);
	return bad;
}

static int by_fork(struct gr_area *a)
{
	int ret = take(a);

	if (ret)
		return ret;
	ret = gr_area_child(a, writes_new);
	if (ret)
		gr_check_fail(a->env, GR_CLASS_DATA, "wrong-data",
			      "a child does not see what the device had alone "
			      "(%d)",
			      ret);
	lost(a);
	(void)gr_area_holds(a, false, 0, a->nr, OLD_TAG,
			    "memory of a parent whose child wrote");
	return moves_on(a);
}

/* What the device writes after the loss goes to the page that is mapped. */
static int by_own_write(struct gr_area *a)
{
	int ret = take(a);

	if (ret)
		return ret;
	gr_fill_pattern(a->d->room, a->map.range.len, NEW_TAG);
	(void)gr_area_ask(a, GR_DMIRROR_WRITE, 0, a->nr, (ssize_t)a->nr,
			  "a write to what the device has alone");
	(void)gr_area_holds(a, false, 0, a->nr, NEW_TAG,
			    "memory that the device wrote");
	lost(a);
	return moves_on(a);
}

/*
 * Of a huge page the device gets nothing (make_device_exclusive_range(), up to 6.14), or
 * what it has asked for, page by page (make_device_exclusive()); and the processor gets
 * it back.
 */
static void take_of_huge(struct gr_area *huge)
{
	ssize_t n = gr_dmirror_do(huge->d, GR_DMIRROR_EXCLUSIVE,
				  gr_area_page(huge, 1), PAGES);

	if (n != -EBUSY && n != PAGES)
		gr_check_fail(huge->env, GR_CLASS_POLICY, "request-answered",
			      "taking parts of a huge page gave %zd (%s)", n,
			      n < 0 ? strerror((int)-n) : "pages");
	else if (n == PAGES)
		(void)gr_area_ask(huge, GR_DMIRROR_CHECK_EXCLUSIVE, 1, PAGES,
				  -EPERM, "the question for parts that it has");
}

static int of_huge(struct gr_area *a)
{
	size_t nr = 2 * GR_MIB / GR_CHECK_PAGE;
	uintptr_t at = ((uintptr_t)a->base + 2 * GR_MIB - 1) & -(2 * GR_MIB);
	struct gr_area huge = *a;
	int ret;

	huge.base += at - (uintptr_t)a->base;
	huge.nr = PAGES + 1;
	ret = gr_madvise(huge.base, 2 * GR_MIB, MADV_HUGEPAGE);
	if (ret)
		return gr_err(ret, "cannot ask for a huge page");
	gr_fill_pattern(huge.base, nr * GR_CHECK_PAGE, OLD_TAG);
	if (gr_dmirror_do(a->d, GR_DMIRROR_SNAPSHOT, huge.base, 1) != 1 ||
	    !(a->d->room[0] & GR_DMIRROR_IS_PMD)) {
		gr_check_skip(a->env, "needs a huge page of ordinary memory "
				      "for its last part; all others are done");
		return 0;
	}
	gr_check_op(a->env, "taking parts of a huge page");
	take_of_huge(&huge);
	(void)gr_area_holds(&huge, false, 0, PAGES + 1, OLD_TAG,
			    "a huge page that the device has asked for");
	(void)gr_area_ask(&huge, GR_DMIRROR_CHECK_EXCLUSIVE, 0, PAGES + 1, 0,
			  "the question for parts of a huge page");
	gr_fill_pattern(huge.base, nr * GR_CHECK_PAGE, NEW_TAG);
	if (gr_area_ask(&huge, GR_DMIRROR_READ, 0, PAGES, PAGES,
			"a read of a huge page"))
		(void)gr_area_holds(&huge, true, 0, PAGES, NEW_TAG,
				    "what the device read of a huge page");
	return 0;
}

static int run(struct gr_check_env *env)
{
	static const struct {
		int (*run)(struct gr_area *a);
		size_t pages;
		uint64_t tag; /* 0: nothing is there yet */
	} parts[] = {
		{by_access, PAGES, OLD_TAG},
		{by_mprotect, PAGES, OLD_TAG},
		{by_fork, PAGES, OLD_TAG},
		{by_own_write, PAGES, OLD_TAG},
		{of_huge, 4 * GR_MIB / GR_CHECK_PAGE, 0},
	};
	int ret = 0;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && !ret; i++) {
		struct gr_area a;

		ret = gr_area_map(&a, env, parts[i].pages, parts[i].tag);
		if (ret)
			break;
		ret = parts[i].run(&a);
		gr_area_unmap(&a);
	}
	return ret;
}

const struct gr_check_ops gr_check_hmm_revoked = {
	.name = "hmm_revoked",
	.summary = "what a device has for itself alone it loses to others",
	.needs = {.root = true},
	.wants = GR_TARGET_EXCLUSIVE,
	.run = run,
};
