/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of the oracle policy, and its probes: kernels that differ by intent
 * are asked which answer is theirs. Each probe returns true where the second
 * answer of its row is the right one.
 */
#ifndef GR_ORACLE_POLICY_INTERNAL_H
#define GR_ORACLE_POLICY_INTERNAL_H

#include <stdbool.h>

#include "core/facts.h"

struct gr_ctx;

/* What is right where a check has tried something. */
struct gr_policy_row {
	const char *signature;
	const char *what; /* for people, before "of " and the target */
	bool bytes; /* 0 as before, else changed */
	bool access; /* tried by an access: errnos are those of gr_touch() */
	bool spends; /* success means that memory which is gone was reached */
	int right; /* positive errno; 0 = success */
	int other; /* right instead where differs() says so */
	bool (*differs)(const struct gr_ctx *ctx); /* NULL = nowhere */
	const char *const *other_who; /* for these pins only; NULL = for all */
	bool late; /* ask when it matters: a module may not be there yet */
	const char *source;
	/* where this source is not NULL: of a GR_TARGET_FILE, on all kernels */
	struct {
		int right;
		const char *source;
	} file;
};

extern const struct gr_policy_row gr_policy_rows[GR_NR_POLICIES];

/** gr_policy_moves_before_it_asks() - mremap() of a part of a leaf succeeds. */
bool gr_policy_moves_before_it_asks(const struct gr_ctx *ctx);

/** gr_policy_refuses_files() - io_uring registers no memory that has a file. */
bool gr_policy_refuses_files(const struct gr_ctx *ctx);

/**
 * gr_policy_async_io_says_eio() - a refused page is told as EIO by io_uring.
 *
 * Context: forks; waits 10 s for an answer at most.
 */
bool gr_policy_async_io_says_eio(const struct gr_ctx *ctx);

#endif /* GR_ORACLE_POLICY_INTERNAL_H */
