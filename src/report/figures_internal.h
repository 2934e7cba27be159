/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What oracles measured, summed over the cases of a run for people to read.
 */
#ifndef GR_REPORT_FIGURES_INTERNAL_H
#define GR_REPORT_FIGURES_INTERNAL_H

#include <stdint.h>
#include <stdio.h>

#include "core/event.h"

#define GR_SUM_ROWS_MAX 32

/* Requests to gup-fast of one kind of pin. */
struct gr_sum_row {
	char pin[32];
	uint64_t nr_fast; /* of memory that was mapped before */
	uint64_t nr_fallback;
	uint64_t nr_unmapped; /* of memory that was not: the slow path's */
};

struct gr_sum {
	uint64_t nr_samples; /* of the ledger */
	uint64_t sample_ns;
	uint64_t nr_freed; /* of integrity */
	uint64_t nr_reused;
	uint64_t nr_verified;
	unsigned int nr_rows;
	struct gr_sum_row row[GR_SUM_ROWS_MAX];
};

/** gr_sum_add() - a case has ended; @sum is zeroed at first. */
void gr_sum_add(struct gr_sum *sum, const struct gr_ev_case_end *end);

/**
 * gr_sum_print() - a line on the ledger's cost and one a pin on the paths its
 * requests took; nothing where nothing was measured.
 * @run_ns: what the whole run took, nanoseconds.
 */
void gr_sum_print(FILE *out, const struct gr_sum *sum, uint64_t run_ns);

#endif /* GR_REPORT_FIGURES_INTERNAL_H */
