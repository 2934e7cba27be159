// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check hmm_access: a device that mirrors a process reads and writes its memory, as
 * hmm_range_fault() lets it: pages that are there and pages that are not yet, what the
 * process may read only, what it may not reach, what is no memory of it, and pages of a file
 * that it shares. It gets what the process would, and no more.
 *
 * Source: mm/hmm.c; Documentation/mm/hmm.rst; the kernel's hmm-tests.
 */
#include <errno.h>
#include <sys/mman.h>

#include "base/log.h"
#include "check/hmm_internal.h"
#include "sys/call.h"
#include "sys/file.h"

#define PAGES 8
#define OLD_TAG 1
#define NEW_TAG 2

static void fill_room(struct gr_area *a, uint64_t tag)
{
	gr_fill_pattern(a->d->room, a->map.range.len, tag);
}

/* Once by faults, once by what is mirrored already. */
static int written(struct gr_check_env *env)
{
	struct gr_area a;
	int ret = gr_area_map(&a, env, PAGES, OLD_TAG);

	if (ret)
		return ret;
	for (int i = 0; i < 2; i++)
		if (gr_area_ask(&a, GR_DMIRROR_READ, 0, a.nr, (ssize_t)a.nr,
				"a read of written memory"))
			(void)gr_area_holds(&a, true, 0, a.nr, OLD_TAG,
					    "what the device read");
	fill_room(&a, NEW_TAG);
	if (gr_area_ask(&a, GR_DMIRROR_WRITE, 0, a.nr, (ssize_t)a.nr,
			"a write to written memory"))
		(void)gr_area_holds(&a, false, 0, a.nr, NEW_TAG,
				    "memory that the device wrote");
	gr_area_unmap(&a);
	return 0;
}

static int untouched(struct gr_check_env *env)
{
	struct gr_area a;
	int ret = gr_area_map(&a, env, PAGES, 0);

	if (ret)
		return ret;
	fill_room(&a, NEW_TAG);
	if (gr_area_ask(&a, GR_DMIRROR_READ, 0, 1, 1,
			"a read of an untouched page") &&
	    a.d->room[0])
		gr_check_fail(env, GR_CLASS_DATA, "wrong-data",
			      "a read of an untouched page gave %#x where it "
			      "must give 0",
			      a.d->room[0]);
	fill_room(&a, NEW_TAG);
	if (gr_area_ask(&a, GR_DMIRROR_WRITE, 0, a.nr, (ssize_t)a.nr,
			"a write to untouched memory"))
		(void)gr_area_holds(&a, false, 0, a.nr, NEW_TAG,
				    "memory that the device wrote");
	gr_area_unmap(&a);
	return 0;
}

/* The device must be told when a right is taken away that it has used. */
static int readonly(struct gr_check_env *env)
{
	struct gr_area a;
	int ret = gr_area_map(&a, env, PAGES, OLD_TAG);

	if (ret)
		return ret;
	fill_room(&a, OLD_TAG);
	(void)gr_area_ask(&a, GR_DMIRROR_WRITE, 0, a.nr, (ssize_t)a.nr,
			  "a write to memory that may be written");
	ret = gr_mprotect(a.base, a.map.range.len, PROT_READ);
	if (ret)
		return gr_err(ret, "cannot protect memory");
	fill_room(&a, NEW_TAG);
	(void)gr_area_ask(&a, GR_DMIRROR_WRITE, 0, a.nr, -EPERM,
			  "a write to memory that may be read only");
	(void)gr_area_holds(&a, false, 0, a.nr, OLD_TAG,
			    "memory that the device must not write");
	if (gr_area_ask(&a, GR_DMIRROR_READ, 0, a.nr, (ssize_t)a.nr,
			"a read of memory that may be read only"))
		(void)gr_area_holds(&a, true, 0, a.nr, OLD_TAG,
				    "what the device read");
	ret = gr_mprotect(a.base, a.map.range.len, PROT_NONE);
	if (ret)
		return gr_err(ret, "cannot protect memory");
	fill_room(&a, NEW_TAG);
	(void)gr_area_ask(&a, GR_DMIRROR_READ, 0, a.nr, -EFAULT,
			  "a read of memory that may not be reached");
	(void)gr_area_holds(&a, true, 0, a.nr, NEW_TAG,
			    "the place for what the device did not read");
	gr_area_unmap(&a);
	return 0;
}

