/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of gr_mutants share. A plant is a row of data: the places at
 * which it looks, and what it does there. main.c arms the one that mode= names.
 */
#ifndef GR_MUTANTS_H
#define GR_MUTANTS_H

#include <linux/kprobes.h>
#include <linux/memremap.h>
#include <linux/mm.h>
#include <linux/percpu-refcount.h>
#include <linux/version.h>

/* pgmap->ref became a member in 5.16, was a pointer before */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 16, 0)
#define PGMAP_REF(pgmap) ((pgmap)->ref)
#else
#define PGMAP_REF(pgmap) (&(pgmap)->ref)
#endif

/*
 * Why a kernel has no place for some plants; NULL where it has. They are reasons
 * for the log and keep the rest compiling: what a kernel has under another name
 * is found out by asking for the symbol.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 17, 0)
#define GUP_USES_PGMAP 1
#define NO_PGMAP_REF NULL
#else
#define GUP_USES_PGMAP 0
#define NO_PGMAP_REF "gup of this kernel takes no reference on the pgmap"
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 17, 0) && GUP_USES_PGMAP
#define HAS_LEAF_ORDER 1
#define NO_LEAF_ORDER NULL
#else
#define HAS_LEAF_ORDER 0
#define NO_LEAF_ORDER "the pgmap of this kernel does not tell its leaf size"
#endif

/* FOLL_GET and FOLL_PIN went to a private header in 6.3 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
#define HAS_FOLL_FLAGS 1
#define NO_FOLL_FLAGS NULL
#else
#define HAS_FOLL_FLAGS 0
#define NO_FOLL_FLAGS "the flags of gup are private to this kernel"
#endif

#if HAS_LEAF_ORDER && HAS_FOLL_FLAGS
#define NO_PAGE_PLANT NULL
#else
#define NO_PAGE_PLANT "device pages of this kernel are counted in another way"
#endif

/* what gup-fast takes a page of a PTE by */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 17, 0)
#define GRAB_FAST "try_grab_compound_head"
#else
#define GRAB_FAST "try_grab_folio"
#endif

#define GUP_FAST "internal_get_user_pages_fast"
#define GUP_HUGE "__gup_device_huge"
#define GUP_SLOW "follow_page_pte", "follow_devmap_pmd", "follow_devmap_pud"

enum leaf {
	LEAF_ANY,
	LEAF_PTE,
	LEAF_PMD,
	LEAF_PUD,
};

#define MAX_CALLERS 3
#define MAX_PLACES 3

/**
 * struct visit - the arguments of a call, as leave() sees them.
 * @arg: the first four, in the order of the prototype.
 */
struct visit {
	unsigned long arg[4];
};

/**
 * struct place - a function that a plant looks at; at() or leave(), not both.
 * @symbol: its name; NULL ends the places of a plant.
 * @from:   calls from these functions only; none = from anywhere.
 * @at:     runs at its entry, may change arguments; true when it has called
 *          skip(). Preemption is off.
 * @wanted: shall leave() see this call? NULL = yes.
 * @leave:  runs when it returns, may change what it returns. Preemption is off.
 */
struct place {
	const char *symbol;
	const char *from[MAX_CALLERS];
	bool (*at)(struct pt_regs *regs);
	bool (*wanted)(const struct pt_regs *regs);
	void (*leave)(const struct visit *visit, struct pt_regs *regs);
};

/**
 * struct plant - one bug that can be planted.
 * @name:    what mode= selects; NULL ends a table.
 * @summary: what goes wrong, for the kernel's log.
 * @missing: why this kernel cannot have it; NULL when it can.
 * @leaf:    it goes wrong at mappings of this size only.
 * @module:  what must be loaded before its places can be found; NULL = nothing.
 * @place:   where it looks; all of them must exist.
 */
struct plant {
	const char *name;
	const char *summary;
	const char *missing;
	enum leaf leaf;
	const char *module;
	struct place place[MAX_PLACES + 1];
};

extern const struct plant fsdax_plants[];
extern const struct plant hmm_plants[];
extern const struct plant page_plants[];
extern const struct plant path_plants[];
extern const struct plant pgmap_plants[];
extern const struct plant policy_plants[];
extern const struct plant race_plants[];
extern const struct plant teardown_plants[];

/** due() - is this occasion the one in every= that goes wrong? Counts both. Any context. */
bool due(void);

/** planted_leaf() - the leaf of the plant that is armed. */
enum leaf planted_leaf(void);

/** places_watch() - register the probes of @plant. 0 or -errno, with none left. */
int places_watch(const struct plant *plant);

/** places_leave() - take them away; no handler runs when it returns. */
void places_leave(void);

/** is_call_from() - was the function of @regs, at its entry, called from @function? */
bool is_call_from(const struct pt_regs *regs, const char *function);

/** skip() - let the function of @regs, at its entry, return @value at once. */
bool skip(struct pt_regs *regs, unsigned long value);

/** is_leaf_of() - does @pgmap, to which a reference is held, map the armed leaf? */
bool is_leaf_of(const struct dev_pagemap *pgmap);

/** is_device() - a page of ZONE_DEVICE, of the armed leaf? @page must be valid. */
bool is_device(const struct page *page);

/**
 * leaf_at() - how does the current process map @addr?
 * @is_writable: is set for a leaf of device memory.
 *
 * Return: the leaf, or LEAF_ANY where no device memory is mapped.
 */
enum leaf leaf_at(unsigned long addr, bool *is_writable);

/** walk_begins() - wanted() of get_dev_pagemap(): the first look-up of gup-fast in a table. */
bool walk_begins(const struct pt_regs *regs);

#endif /* GR_MUTANTS_H */
