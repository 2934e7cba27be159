// SPDX-License-Identifier: GPL-2.0-only
#include "engine/grip.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/log.h"
#include "base/size.h"
#include "sys/access.h"
#include "sys/call.h"

#define PAGE (4 * GR_KIB)
#define STORE(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)

/* A page may be on its way to a list of the kernel's, or from one. */
#define PLACE_TRIES 100

_Static_assert(GR_SPANS_MAX >= GR_PIN_IOV_MAX, "each piece has a span");

/* Two leaves at least; a third one, or the pages after, stay untouched. */
static size_t map_len(const struct gr_grip *g)
{
	const struct gr_target *t = g->target;
	uint64_t leaf = t->spec.align;
	uint64_t nr = leaf == PAGE ? 8 : 3;

	if (g->c->shape == GR_SHAPE_FAR)
		return GR_FAR_LEAVES * leaf;
	while (nr > 2 && nr * leaf > t->size)
		nr--;
	return nr * leaf;
}

/*
 * The page to be pinned when it is one. Of a file the last one of its leaf: what
 * cuts a leaf in the middle takes it.
 */
static char *one_page(const struct gr_grip *g)
{
	size_t leaf = g->target->spec.align;
	char *base = g->map.range.addr;

	if (g->c->shape == GR_SHAPE_FAR)
		return base + GR_FAR_LEAVES * leaf - PAGE;
	return base +
	       (g->target->ops->flags & GR_TARGET_FILE ? leaf - PAGE : 0);
}

static void shape_iov(struct gr_grip *g)
{
	char *base = g->map.range.addr;
	size_t leaf = g->target->spec.align;
	bool both = true;

	switch (g->c->shape) {
	case GR_SHAPE_CROSS:
	case GR_SHAPE_SHORT:
		g->iov[0] = (struct iovec){base + leaf - PAGE, 2 * PAGE};
		g->nr_iov = 1;
		break;
	case GR_SHAPE_MIXED:
		g->iov[0] = (struct iovec){base, PAGE};
		g->iov[1] = (struct iovec){g->ordinary, PAGE};
		g->iov[2] = (struct iovec){base + leaf, PAGE};
		g->nr_iov = 3;
		break;
	default:
		g->iov[0] = (struct iovec){one_page(g), PAGE};
		g->nr_iov = 1;
		both = false;
	}
	g->untouched = base + (both ? 2 : 1) * leaf;
	if (g->c->shape == GR_SHAPE_FAR ||
	    g->untouched >= base + g->map.range.len)
		g->untouched = NULL;
}

/* The second leaf stays part of the mapping, and nobody may reach it. */
static int lock_second(const struct gr_grip *g)
{
	size_t leaf = g->target->spec.align;
	int ret;

	if (g->c->shape != GR_SHAPE_SHORT)
		return 0;
	ret = gr_mprotect((char *)g->map.range.addr + leaf, leaf, PROT_NONE);
	return ret ? gr_err(ret, "cannot protect a leaf of '%s'",
			    g->target->dev)
		   : 0;
}

static int touch(const struct gr_grip *g, char *page)
{
	int ret = gr_touch(page, true);

	return ret ? gr_err(ret,
			    "cannot fault in byte %zu of a fresh mapping of "
			    "'%s'",
			    (size_t)(page - (char *)g->map.range.addr),
			    g->target->dev)
		   : 0;
}

/* What lies before a page that is far away is in its way: all leaves are there. */
static int fault_in_all(const struct gr_grip *g)
{
	size_t leaf = g->target->spec.align;
	int ret = 0;

	for (size_t off = 0; off < g->map.range.len && !ret; off += leaf)
		ret = touch(g, (char *)g->map.range.addr + off);
	return ret;
}

static int fault_in(const struct gr_grip *g)
{
	bool first_only = g->c->shape == GR_SHAPE_SHORT;
	int ret = g->c->shape == GR_SHAPE_FAR ? fault_in_all(g) : 0;

	for (int i = 0; i < g->nr_iov; i++) {
		size_t len = first_only ? PAGE : g->iov[i].iov_len;

		for (size_t off = 0; off < len && !ret; off += PAGE)
			ret = touch(g, (char *)g->iov[i].iov_base + off);
	}
	return ret;
}

