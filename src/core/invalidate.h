/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Contract of an invalidator: one way in which memory is taken away from those
 * who map and pin it.
 *
 * setup -> (invalidate -> restore)* -> teardown, in the case's keeper process.
 * Those of SAME_MM live in the pinning process: invalidate() in a thread of it,
 * the rest beside, and setup() finds the first mapping made. Those of VICTIM live
 * in the parent of the process that pins, in the same way. invalidate() runs
 * inside the race window and neither allocates more than its library does nor
 * logs.
 */
#ifndef GR_CORE_INVALIDATE_H
#define GR_CORE_INVALIDATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/needs.h"
#include "core/reason.h"
#include "core/target.h"

struct gr_ctx;
struct gr_invalidate;

enum gr_invalidate_flag {
	/* what it acts on */
	GR_INV_TEARDOWN = 1 << 0, /* the pgmap, which it ends; see below */
	GR_INV_SAME_MM = 1 << 1, /* the pinning process's own mapping */
	GR_INV_FILE = 1 << 2, /* a file or its file system */
	GR_INV_VICTIM = 1 << 3, /* the pinning process itself, which it ends */

	/*
	 * What a held pin of the memory that it takes means to it. Without one of
	 * these it must return while pages are pinned; a teardown must wait.
	 */
	GR_INV_WAITS = 1 << 4, /* it must not return before the unpin */
	GR_INV_MAY_WAIT = 1 << 5, /* both are right */

	/* what it leaves behind */
	GR_INV_SIGBUS =
		1 << 6, /* the mapping must SIGBUS, as after a teardown */
	GR_INV_FREES = 1 << 7, /* blocks, which other files may be given */

	/* what it needs */
	GR_INV_UNMAPPED = 1 << 8, /* pins that have outlived their mapping */
	GR_INV_HUGE = 1 << 9, /* leaves that are larger than a page */
	GR_INV_REFLINK = 1 << 10, /* a file system whose files share blocks */

	/* SAME_MM: until restore() gup has to refuse the mapping */
	GR_INV_DENIES = 1 << 11,

	/*
	 * Only memory that moves (GR_TARGET_MOVES). Beside SAME_MM it moves pages
	 * of the mapping, else it ends all that the device has. With WAITS it must
	 * not succeed while they are pinned; what it returns says that it did not.
	 */
	GR_INV_MOVES = 1 << 12,
};

enum gr_expect_class {
	GR_EXPECT_LEGAL,
	GR_EXPECT_LEGAL_WHILE_PINNED, /* a mapping or a pin may be the cause */
	GR_EXPECT_BUG,
};

/* One row of the expectation table; errors without a row are bugs. */
struct gr_expect {
	int err; /* positive errno; 0 = success */
	enum gr_expect_class class;
	const char *why;
};

struct gr_invalidate_ops {
	const char *name;
	const char *summary;
	unsigned int flags; /* enum gr_invalidate_flag */
	struct gr_needs needs;
	size_t priv_size; /* bytes, zeroed, allocated by the engine */
	const struct gr_expect *expect; /* ends with a row whose why is NULL */

	/** @probe: as for pins; may be NULL. 0, or -errno with @why filled. */
	int (*probe)(const struct gr_ctx *ctx, struct gr_reason *why);

	/**
	 * @setup: open contexts, look things up. The length of a SAME_MM's
	 * mapping is the same in all iterations.
	 */
	int (*setup)(const struct gr_ctx *ctx, struct gr_invalidate *inv);

	/** @invalidate: take the memory away. 0 or -errno: a fact. */
	int (*invalidate)(struct gr_invalidate *inv);

	/**
	 * @restore: make the target whole again, also after an invalidate()
	 * that failed half-way. The engine calls the target's attach() next.
	 */
	int (*restore)(struct gr_invalidate *inv);

	/** @teardown: undo setup(); legal after a failed setup(). */
	void (*teardown)(struct gr_invalidate *inv);
};

/** gr_inv_waits() - must it wait for the pins of what it takes? */
static inline bool gr_inv_waits(const struct gr_invalidate_ops *ops)
{
	return ops->flags & (GR_INV_TEARDOWN | GR_INV_WAITS);
}

/** gr_inv_ends_device() - does it take all of a device that memory moves to? */
static inline bool gr_inv_ends_device(const struct gr_invalidate_ops *ops)
{
	return (ops->flags & (GR_INV_MOVES | GR_INV_SAME_MM)) == GR_INV_MOVES;
}

/** gr_inv_is_pinners() - is it done by a pinner, rather than by the keeper? */
static inline bool gr_inv_is_pinners(const struct gr_invalidate_ops *ops)
{
	return ops->flags & (GR_INV_SAME_MM | GR_INV_VICTIM);
}

/** gr_inv_kills_mapping() - must the old mapping SIGBUS when it succeeded? */
static inline bool gr_inv_kills_mapping(const struct gr_invalidate_ops *ops)
{
	return ops->flags & (GR_INV_TEARDOWN | GR_INV_SIGBUS);
}

/**
 * gr_inv_kept() - bytes at the start of the mapping that stay where they are when
 * the rest must SIGBUS: what cuts a huge leaf does so in the middle of the first.
 * @align: bytes of a leaf.
 */
static inline uint64_t gr_inv_kept(const struct gr_invalidate_ops *ops,
				   uint64_t align)
{
	return ops->flags & GR_INV_HUGE ? align / 2 : 0;
}

/*
 * The process that a VICTIM ends; a child of the caller, in memory that both
 * share. It has a thread that waits for `leave`.
 */
struct gr_victim {
	pid_t pid; /* 0 once it has been reaped */
	uint32_t leave; /* set, and wake its futex: it exits, pins or not */
};

struct gr_invalidate {
	const struct gr_invalidate_ops *ops;
	const struct gr_ctx *ctx;
	const struct gr_target *target;
	struct gr_mapping *mapping; /* SAME_MM only, else NULL */
	void *pinned; /* SAME_MM only: the first page that is pinned */
	struct gr_victim *victim; /* VICTIM only, else NULL */
	void *priv; /* priv_size bytes */
};

#endif /* GR_CORE_INVALIDATE_H */
