// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check hmm_partial: a device asks for a range for itself alone in whose middle one page is
 * another by now: unmapped and mapped anew, moved there, zapped, read into by O_DIRECT, or
 * of a file, which it cannot have. What it has taken it may read, what was replaced it must
 * ask for again: nothing that it has mirrored may be stale, and no entry may be left that
 * nobody clears.
 *
 * Source: mm/rmap.c make_device_exclusive_range(); lib/test_hmm.c dmirror_atomic_map().
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/log.h"
#include "base/util.h"
#include "check/hmm_internal.h"
#include "core/ctx.h"
#include "sys/call.h"

#define PAGES 9
#define MIDDLE 4
#define OLD_TAG 51
#define NEW_TAG 52

/* Shared memory is no page that can be had. */
static int map_shared(const struct gr_area *a, size_t i)
{
	int ret = gr_mmap_at(gr_area_page(a, i), GR_CHECK_PAGE,
			     PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			     -1);

	if (!ret)
		memset(gr_area_page(a, i), 0x66, GR_CHECK_PAGE);
	return ret;
}

static const struct way {
	const char *name;
	int (*replace)(const struct gr_area *a, size_t i);
	bool refused; /* the device cannot have the range after it */
} ways[] = {
	{"mapped anew", gr_area_map_anew, false},
	{"zapped", gr_area_zap, false},
	{"moved there", gr_area_move_there, false},
	{"read into", gr_area_read_into, false},
	{"shared", map_shared, true},
};

/* What the device reads must be what the processor sees, each page of it. */
static void agree(struct gr_area *a, const char *when)
{
	if (!gr_area_ask(a, GR_DMIRROR_READ, 0, a->nr, (ssize_t)a->nr, when))
		return;
	for (size_t i = 0; i < a->nr; i++)
		if (memcmp(a->d->room + i * GR_CHECK_PAGE, gr_area_page(a, i),
			   GR_CHECK_PAGE))
			gr_check_fail(a->env, GR_CLASS_DATA, "stale-mirror",
				      "page %zu: the device reads another page "
				      "than the processor, %s",
				      i, when);
}

static int one(struct gr_area *a, const struct way *way)
{
	int ret = gr_area_place(a);
	ssize_t n;

	if (!ret)
		ret = way->replace(a, MIDDLE);
	if (ret)
		return gr_err(ret, "cannot have a page %s", way->name);
	agree(a, way->name);
	n = way->refused
		    ? gr_dmirror_do(a->d, GR_DMIRROR_EXCLUSIVE, a->base, a->nr)
		    : gr_area_try(a, GR_DMIRROR_EXCLUSIVE, 0, a->nr);
	if (way->refused ? n >= 0 : n != (ssize_t)a->nr)
		gr_check_fail(a->env, GR_CLASS_POLICY, "request-answered",
			      "taking a range of which one page was %s gave "
			      "%zd (%s)",
			      way->name, n,
			      n < 0 ? strerror((int)-n) : "pages");
	/* the processor reaches for all of them */
	for (size_t i = 0; i < a->nr; i++)
		memset(gr_area_page(a, i), (int)(NEW_TAG + i), GR_CHECK_PAGE);
	(void)gr_area_ask(a, GR_DMIRROR_CHECK_EXCLUSIVE, 0, a->nr, 0,
			  "the question for pages that the device has lost");
	agree(a, way->name);
	return 0;
}

static int run(struct gr_check_env *env)
{
	int ret = 0;

	for (size_t i = 0; i < GR_ARRAY_SIZE(ways) && !ret; i++) {
		struct gr_area a;

		if (ways[i].replace == gr_area_read_into &&
		    !env->ctx->store[0]) {
			gr_check_skip(env,
				      "needs a block device for O_DIRECT into "
				      "a page; all else is done");
			continue;
		}
		ret = gr_area_map(&a, env, PAGES, OLD_TAG);
		if (ret)
			break;
		ret = one(&a, &ways[i]);
		gr_area_unmap(&a);
	}
	return ret;
}

const struct gr_check_ops gr_check_hmm_partial = {
	.name = "hmm_partial",
	.summary = "a device asks for a range of which one page was replaced",
	.needs = {.root = true},
	.wants = GR_TARGET_EXCLUSIVE,
	.run = run,
};
