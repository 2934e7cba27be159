/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * When a run has seen enough: three cases that found the same new thing say no
 * less than thirty, and each may cost a guest.
 */
#ifndef GR_CORE_STOP_H
#define GR_CORE_STOP_H

#include <stdbool.h>
#include <stddef.h>

#include "core/finding.h"

#define GR_STOP_AFTER 3 /* cases */
#define GR_STOP_KINDS_MAX 32

struct gr_stop_kind {
	enum gr_class class;
	char signature[48];
	unsigned int nr_cases;
	unsigned int last_case;
};

/* Zeroed by its owner before the run. */
struct gr_stop {
	bool is_off; /* a table shall have all its cells, whatever it costs */
	unsigned int nr_kinds; /* further kinds are not counted */
	struct gr_stop_kind kind[GR_STOP_KINDS_MAX];
};

/**
 * gr_stop_add() - count a finding that matches no known bug.
 * @case_nr: number of the case, the same for each finding of a case; a case
 *           counts once for each kind (class and signature).
 *
 * Return: true when this kind was found by GR_STOP_AFTER cases: start no other.
 *         Never with @stop->is_off.
 */
bool gr_stop_add(struct gr_stop *stop, unsigned int case_nr,
		 const struct gr_finding *finding);

/**
 * gr_stop_reason() - why the run stops, for RUN_END.
 * @buf: filled; "" when no kind was found often enough.
 * @len: bytes.
 *
 * Return: @buf.
 */
char *gr_stop_reason(const struct gr_stop *stop, char *buf, size_t len);

#endif /* GR_CORE_STOP_H */
