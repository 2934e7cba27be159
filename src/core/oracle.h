/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Contract of an oracle: one judge. All of it runs in the supervisor, which
 * never touches a path that can block on a device.
 *
 * open -> (begin -> sample* -> judge)* -> close.
 */
#ifndef GR_CORE_ORACLE_H
#define GR_CORE_ORACLE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/case.h"
#include "core/facts.h"
#include "core/figures.h"
#include "core/finding.h"
#include "core/needs.h"
#include "core/reason.h"

struct gr_ctx;
struct gr_oracle;

enum gr_point {
	GR_POINT_POLL, /* the supervisor's loop, some 50 times a second */
	GR_POINT_QUIESCENT, /* facts->quiet says which; its worker waits */
	GR_POINT_HANG, /* a deadline has passed; the worker still waits */
	GR_POINT_END, /* the case is over, workers are gone or given up */
};

enum gr_sight {
	GR_SIGHT_CLEAN,
	GR_SIGHT_VIOLATED, /* findings were added */
	GR_SIGHT_BLIND, /* evidence was lost, or there is none to be had */
};

/* What a case is doing, as far as its oracles may see it. */
struct gr_scene {
	const struct gr_case *c;
	const struct gr_target *target; /* ns is "" until it is acquired */
	const struct gr_facts *facts;
	const char *op; /* the operation in flight, for people; never NULL */
	bool hang; /* one was found: what returns now was let go */
	/*
	 * Filled by who can count them: how often gup-fast left requests of
	 * each pinner to the slow path, for an aim that asks after each pin.
	 * GR_PINNERS_MAX words in shared memory, NULL = not counted.
	 */
	const uint64_t **slow;
};

#define GR_REQUIRED_FOR_ALL (~0u)

struct gr_oracle_ops {
	const char *name;
	const char *summary;
	/* 1 << enum gr_case_kind: no such case may say PASS while it is BLIND */
	unsigned int required_for;
	struct gr_needs needs;
	size_t priv_size; /* bytes, zeroed, allocated by the engine */

	/**
	 * @open: once for a run. 0, or -errno with @why: BLIND for the run.
	 * With 0 a @why that is not empty names what it cannot see here.
	 */
	int (*open)(const struct gr_ctx *ctx, struct gr_oracle *o,
		    struct gr_reason *why);

	/** @begin: arm for a case. 0 or -errno: BLIND for the case. */
	int (*begin)(struct gr_oracle *o, const struct gr_scene *scene);

	/** @sample: look; findings may be added at any point. May be NULL. */
	void (*sample)(struct gr_oracle *o, const struct gr_scene *scene,
		       enum gr_point point, struct gr_findings *out);

	/** @judge: the case is over. @why is filled when BLIND. */
	enum gr_sight (*judge)(struct gr_oracle *o,
			       const struct gr_scene *scene,
			       struct gr_findings *out, struct gr_reason *why);

	/** @figures: add what it measured in the case. May be NULL. */
	void (*figures)(const struct gr_oracle *o, struct gr_figures *out);

	/**
	 * @selftest: feed it known-bad input, without a kernel at risk.
	 * Return: 0 it saw what it had to see, -EOPNOTSUPP it is BLIND here
	 * (@why), -EINVAL it missed something (@why).
	 */
	int (*selftest)(const struct gr_ctx *ctx, struct gr_reason *why);

	/** @close: undo open(); legal after a failed open(). May be NULL. */
	void (*close)(struct gr_oracle *o);
};

struct gr_oracle {
	const struct gr_oracle_ops *ops;
	void *priv; /* priv_size bytes */
};

#endif /* GR_CORE_ORACLE_H */
