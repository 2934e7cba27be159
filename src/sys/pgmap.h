/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kernel counts on device memory, read from outside by BPF: the
 * references of a struct dev_pagemap (a pgmap), and the counts of its pages.
 * Nothing is written, nothing is attached, and no device is opened, so none of
 * it can block. A value is exact only while nobody takes or drops references.
 *
 * Source: include/linux/memremap.h, mm_types.h, percpu-refcount.h.
 */
#ifndef GR_SYS_PGMAP_H
#define GR_SYS_PGMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gr_pgmap; /* the reader */

struct gr_pgmap_ref {
	uint64_t
		address; /* of the pgmap; the next instance may have the same */
	int64_t refs; /* alive; once it is dead, what it waits for */
	int64_t idle; /* what @refs is while idle; 0 = no formula for it */
	bool atomic; /* no longer counted per CPU */
	bool dead; /* memunmap_pages() has begun */
	bool own; /* not the counter of somebody else, such as a queue */
	bool device_dax; /* MEMORY_DEVICE_GENERIC */
	bool fs_dax; /* MEMORY_DEVICE_FS_DAX */
	/* MEMORY_DEVICE_PRIVATE or _COHERENT: each page in use counts, idle ones not */
	bool moves;
	unsigned int order; /* of its compound pages; 0 = single pages */
};

/* A page that does not have the counts of an idle one. */
struct gr_page_off {
	uint64_t pfn;
	uint64_t offset; /* bytes from where the scan began */
	int64_t refs; /* more (or less) than idle, those of mappings aside */
	int64_t pins; /* the same of FOLL_PIN; such a pin is no ref as well */
};

#define GR_PAGES_OFF_MAX 16

struct gr_page_scan {
	uint64_t nr_off; /* pages off balance */
	uint64_t nr_used; /* where the pgmap moves: pages that somebody has */
	uint64_t nr_mapped; /* pages in which mappings count, from 6.15 on */
	int64_t refs_lost, refs_extra; /* sums; lost ones are positive, too */
	int64_t pins_lost, pins_extra;
	unsigned int nr_shown; /* the first of them */
	struct gr_page_off off[GR_PAGES_OFF_MAX];
};

/**
 * gr_pgmap_open() - load the reader into the kernel.
 * @why: @len bytes; one sentence on failure.
 *
 * Takes a second or two under emulation: the kernel's BTF is read.
 * Return: 0 or -errno; *@r NULL on failure.
 * Errors: -EOPNOTSUPP built without libbpf, or the kernel has no BTF, hides
 *         its symbols' addresses, or has no such object; -EPERM not root, or
 *         locked down; others of bpf(2).
 */
int gr_pgmap_open(struct gr_pgmap **r, char *why, size_t len);

/** gr_pgmap_close() - NULL is legal. */
void gr_pgmap_close(struct gr_pgmap *r);

/**
 * gr_pgmap_limits() - what cannot be seen on this kernel: one sentence, "" =
 * nothing is known that cannot. Lives as long as @r.
 */
const char *gr_pgmap_limits(const struct gr_pgmap *r);

/**
 * gr_pgmap_ref() - the pgmap that owns a page.
 * @phys: physical address of the page, which must be device memory that is
 *        attached: of other pages the result is without meaning.
 *
 * Return: 0 or -errno. Errors: -EFAULT there is none.
 */
int gr_pgmap_ref(struct gr_pgmap *r, uint64_t phys, struct gr_pgmap_ref *out);

/**
 * gr_pgmap_ref_again() - the same, by the address that was seen before, of a
 * pgmap that is being torn down. Its pages need not exist any more.
 */
int gr_pgmap_ref_again(struct gr_pgmap *r, uint64_t address,
		       struct gr_pgmap_ref *out);

/**
 * gr_pgmap_scan() - compare the pages of a range with idle ones.
 * @phys:  physical address; of a head where the pgmap's pages are compound.
 * @bytes: of the range.
 *
 * Of a compound page of device-dax the head is looked at, and so many tails as
 * have a struct page of their own where the others share one. Of fsdax each page
 * is looked at, as part of a large one where a fault has made it so. Where pages
 * move to the device, an idle one has no reference, and each mapping is one.
 * Return: 0 or -errno.
 * Errors: -EFAULT a page has no struct page; -EOPNOTSUPP memory of a kind
 *         whose idle state is not known.
 */
int gr_pgmap_scan(struct gr_pgmap *r, uint64_t phys, uint64_t bytes,
		  struct gr_page_scan *out);

/**
 * gr_pgmap_own_page() - an ordinary page of this process that no one else
 * counts on: no LRU list, no page cache. To try the reader on.
 */
void *gr_pgmap_own_page(struct gr_pgmap *r);

/**
 * gr_pgmap_own_refs() - references on that page as the reader finds them.
 *
 * Return: 0 or -errno (of /proc/self/pagemap as well).
 */
int gr_pgmap_own_refs(struct gr_pgmap *r, int64_t *refs);

#endif /* GR_SYS_PGMAP_H */
