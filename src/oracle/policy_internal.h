/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Probes of the oracle policy: kernels that differ by intent are asked which
 * answer is theirs. Each returns true where the second answer of its row is the
 * right one.
 */
#ifndef GR_ORACLE_POLICY_INTERNAL_H
#define GR_ORACLE_POLICY_INTERNAL_H

#include <stdbool.h>

struct gr_ctx;

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
