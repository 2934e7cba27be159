/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where kernels differ by intent: what the rows of the oracle policy ask of the
 * running one. It is tried, or a symbol is looked for; never the version.
 */
#ifndef GR_ORACLE_POLICY_INTERNAL_H
#define GR_ORACLE_POLICY_INTERNAL_H

#include <stdbool.h>

#include "core/ctx.h"

/** gr_policy_moves_first() - does mremap() move a part before it may split? */
bool gr_policy_moves_first(const struct gr_ctx *ctx);

/** gr_policy_refuses_files() - does io_uring register no memory with a file? */
bool gr_policy_refuses_files(const struct gr_ctx *ctx);

/** gr_policy_async_eio() - has asynchronous I/O one errno for all, EIO? */
bool gr_policy_async_eio(const struct gr_ctx *ctx);

#endif /* GR_ORACLE_POLICY_INTERNAL_H */
