/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One sentence that says why: an unmet need, a refusal, a broken set-up.
 */
#ifndef GR_CORE_REASON_H
#define GR_CORE_REASON_H

#include "base/util.h"

#define GR_REASON_MAX 256

struct gr_reason {
	char text[GR_REASON_MAX];
};

/**
 * gr_reason_set() - write the sentence, cut at GR_REASON_MAX - 1 bytes.
 * @why: may be NULL, then nothing happens.
 */
void gr_reason_set(struct gr_reason *why, const char *fmt, ...) GR_PRINTF(2, 3);

#endif /* GR_CORE_REASON_H */
