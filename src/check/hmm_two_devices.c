// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check hmm_two_devices: two devices mirror the same memory. Both read it; when one takes
 * the pages, the other still reads them (private ones come back for that) and cannot take
 * what the first has.
 *
 * Source: mm/hmm.c hmm_vma_handle_pte(); mm/migrate_device.c; the kernel's hmm-tests.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "base/log.h"
#include "check/hmm_internal.h"
#include "sys/call.h"

#define PAGES 6
#define TAG 31

/* The second device sees the same memory. */
struct pair {
	struct gr_area one;
	struct gr_area two; /* its base and pages are those of the first */
};

static int begin(struct pair *p, struct gr_check_env *env)
{
	bool coherent = env->target->ops->flags & GR_TARGET_PIN_STAYS;
	char path[32];
	int ret = gr_area_map(&p->one, env, PAGES, TAG);

	if (ret)
		return ret;
	(void)snprintf(
		path, sizeof(path), "/dev/hmm_dmirror%u",
		1 + (coherent ? GR_DMIRROR_COHERENT : GR_DMIRROR_PRIVATE));
	p->two = p->one;
	ret = gr_dmirror_open(path, p->one.map.range.len, &p->two.d);
	return ret ? gr_err(ret, "cannot open '%s'", path) : 0;
}

static void read_by(struct gr_area *a, const char *what)
{
	if (gr_area_ask(a, GR_DMIRROR_READ, 0, a->nr, (ssize_t)a->nr, what))
		(void)gr_area_holds(a, true, 0, a->nr, TAG, what);
}

static int both_read(struct pair *p)
{
	int ret = gr_mprotect(p->one.base, p->one.map.range.len, PROT_READ);

	if (ret)
		return gr_err(ret, "cannot protect memory");
	read_by(&p->one, "a read by the first device");
	read_by(&p->two, "a read by the second device");
	return 0;
}

static void one_takes(struct pair *p)
{
	if (gr_area_ask(&p->two, GR_DMIRROR_TO_DEVICE, 0, p->two.nr,
			(ssize_t)p->two.nr, "a migration to the second"))
		(void)gr_area_holds(&p->two, true, 0, p->two.nr, TAG,
				    "what came to the second device");
	/* it has mirrored nothing of it yet, and cannot take it */
	(void)gr_area_ask(&p->one, GR_DMIRROR_TO_DEVICE, 0, 1, -ENOENT,
			  "a migration to the first of what the second has");
	read_by(&p->one, "a read by the first of what the second has");
	(void)gr_area_holds(&p->one, false, 0, p->one.nr, TAG,
			    "memory that both devices had");
}

static int run(struct gr_check_env *env)
{
	struct pair p;
	int ret = begin(&p, env);

	if (ret)
		return ret;
	one_takes(&p);
	(void)gr_dmirror_close(p.two.d); /* what it had comes back */
	gr_area_unmap(&p.one);
	ret = begin(&p, env);
	if (!ret)
		ret = both_read(&p);
	if (ret)
		return ret;
	(void)gr_dmirror_close(p.two.d); /* the same */
	gr_area_unmap(&p.one);
	return 0;
}

const struct gr_check_ops gr_check_hmm_two_devices = {
	.name = "hmm_two_devices",
	.summary = "two devices mirror, and take, the same memory",
	.needs = {.root = true},
	.wants = GR_TARGET_MOVES,
	.bars = GR_TARGET_EXCLUSIVE,
	.run = run,
};