static int unmapped(struct gr_check_env *env)
{
	struct gr_area a;
	int ret = gr_area_map(&a, env, PAGES, OLD_TAG);

	if (ret)
		return ret;
	(void)gr_area_ask(&a, GR_DMIRROR_READ, 0, a.nr, (ssize_t)a.nr,
			  "a read of written memory");
	ret = gr_munmap(a.base, GR_CHECK_PAGE);
	if (ret)
		return gr_err(ret, "cannot unmap a page");
	(void)gr_area_ask(&a, GR_DMIRROR_READ, 0, 1, -EFAULT,
			  "a read of a page that is unmapped");
	/* what is unmapped with the rest has to be there */
	ret = gr_mmap_at(a.base, GR_CHECK_PAGE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1);
	if (ret)
		return gr_err(ret, "cannot map a page again");
	gr_area_unmap(&a);
	return 0;
}

/* Pages of a file that is shared: what the device writes is the file's. */
static int of_file(struct gr_check_env *env)
{
	struct gr_area a;
	unsigned char byte = 0;
	int fd = gr_temp_file();
	int ret = fd < 0 ? fd : gr_area_map(&a, env, PAGES, OLD_TAG);

	if (ret)
		return gr_err(ret, "cannot make a file");
	ret = gr_truncate_fd(fd, (off_t)a.map.range.len);
	if (!ret)
		ret = gr_mmap_shared_at(a.base, a.map.range.len,
					PROT_READ | PROT_WRITE, fd, 0);
	if (ret)
		return gr_err(ret, "cannot map a file");
	gr_fill_pattern(a.base, a.map.range.len, OLD_TAG);
	if (gr_area_ask(&a, GR_DMIRROR_READ, 0, a.nr, (ssize_t)a.nr,
			"a read of a file's pages"))
		(void)gr_area_holds(&a, true, 0, a.nr, OLD_TAG,
				    "what the device read of a file");
	fill_room(&a, NEW_TAG);
	(void)gr_area_ask(&a, GR_DMIRROR_WRITE, 0, a.nr, (ssize_t)a.nr,
			  "a write to a file's pages");
	fill_room(&a, NEW_TAG);
	if (gr_pread(fd, &byte, 1, 0) != 1 || byte != a.d->room[0])
		gr_check_fail(env, GR_CLASS_DATA, "wrong-data",
			      "the first byte of a file is %#x where the "
			      "device wrote %#x",
			      byte, a.d->room[0]);
	/* what it says is what it has mirrored; the page must stay */
	(void)gr_dmirror_do(a.d, GR_DMIRROR_TO_DEVICE, a.base, 1);
	(void)gr_area_is_at(&a, 0, GR_AT_SYSTEM, "since it is a file's");
	gr_area_unmap(&a);
	(void)gr_close(fd); /* nothing is to be kept */
	return 0;
}

static int run(struct gr_check_env *env)
{
	static int (*const parts[])(struct gr_check_env *) = {
		written, untouched, readonly, unmapped, of_file,
	};
	int ret = 0;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && !ret; i++)
		ret = parts[i](env);
	return ret;
}

const struct gr_check_ops gr_check_hmm_access = {
	.name = "hmm_access",
	.summary = "a device reads and writes what the process may, no more",
	.needs = {.root = true},
	.wants = GR_TARGET_MOVES,
	.bars = GR_TARGET_EXCLUSIVE,
	.run = run,
};