int gr_grip_init(struct gr_grip *grip, const struct gr_ctx *ctx,
		 const struct gr_case *c, const struct gr_target *target,
		 struct gr_pin_facts *facts)
{
	memset(grip, 0, sizeof(*grip));
	grip->ctx = ctx;
	grip->c = c;
	grip->target = target;
	grip->facts = facts;
	grip->map.fd = -1;
	grip->ordinary = aligned_alloc(PAGE, PAGE);
	if (!grip->ordinary)
		return -ENOMEM;
	memset(grip->ordinary, 0x5a, PAGE);
	return 0;
}

void gr_grip_fini(struct gr_grip *grip)
{
	free(grip->ordinary);
	grip->ordinary = NULL;
}

/* What else may become of the target's data is nobody's right. */
static void note_spans(const struct gr_grip *g)
{
	struct gr_pin_facts *f = g->facts;
	const char *base = g->map.range.addr;
	uint32_t nr = 0;

	for (int i = 0; i < g->nr_iov; i++) {
		const char *from = g->iov[i].iov_base;

		if (from == g->ordinary)
			continue;
		f->span[nr].off = (uint64_t)(from - base);
		f->span[nr++].len = g->iov[i].iov_len;
	}
	STORE(&f->nr_spans, nr);
}

/* The first time nobody is in the way for long. */
static int place_fresh(const struct gr_grip *g)
{
	int ret = gr_grip_place(g);

	for (int i = 0; ret == -EBUSY && i < PLACE_TRIES; i++)
		ret = gr_grip_place(g);
	return ret ? gr_err(ret, "a fresh page does not come to '%s'",
			    g->target->dev)
		   : 0;
}

int gr_grip_take(struct gr_grip *grip)
{
	const struct gr_target *t = grip->target;
	struct gr_map_req req = {
		.len = map_len(grip),
		.prot = PROT_READ | PROT_WRITE,
	};
	int ret = t->ops->map(t, &req, &grip->map);

	if (ret)
		return ret;
	STORE(&grip->facts->map_len, grip->map.range.len);
	STORE(&grip->facts->map_addr, (uintptr_t)grip->map.range.addr);
	shape_iov(grip);
	note_spans(grip);
	ret = lock_second(grip);
	if (!ret)
		ret = fault_in(grip);
	if (!ret)
		ret = place_fresh(grip);
	if (!ret)
		ret = gr_pin_init(&grip->pin, grip->c->pin, t);
	if (ret)
		return ret;
	return grip->pin.ops->setup(grip->ctx, &grip->pin, grip->iov,
				    grip->nr_iov);
}

int gr_grip_place(const struct gr_grip *grip)
{
	const struct gr_target_ops *ops = grip->target->ops;
	bool first_only = grip->c->shape == GR_SHAPE_SHORT;
	int ret = 0;

	if (!ops->place)
		return 0;
	for (int i = 0; i < grip->nr_iov && !ret; i++)
		if (grip->iov[i].iov_base != grip->ordinary)
			ret = ops->place(&grip->map, grip->iov[i].iov_base,
					 first_only ? PAGE
						    : grip->iov[i].iov_len);
	return ret;
}

/* A leaf is zapped whole: its table entry covers all of it. */
int gr_grip_forget(const struct gr_grip *grip)
{
	char *base = grip->map.range.addr;
	size_t leaf = grip->target->spec.align;

	for (int i = 0; i < grip->nr_iov; i++) {
		size_t from = (size_t)((char *)grip->iov[i].iov_base - base);
		size_t to = from + grip->iov[i].iov_len;
		int ret;

		if (grip->iov[i].iov_base == grip->ordinary)
			continue;
		from = from / leaf * leaf;
		to = (to + leaf - 1) / leaf * leaf;
		ret = gr_madvise(base + from, to - from, MADV_DONTNEED);
		if (ret)
			return ret;
	}
	return 0;
}

int gr_grip_drop(struct gr_grip *grip)
{
	grip->pin.ops->teardown(&grip->pin);
	gr_pin_fini(&grip->pin);
	return gr_grip_unmap(grip);
}

int gr_grip_unmap(struct gr_grip *grip)
{
	int ret;

	STORE(&grip->facts->map_addr, 0);
	if (!grip->map.range.addr)
		return 0;
	ret = grip->target->ops->unmap(&grip->map);
	grip->map.range.addr = NULL;
	return ret ? gr_err(ret, "cannot unmap '%s'", grip->target->dev) : 0;
}
