/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Contract of a check: one thing that a target must do, without a race: data
 * carried over, a mapping refused, a page pinned in each state. It runs in a
 * worker process of its own under the supervisor's deadlines and oracles.
 */
#ifndef GR_CORE_CHECK_H
#define GR_CORE_CHECK_H

#include <stdint.h>

#include "core/facts.h"
#include "core/finding.h"
#include "core/needs.h"
#include "core/target.h"

struct gr_ctx;

struct gr_check_env {
	const struct gr_ctx *ctx;
	struct gr_target *target; /* acquired and attached, unless NO_ACQUIRE */
	uint64_t deadline_ns; /* end of the case's slice, for loops */
	uint64_t seed;
	/* set by the engine */
	void (*op)(struct gr_check_env *env, const char *what);
	void (*fail)(struct gr_check_env *env, enum gr_class class,
		     const char *signature, const char *text);
	void (*fact)(struct gr_check_env *env,
		     const struct gr_policy_fact *fact);
	void (*skip)(struct gr_check_env *env, const char *text);
	void *engine;
};

enum gr_check_flag {
	GR_CHECK_NO_ACQUIRE = 1 << 0, /* configures namespaces itself */
};

struct gr_check_ops {
	const char *name;
	const char *summary;
	unsigned int flags; /* enum gr_check_flag */
	struct gr_needs needs;
	/* enum gr_target_flag that its targets have, all of them, and none of */
	unsigned int wants, bars;
	/* 1 << enum gr_policy: facts without which run() has tested nothing */
	uint64_t policies;

	/**
	 * @run: do it once. What the kernel answered where policy says what is
	 * right goes to gr_check_fact(), all else that is wrong to
	 * gr_check_fail(), what cannot be done here to gr_check_skip().
	 * Return: 0 done; -errno we could not test (BROKEN), after gr_err().
	 */
	int (*run)(struct gr_check_env *env);
};

/** gr_check_op() - say what comes next, before doing it. */
void gr_check_op(struct gr_check_env *env, const char *fmt, ...)
	GR_PRINTF(2, 3);

/** gr_check_fail() - the kernel is wrong; see gr_finding_add(). */
void gr_check_fail(struct gr_check_env *env, enum gr_class class,
		   const char *signature, const char *fmt, ...) GR_PRINTF(4, 5);

/**
 * gr_check_fact() - what the kernel answered to something that it must refuse or
 * allow; the oracle policy judges it.
 * @who: name of the pin that tried, or NULL.
 * @ret: -errno, or 0 and more for success.
 */
void gr_check_fact(struct gr_check_env *env, enum gr_policy id, const char *who,
		   ssize_t ret);

/** gr_check_skip() - it cannot be done here; names the unmet need. */
void gr_check_skip(struct gr_check_env *env, const char *fmt, ...)
	GR_PRINTF(2, 3);

#endif /* GR_CORE_CHECK_H */
