// SPDX-License-Identifier: GPL-2.0-only
#include "target/hmm_internal.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "base/log.h"
#include "base/size.h"
#include "sys/call.h"
#include "sys/dmirror.h"
#include "sys/file.h"
#include "sys/pagemap.h"

#define PAGE (4 * GR_KIB)

int gr_hmm_probe(const struct gr_ctx *ctx, const struct gr_target_spec *spec,
		 struct gr_reason *why)
{
	if (!ctx->in_guest)
		gr_reason_set(why, "loads %s in a guest only",
			      GR_DMIRROR_MODULE);
	else if (spec->align > 2 * GR_MIB)
		gr_reason_set(why, "anonymous memory has no such leaves");
	else if (spec->source == GR_SOURCE_FILE && spec->align > PAGE)
		gr_reason_set(why, "copies of pages of a file are single ones");
	else
		return 0;
	return -ENODEV;
}

/* Coherent memory is no entry of its own among the resources. */
static int find_region(struct gr_target *t, uint64_t phys)
{
	uint64_t spm[2];

	if (!gr_dmirror_region(phys, &t->whole_start, &t->whole_size))
		return 0;
	if (gr_dmirror_spm(spm))
		return -ENODEV;
	for (int i = 0; i < 2; i++)
		if (phys - spm[i] < GR_DMIRROR_BYTES) {
			t->whole_start = spm[i];
			t->whole_size = GR_DMIRROR_BYTES;
			return 0;
		}
	return -ENODEV;
}

/* An address that leaves of @align can map; what is around it is given back. */
static int map_aligned(const struct gr_target *t, size_t len, void **addr)
{
	size_t align = t->spec.align, all = len + align;
	void *room;
	char *at;
	int ret = gr_mmap(all, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, &room);

	if (ret)
		return ret;
	at = room;
	at += -(uintptr_t)room % align;
	if (at > (char *)room)
		(void)gr_munmap(room, (size_t)(at - (char *)room));
	if (at + len < (char *)room + all)
		(void)gr_munmap(at + len,
				(size_t)((char *)room + all - at) - len);
	*addr = at;
	return gr_madvise(at, len,
			  align > PAGE ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
}

/* Where did it go? */
static int look(struct gr_target *t, struct gr_dmirror *d, char *base,
		size_t len)
{
	struct gr_pagemap at = {.pfn = 0};
	ssize_t n;
	int ret;

	*base = 1;
	n = gr_dmirror_do(d, GR_DMIRROR_TO_DEVICE, base, len / PAGE);
	ret = n < 0 ? (int)n : gr_pagemap_at(base, &at);
	return ret ? ret : find_region(t, at.pfn * PAGE);
}

/*
 * A kernel that moves a huge page whole has memory apart for those. Of coherent memory
 * there is one range, and the driver means to map it a second time when it is asked for a
 * single page after a huge one.
 */
static size_t bytes_to_ask(const struct gr_target *t)
{
	return t->ops->flags & GR_TARGET_PIN_STAYS ? PAGE : t->spec.align;
}

static int find_memory(struct gr_target *t, const char *dev)
{
	size_t len = bytes_to_ask(t);
	struct gr_dmirror *d;
	void *base;
	int ret = gr_dmirror_open(dev, len, &d);

	if (ret)
		return ret;
	ret = map_aligned(t, len, &base);
	if (!ret) {
		ret = look(t, d, base, len);
		(void)gr_munmap(base, len); /* our own */
	}
	(void)gr_dmirror_close(d); /* nothing of ours is left there */
	return ret;
}

static unsigned int device_of(const struct gr_target *t)
{
	return t->ops->flags & GR_TARGET_PIN_STAYS ? GR_DMIRROR_COHERENT
						   : GR_DMIRROR_PRIVATE;
}

int gr_hmm_attach(const struct gr_ctx *ctx, struct gr_target *t)
{
	char dev[sizeof(t->dev)];
	int ret;

	(void)ctx;
	/* devtmpfs has made the node when the driver is loaded */
	(void)snprintf(dev, sizeof(dev), "/dev/hmm_dmirror%u", device_of(t));
	ret = find_memory(t, dev);
	if (ret)
		return gr_err(ret, "cannot find the memory of '%s'", dev);
	(void)snprintf(t->ns, sizeof(t->ns), "%s", strrchr(dev, '/') + 1);
	memcpy(t->dev, dev, sizeof(t->dev));
	t->data_start = t->whole_start;
	t->size = t->whole_size;
	return 0;
}

int gr_hmm_acquire(const struct gr_ctx *ctx, struct gr_target *t)
{
	int ret = gr_dmirror_load();

	return ret ? gr_err(ret, "cannot load '%s'", GR_DMIRROR_MODULE)
		   : gr_hmm_attach(ctx, t);
}

/* Each page that is written to is copied, and so is anonymous. */
static int map_copies(size_t len, void **addr)
{
	int fd = gr_temp_file();
	int ret = fd < 0 ? fd : gr_truncate_fd(fd, (off_t)len);

	if (!ret)
		ret = gr_mmap(len, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0,
			      addr);
	if (fd >= 0)
		(void)gr_close(fd); /* the mapping keeps the file */
	return ret;
}

/* The rights come last: a page that is only read was written before. */
static int map_memory(const struct gr_target *t, const struct gr_map_req *req,
		      void **addr)
{
	int ret = t->spec.source == GR_SOURCE_FILE
			  ? map_copies(req->len, addr)
			  : map_aligned(t, req->len, addr);

	if (!ret && !(req->prot & PROT_WRITE)) {
		memset(*addr, 0, req->len);
		ret = gr_mprotect(*addr, req->len, req->prot);
	}
	return ret;
}

int gr_hmm_map(const struct gr_target *t, const struct gr_map_req *req,
	       struct gr_mapping *m)
{
	struct gr_dmirror *d;
	void *addr;
	int ret = gr_dmirror_open(t->dev, req->len, &d);

	if (ret)
		return gr_err(ret, "cannot open '%s'", t->dev);
	ret = map_memory(t, req, &addr);
	if (ret) {
		(void)gr_dmirror_close(d); /* the first error counts */
		return gr_err(ret, "cannot map memory for '%s'", t->dev);
	}
	*m = (struct gr_mapping){
		.range = {addr, req->len},
		.fd = d->fd,
		.handle = d,
	};
	return 0;
}

int gr_hmm_unmap(struct gr_mapping *m)
{
	int ret = gr_munmap(m->range.addr, m->range.len);
	int closed = gr_dmirror_close(m->handle);

	m->fd = -1;
	m->handle = NULL;
	return ret ? ret : closed;
}

int gr_hmm_take(const struct gr_mapping *m, enum gr_dmirror_op op,
		const void *addr, size_t len)
{
	ssize_t n = gr_dmirror_do(m->handle, op, addr, len / PAGE);

	return n == -ENOENT ? -EBUSY : n < 0 ? (int)n : 0;
}

int gr_hmm_place(const struct gr_mapping *m, const void *addr, size_t len)
{
	return gr_hmm_take(m, GR_DMIRROR_TO_DEVICE, addr, len);
}
