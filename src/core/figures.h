/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Figures: what oracles measure beside their judgement. Plain data.
 */
#ifndef GR_CORE_FIGURES_H
#define GR_CORE_FIGURES_H

#include <stdint.h>

/* What an oracle measured in one case, for the report. */
struct gr_figures {
	uint64_t nr_samples; /* of the ledger */
	uint64_t sample_ns; /* spent in them */
	uint64_t nr_fast; /* requests that gup-fast served alone */
	uint64_t nr_fallback; /* that went on in the slow path */
	uint64_t nr_freed; /* blocks that a file lost to an invalidation */
	uint64_t nr_reused; /* of these, those that a canary got */
	uint64_t nr_verified; /* blocks whose tags were looked at afterwards */
	uint64_t faults[3]; /* of device memory, by leaf: PTE, PMD, PUD */
};

#endif /* GR_CORE_FIGURES_H */
