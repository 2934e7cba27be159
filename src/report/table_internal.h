/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The cases of a run as tables for people to read, one for each place: pins in
 * rows, invalidators in columns.
 */
#ifndef GR_REPORT_TABLE_INTERNAL_H
#define GR_REPORT_TABLE_INTERNAL_H

#include <stdbool.h>
#include <stdio.h>

#include "core/event.h"

/* Columns of a terminal that a table fits into. */
#define GR_TABLE_WIDTH 100

struct gr_table_case;

/* Zeroed at first. */
struct gr_table {
	struct gr_table_case *of;
	unsigned int nr;
	bool is_out_of_memory; /* cases are missing */
};

/** gr_table_plan() - a case is planned; one without a pair has no cell. */
void gr_table_plan(struct gr_table *t, const struct gr_ev_plan *plan);

/** gr_table_end() - a case has its verdict. */
void gr_table_end(struct gr_table *t, const struct gr_ev_case_end *end);

/**
 * gr_table_print() - all tables, each cut into as many as the width takes.
 *
 * A cell has the gravest verdict of its cases and the sum of their overlaps;
 * "-" is no race, "not run" a case that has no verdict. What was skipped is
 * listed below each table by the need that is not met, and so are the pins that
 * the kernel must refuse.
 */
void gr_table_print(FILE *out, struct gr_table *t);

/** gr_table_fini() - free what it holds. */
void gr_table_fini(struct gr_table *t);

#endif /* GR_REPORT_TABLE_INTERNAL_H */
