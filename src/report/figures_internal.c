// SPDX-License-Identifier: GPL-2.0-only
#include "report/figures_internal.h"

#include <inttypes.h>
#include <string.h>

#include "core/case.h"

static struct gr_sum_row *row_of(struct gr_sum *sum, const char *pin)
{
	struct gr_sum_row *row;

	for (unsigned int i = 0; i < sum->nr_rows; i++)
		if (!strcmp(sum->row[i].pin, pin))
			return &sum->row[i];
	if (sum->nr_rows == GR_SUM_ROWS_MAX)
		return NULL;
	row = &sum->row[sum->nr_rows++];
	(void)snprintf(row->pin, sizeof(row->pin), "%s", pin);
	return row;
}

void gr_sum_add(struct gr_sum *sum, const struct gr_ev_case_end *end)
{
	const struct gr_figures *f = &end->figures;
	struct gr_sum_row *row;

	sum->nr_samples += f->nr_samples;
	sum->sample_ns += f->sample_ns;
	sum->nr_freed += f->nr_freed;
	sum->nr_reused += f->nr_reused;
	sum->nr_verified += f->nr_verified;
	if (!end->cell.pin || (!f->nr_fast && !f->nr_fallback))
		return;
	row = row_of(sum, end->cell.pin);
	if (!row)
		return; /* there are not so many kinds of pins */
	if (end->cell.range &&
	    (!strcmp(end->cell.range, gr_shape_name(GR_SHAPE_UNTOUCHED)) ||
	     !strcmp(end->cell.range, gr_shape_name(GR_SHAPE_SHORT)))) {
		row->nr_unmapped += f->nr_fast + f->nr_fallback;
		return;
	}
	row->nr_fast += f->nr_fast;
	row->nr_fallback += f->nr_fallback;
}

static double percent(uint64_t part, uint64_t all)
{
	return all ? 100.0 * (double)part / (double)all : 0.0;
}

void gr_sum_print(FILE *out, const struct gr_sum *sum, uint64_t run_ns)
{
	if (sum->nr_samples)
		fprintf(out,
			"ledger: %" PRIu64 " samples of %.2f ms, %.1f %% of "
			"the time\n",
			sum->nr_samples,
			(double)sum->sample_ns / (double)sum->nr_samples / 1e6,
			percent(sum->sample_ns, run_ns));
	if (sum->nr_freed)
		fprintf(out,
			"integrity: %.1f %% of %" PRIu64 " freed blocks were "
			"given to a canary, %" PRIu64 " blocks verified\n",
			percent(sum->nr_reused, sum->nr_freed), sum->nr_freed,
			sum->nr_verified);
	for (unsigned int i = 0; i < sum->nr_rows; i++) {
		const struct gr_sum_row *r = &sum->row[i];
		uint64_t all = r->nr_fast + r->nr_fallback;

		fprintf(out, "gup-fast: %s: ", r->pin);
		if (all)
			fprintf(out,
				"%.2f %% of %" PRIu64 " requests fell back",
				percent(r->nr_fallback, all), all);
		if (r->nr_unmapped)
			fprintf(out, "%s%" PRIu64 " for memory not mapped yet",
				all ? ", beside " : "", r->nr_unmapped);
		(void)fputc('\n', out);
	}
}
