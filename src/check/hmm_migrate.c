// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check hmm_migrate: pages migrate to a device and back with their data, by request, by a
 * fault, because the driver takes all back, and because the process goes; ten times over.
 * What cannot migrate stays: shared memory, what is mapped nowhere, and what another device
 * has.
 *
 * Source: mm/migrate_device.c; Documentation/mm/hmm.rst; the kernel's hmm-tests.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "base/log.h"
#include "check/hmm_internal.h"
#include "sys/access.h"
#include "sys/call.h"

#define PAGES 16
#define ROUNDS 10

static bool is_private(const struct gr_area *a)
{
	return !(a->env->target->ops->flags & GR_TARGET_PIN_STAYS);
}

static bool all_at(struct gr_area *a, enum gr_where where, const char *what)
{
	for (size_t i = 0; i < a->nr; i++)
		if (!gr_area_is_at(a, i, where, what))
			return false;
	return true;
}

/* To it, and what the device says that it has. */
static int take(struct gr_area *a, uint64_t tag)
{
	int ret = gr_area_place(a);

	if (ret)
		return ret;
	if (!(a->env->target->spec.align > GR_CHECK_PAGE))
		(void)gr_area_holds(a, true, 0, a->nr, tag,
				    "what came to the device");
	(void)all_at(a, GR_AT_DEVICE, "after it has migrated there");
	return 0;
}

static int by_request(struct gr_area *a)
{
	int ret = 0;

	for (uint64_t tag = 1; tag <= ROUNDS && !ret; tag++) {
		gr_fill_pattern(a->base, a->map.range.len, tag);
		ret = take(a, tag);
		if (ret)
			break;
		(void)gr_area_ask(a, GR_DMIRROR_TO_SYSTEM, 0, a->nr,
				  (ssize_t)a->nr, "a migration back");
		(void)all_at(a, GR_AT_SYSTEM, "after it has migrated back");
		(void)gr_area_holds(a, false, 0, a->nr, tag,
				    "memory that came back by request");
	}
	return ret;
}

/* Where the processor reaches the device it leaves the pages there. */
static int by_fault(struct gr_area *a)
{
	enum gr_where after = is_private(a) ? GR_AT_SYSTEM : GR_AT_DEVICE;
	int ret = 0;

	for (uint64_t tag = 1; tag <= ROUNDS && !ret; tag++) {
		gr_fill_pattern(a->base, a->map.range.len, tag);
		ret = take(a, tag);
		for (size_t i = 0; i < a->nr && !ret; i++)
			ret = gr_touch(gr_area_page(a, i), i & 1);
		if (ret)
			return gr_err(ret, "cannot reach what a device has");
		(void)all_at(a, after, "after the processor reached for it");
		(void)gr_area_holds(a, false, 0, a->nr, tag,
				    "memory that the processor reached for");
	}
	return ret;
}

/* The driver ends its memory, and finds more for the next request. */
static int by_release(struct gr_area *a)
{
	int ret;

	gr_fill_pattern(a->base, a->map.range.len, 3);
	ret = take(a, 3);
	if (ret)
		return ret;
	(void)gr_area_ask(a, GR_DMIRROR_RELEASE, 0, a->nr, 0,
			  "a release of all that the device has");
	(void)all_at(a, GR_AT_SYSTEM, "after the device has given all back");
	(void)gr_area_holds(a, false, 0, a->nr, 3,
			    "memory that the device gave back");
	return a->env->target->ops->attach(a->env->ctx, a->env->target);
}

static int untouched(struct gr_area *a)
{
	int ret = gr_madvise(a->base, a->map.range.len, MADV_DONTNEED);

	if (!ret)
		ret = gr_area_place(a);
	if (ret)
		return gr_err(ret, "cannot zap memory");
	(void)all_at(a, GR_AT_DEVICE, "after it began its life there");
	for (size_t i = 0; i < a->map.range.len; i++)
		if (a->base[i]) {
			gr_check_fail(a->env, GR_CLASS_DATA, "wrong-data",
				      "byte %zu of memory that began on the "
				      "device is not 0",
				      i);
			break;
		}
	return 0;
}

/* What is shared, protected or unmapped stays what it is. */
static int refused(struct gr_area *a)
{
	char *shared = gr_area_page(a, 0), *locked = gr_area_page(a, 1);
	int ret = gr_mmap_at(shared, GR_CHECK_PAGE, PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1);

	if (!ret)
		ret = gr_mprotect(locked, GR_CHECK_PAGE, PROT_NONE);
	if (ret)
		return gr_err(ret, "cannot change a mapping");
	(void)gr_area_ask(a, GR_DMIRROR_TO_DEVICE, 0, 1, -ENOENT,
			  "a migration of shared memory");
	memset(shared, 7, GR_CHECK_PAGE);
	(void)gr_area_ask(a, GR_DMIRROR_TO_DEVICE, 0, 1, -ENOENT,
			  "a migration of shared memory that is there");
	(void)gr_area_is_at(a, 0, GR_AT_SYSTEM, "since it is shared");
	(void)gr_area_ask(a, GR_DMIRROR_TO_DEVICE, 1, 1, -EINVAL,
			  "a migration of what may not be reached");
	ret = gr_munmap(locked, GR_CHECK_PAGE);
	(void)gr_area_ask(a, GR_DMIRROR_TO_DEVICE, 1, 2, -EINVAL,
			  "a migration of what is not mapped");
	if (!ret)
		ret = gr_mmap_at(locked, GR_CHECK_PAGE, PROT_READ,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1);
	return ret ? gr_err(ret, "cannot change a mapping") : 0;
}

static int run(struct gr_check_env *env)
{
	static int (*const parts[])(struct gr_area *) = {
		by_request, by_fault, by_release, untouched, refused,
	};
	int ret = 0;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && !ret; i++) {
		bool copies = env->target->spec.source == GR_SOURCE_FILE;
		struct gr_area a;

		if (copies && parts[i] == untouched)
			continue; /* a hole of a file is the file's */
		ret = gr_area_map(&a, env, PAGES, 1);
		if (ret)
			break;
		ret = parts[i](&a);
		gr_area_unmap(&a);
	}
	return ret;
}

const struct gr_check_ops gr_check_hmm_migrate = {
	.name = "hmm_migrate",
	.summary = "pages go to a device and come back, with their data",
	.needs = {.root = true},
	.wants = GR_TARGET_MOVES,
	.bars = GR_TARGET_EXCLUSIVE,
	.run = run,
};
