// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check hmm_snapshot: what a device is told of a process's page tables by hmm_range_fault()
 * without a fault: holes, the zero page, rights, pages of its own and of another device,
 * and leaves of 2 MiB.
 *
 * Source: mm/hmm.c; lib/test_hmm.c dmirror_mkentry(); the kernel's hmm-tests.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "base/log.h"
#include "base/size.h"
#include "check/hmm_internal.h"
#include "sys/access.h"
#include "sys/call.h"

#define PAGES 8
#define PMD_PAGES (2 * GR_MIB / GR_CHECK_PAGE)

/* What each page is made to be. */
enum {
	LOCKED, /* PROT_NONE */
	HOLE, /* not mapped */
	ZERO, /* read, never written */
	READ_ONLY,
	WRITTEN,
	OURS, /* on this device */
	OTHERS, /* on another one */
	UNTOUCHED,
};

static void expect(struct gr_area *a, size_t i, unsigned int want)
{
	if (a->d->room[i] == want)
		return;
	gr_check_fail(a->env, GR_CLASS_POLICY, "snapshot-wrong",
		      "a snapshot says %#x of page %zu where it must say %#x",
		      a->d->room[i], i, want);
}

/* The other device of the same kind. */
static int open_other(const struct gr_area *a, struct gr_dmirror **d)
{
	bool coherent = a->env->target->ops->flags & GR_TARGET_PIN_STAYS;
	char path[32];
	int ret;

	(void)snprintf(
		path, sizeof(path), "/dev/hmm_dmirror%u",
		1 + (coherent ? GR_DMIRROR_COHERENT : GR_DMIRROR_PRIVATE));
	ret = gr_dmirror_open(path, GR_CHECK_PAGE, d);
	return ret ? gr_err(ret, "cannot open '%s'", path) : 0;
}

static int make(struct gr_area *a, struct gr_dmirror *other)
{
	struct gr_area others = *a;
	int ret =
		gr_mprotect(gr_area_page(a, LOCKED), GR_CHECK_PAGE, PROT_NONE);

	others.d = other;
	memset(gr_area_page(a, READ_ONLY), 1, GR_CHECK_PAGE);
	memset(gr_area_page(a, WRITTEN), 1, 3 * GR_CHECK_PAGE);
	if (!ret)
		ret = gr_munmap(gr_area_page(a, HOLE), GR_CHECK_PAGE);
	if (!ret)
		ret = gr_touch(gr_area_page(a, ZERO), false);
	if (!ret)
		ret = gr_mprotect(gr_area_page(a, READ_ONLY), GR_CHECK_PAGE,
				  PROT_READ);
	if (!ret)
		ret = gr_check_place(a->env, &a->map, gr_area_page(a, OURS),
				     GR_CHECK_PAGE);
	if (!ret && gr_area_try(&others, GR_DMIRROR_TO_DEVICE, OTHERS, 1) != 1)
		ret = -EBUSY;
	return ret ? gr_err(ret, "cannot prepare pages of each kind") : 0;
}

static void look(struct gr_area *a)
{
	bool coherent = a->env->target->ops->flags & GR_TARGET_PIN_STAYS;
	unsigned int kind =
		coherent ? GR_DMIRROR_IS_COHERENT : GR_DMIRROR_IS_PRIVATE;

	if (!gr_area_ask(a, GR_DMIRROR_SNAPSHOT, 0, PAGES, PAGES,
			 "a snapshot of pages of each kind"))
		return;
	expect(a, LOCKED, GR_DMIRROR_IS_ERROR);
	expect(a, HOLE, GR_DMIRROR_IS_ERROR);
	expect(a, ZERO, GR_DMIRROR_IS_ZERO | GR_DMIRROR_IS_READ);
	expect(a, READ_ONLY, GR_DMIRROR_IS_READ);
	expect(a, WRITTEN, GR_DMIRROR_IS_WRITE);
	expect(a, OURS, kind | GR_DMIRROR_IS_WRITE);
	/* private memory of another is out of reach, as for the processor */
	expect(a, OTHERS,
	       coherent ? kind | GR_DMIRROR_IS_AWAY | GR_DMIRROR_IS_WRITE : 0);
	expect(a, UNTOUCHED, 0);
}

static int of_each_kind(struct gr_check_env *env)
{
	struct gr_dmirror *other;
	struct gr_area a;
	int ret = gr_area_map(&a, env, PAGES, 0);

	if (ret)
		return ret;
	ret = open_other(&a, &other);
	if (ret)
		return ret;
	ret = make(&a, other);
	if (!ret)
		look(&a);
	(void)gr_dmirror_close(other); /* what it had comes back */
	(void)gr_mmap_at(gr_area_page(&a, HOLE), GR_CHECK_PAGE, PROT_READ,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1);
	gr_area_unmap(&a);
	return ret;
}

/* A huge page is one, whatever its rights are. */
static int of_huge(struct gr_check_env *env)
{
	struct gr_area a;
	int ret = gr_area_map(&a, env, PMD_PAGES, 1);

	if (ret)
		return ret;
	for (int i = 0; i < 2 && !ret; i++) {
		unsigned int right =
			i ? GR_DMIRROR_IS_READ : GR_DMIRROR_IS_WRITE;

		if (gr_area_ask(&a, GR_DMIRROR_SNAPSHOT, 0, PMD_PAGES,
				(ssize_t)PMD_PAGES,
				"a snapshot of a huge page"))
			for (size_t p = 0; p < PMD_PAGES; p += PMD_PAGES / 4)
				expect(&a, p, right | GR_DMIRROR_IS_PMD);
		ret = gr_mprotect(a.base, 2 * GR_MIB, PROT_READ);
	}
	gr_area_unmap(&a);
	return ret ? gr_err(ret, "cannot protect a huge page") : 0;
}

/* Memory that the driver itself maps, without a file's pages: VM_MIXEDMAP. */
static int of_mixed(struct gr_check_env *env)
{
	struct gr_area a;
	int ret = gr_area_map(&a, env, 1, 0);

	if (!ret)
		ret = gr_mmap_at(a.base, GR_CHECK_PAGE, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE, a.d->fd);
	if (ret)
		return gr_err(ret, "cannot map the device itself");
	if (gr_area_ask(&a, GR_DMIRROR_SNAPSHOT, 0, 1, 1,
			"a snapshot of what the driver maps"))
		expect(&a, 0, GR_DMIRROR_IS_READ);
	gr_area_unmap(&a);
	return 0;
}

static int run(struct gr_check_env *env)
{
	bool huge = env->target->spec.align > GR_CHECK_PAGE;
	int ret;

	if (huge)
		return of_huge(env);
	ret = of_each_kind(env);
	return ret ? ret : of_mixed(env);
}

const struct gr_check_ops gr_check_hmm_snapshot = {
	.name = "hmm_snapshot",
	.summary = "what a device is told of page tables, without a fault",
	.needs = {.root = true},
	.wants = GR_TARGET_MOVES,
	.bars = GR_TARGET_EXCLUSIVE,
	.run = run,
};
