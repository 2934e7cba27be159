// SPDX-License-Identifier: GPL-2.0-only
#include "check/hmm_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "base/log.h"
#include "base/util.h"
#include "core/ctx.h"
#include "sys/call.h"
#include "sys/pagemap.h"
#include "sys/process.h"

/* A child that does not come back is the watchdog's. */
#define LOOK_MS 1000

#define TRIES 100

int gr_area_map(struct gr_area *a, struct gr_check_env *env, size_t nr_pages,
		uint64_t tag)
{
	struct gr_map_req req = {
		.len = GR_MAX(nr_pages * GR_CHECK_PAGE,
			      (size_t)env->target->spec.align),
		.prot = PROT_READ | PROT_WRITE,
	};
	int ret = env->target->ops->map(env->target, &req, &a->map);

	if (ret)
		return ret;
	a->env = env;
	a->d = a->map.handle;
	a->base = a->map.range.addr;
	a->nr = req.len / GR_CHECK_PAGE;
	if (tag)
		gr_fill_pattern(a->base, req.len, tag);
	return 0;
}

void gr_area_unmap(struct gr_area *a)
{
	gr_check_unmap(a->env, &a->map);
}

int gr_area_place(struct gr_area *a)
{
	return gr_check_place(a->env, &a->map, a->base, a->map.range.len);
}

ssize_t gr_area_try(struct gr_area *a, enum gr_dmirror_op op, size_t first,
		    size_t nr)
{
	ssize_t n = -EBUSY;
	bool takes = op == GR_DMIRROR_TO_DEVICE || op == GR_DMIRROR_EXCLUSIVE;
	int tries = takes ? TRIES : 1;

	for (int i = 0; i < tries && (n == -EBUSY || n == -ENOENT); i++)
		n = gr_dmirror_do(a->d, op, gr_area_page(a, first), nr);
	return n;
}

/*
 * On 7.2 the driver counts a huge page that comes back whole as one
 * (dmirror_successful_migrated_pages()).
 */
static bool is_all(const struct gr_area *a, enum gr_dmirror_op op, ssize_t n,
		   ssize_t want)
{
	ssize_t leaf = (ssize_t)(a->env->target->spec.align / GR_CHECK_PAGE);

	return n == want || (op == GR_DMIRROR_TO_SYSTEM && n > 0 &&
			     want % leaf == 0 && n == want / leaf);
}

bool gr_area_ask(struct gr_area *a, enum gr_dmirror_op op, size_t first,
		 size_t nr, ssize_t want, const char *what)
{
	ssize_t n;

	gr_check_op(a->env, "%s", what);
	n = want < 0 ? gr_dmirror_do(a->d, op, gr_area_page(a, first), nr)
		     : gr_area_try(a, op, first, nr);
	if (is_all(a, op, n, want))
		return true;
	gr_check_fail(a->env, GR_CLASS_POLICY, "request-answered",
		      "%s gave %zd (%s) where it must give %zd", what, n,
		      n < 0 ? strerror((int)-n) : "pages", want);
	return false;
}

bool gr_area_holds(struct gr_area *a, bool room, size_t first, size_t nr,
		   uint64_t tag, const char *what)
{
	size_t from = first * GR_CHECK_PAGE, len = nr * GR_CHECK_PAGE;
	size_t all = a->nr * GR_CHECK_PAGE;
	const char *got = room ? (const char *)a->d->room : a->base + from;
	char *must = malloc(all);
	ssize_t bad = -1;

	if (!must)
		return true; /* seen by the next one */
	gr_fill_pattern(must, all, tag);
	for (size_t i = 0; i < len && bad < 0; i++)
		if (got[i] != must[from + i])
			bad = (ssize_t)i;
	free(must);
	if (bad >= 0)
		gr_check_fail(a->env, GR_CLASS_DATA, "wrong-data",
			      "byte %zd of %zu is wrong in %s", bad, len, what);
	return bad < 0;
}

const char *gr_where_name(enum gr_where where)
{
	static const char *const names[] = {
		[GR_AT_NONE] = "not there",
		[GR_AT_SYSTEM] = "in the system",
		[GR_AT_DEVICE] = "on the device",
		[GR_AT_EXCLUSIVE] = "the device's alone",
	};

	return names[where];
}

enum gr_where gr_area_where(const struct gr_area *a, size_t i)
{
	struct gr_pagemap at;

	if (gr_pagemap_at(gr_area_page(a, i), &at) ||
	    (!at.present && !at.swapped))
		return GR_AT_NONE;
	if (gr_target_has(a->env->target, at.pfn))
		return GR_AT_DEVICE;
	return at.present ? GR_AT_SYSTEM : GR_AT_EXCLUSIVE;
}

bool gr_area_is_at(struct gr_area *a, size_t i, enum gr_where want,
		   const char *what)
{
	enum gr_where is = gr_area_where(a, i);

	if (is == want)
		return true;
	gr_check_fail(a->env, GR_CLASS_POLICY, "page-elsewhere",
		      "page %zu is %s where it must be %s, %s", i,
		      gr_where_name(is), gr_where_name(want), what);
	return false;
}

int gr_area_child(struct gr_area *a, int (*run)(struct gr_area *a))
{
	int status = 0, ret;
	pid_t pid = gr_fork(-1);

	if (pid < 0)
		return gr_err(pid, "cannot make a process");
	if (!pid)
		gr_exit_now(run(a));
	while (!(ret = gr_reap(pid, LOOK_MS, &status)))
		;
	if (ret < 0)
		return ret;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -EIO;
}

int gr_area_map_anew(const struct gr_area *a, size_t i)
{
	return gr_mmap_at(gr_area_page(a, i), GR_CHECK_PAGE,
			  PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			  -1);
}

int gr_area_zap(const struct gr_area *a, size_t i)
{
	return gr_madvise(gr_area_page(a, i), GR_CHECK_PAGE, MADV_DONTNEED);
}

int gr_area_move_there(const struct gr_area *a, size_t i)
{
	void *other;
	int ret = gr_mmap(GR_CHECK_PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, &other);

	if (ret)
		return ret;
	memset(other, 0, GR_CHECK_PAGE);
	return gr_mremap_to(other, GR_CHECK_PAGE, gr_area_page(a, i));
}

int gr_area_read_into(const struct gr_area *a, size_t i)
{
	int fd = gr_open(a->env->ctx->store, O_RDWR | O_DIRECT);
	ssize_t n;

	if (fd < 0)
		return fd;
	n = gr_pread(fd, gr_area_page(a, i), GR_CHECK_PAGE, 0);
	(void)gr_close(fd); /* read only */
	return n == GR_CHECK_PAGE ? 0 : n < 0 ? (int)n : -EIO;
}
