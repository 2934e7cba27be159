/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A case: the smallest thing that gets a verdict. Cases come from a scenario
 * by expansion (core/plan.h); the name is unique within a plan and says all
 * that decides what the case does, so that a second guest which makes the same
 * plan finds the same cases.
 */
#ifndef GR_CORE_CASE_H
#define GR_CORE_CASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/target.h"

struct gr_check_ops;
struct gr_invalidate_ops;
struct gr_pin_ops;

enum gr_case_kind {
	GR_CASE_CHECK, /* one functional check of a target */
	GR_CASE_RACE, /* pins against one invalidator */
	GR_CASE_REFUSAL, /* a pin that this kernel must refuse */
	GR_CASE_BALANCE, /* many pins, nothing taken away: counts must balance */
};

/* What pin() is given. */
enum gr_range_shape {
	GR_SHAPE_PAGE, /* one 4 KiB page */
	GR_SHAPE_CROSS, /* 8 KiB across the border of two leaves */
	GR_SHAPE_FAR, /* one page, in the last of GR_FAR_LEAVES leaves */
	GR_SHAPE_MIXED, /* iovecs: device page, ordinary page, device page */
	/* of a GR_CASE_BALANCE only: */
	GR_SHAPE_UNTOUCHED, /* one page, not mapped before */
	GR_SHAPE_SHORT, /* 8 KiB, of which the second page cannot be had */
	GR_NR_SHAPES,
};

/* A balance begins with so many single pins, each looked at. */
#define GR_BALANCE_SINGLES 64

/* More than a table of leaves, and than any batch of a scan, holds. */
#define GR_FAR_LEAVES 520u

#define GR_CASE_NAME_MAX 128

struct gr_case {
	char name[GR_CASE_NAME_MAX]; /* "devdax/2M/vmsplice/ns_disable/page" */
	enum gr_case_kind kind;
	const struct gr_target_ops *target;
	struct gr_target_spec spec;
	const struct gr_check_ops *check; /* GR_CASE_CHECK */
	const struct gr_pin_ops *pin; /* NULL in a GR_CASE_CHECK */
	const struct gr_invalidate_ops *inv; /* GR_CASE_RACE */
	/* a real teardown where there was none before; NULL = @inv is one */
	const struct gr_invalidate_ops *last;
	enum gr_range_shape shape;
	unsigned int nr_pinners; /* workers on the same pages; 1 or 2 */
	bool witness; /* a second namespace that must not notice */
	uint64_t slice_ns; /* time to spend on iterations */
	const char *known; /* entry that this case is expected to match */
	char skip[GR_REASON_MAX]; /* why it cannot run here; "" = it can */
};

/**
 * gr_case_place() - what the case is about, as its name begins: "devdax/2M",
 * "devdax/2M-dev", "fsdax-ext4/2M", "fsdax-xfs-plain/4K", "hmm_private-file/4K".
 *
 * That is the target, the file system, how that is mapped when not with
 * MAP_SYNC; the alignment, and the map when it is not mem.
 */
void gr_case_place(const struct gr_case *c, char *buf, size_t len);

/** gr_shape_name() - "page", "cross", "far", "mixed" ...; never NULL. */
const char *gr_shape_name(enum gr_range_shape shape);

/** gr_shape_parse() - 0, or -EINVAL no such shape. */
int gr_shape_parse(const char *name, enum gr_range_shape *shape);

#endif /* GR_CORE_CASE_H */
