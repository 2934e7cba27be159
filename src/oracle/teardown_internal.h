/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the oracle teardown share.
 */
#ifndef GR_ORACLE_TEARDOWN_INTERNAL_H
#define GR_ORACLE_TEARDOWN_INTERNAL_H

#include "base/clock.h"
#include "core/oracle.h"

/* After the last unpin: 0.1 s is normal under emulation, 0.5 s with 4 GiB. */
#define GR_LATE_NS (5 * GR_NSEC_PER_SEC)
#define GR_NEVER_NS (10 * GR_NSEC_PER_SEC)

/**
 * gr_teardown_selftest() - give it facts that are good, and some that are bad.
 *
 * Return: 0, or -EINVAL one was judged wrongly, with @why; -ENOMEM.
 */
int gr_teardown_selftest(const struct gr_ctx *ctx, struct gr_reason *why);

#endif /* GR_ORACLE_TEARDOWN_INTERNAL_H */
