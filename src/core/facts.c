// SPDX-License-Identifier: GPL-2.0-only
#include "core/facts.h"

uint64_t gr_facts_overlaps(const struct gr_facts *facts)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < facts->nr_pinners; i++)
		sum += facts->pin[i].nr_overlaps;
	return sum;
}

void gr_errno_count_add(struct gr_errno_count *rows, uint64_t *other, int err)
{
	for (int i = 0; i < GR_ERRNOS_MAX; i++) {
		if (rows[i].nr && rows[i].err != err)
			continue;
		rows[i].err = err;
		rows[i].nr++;
		return;
	}
	(*other)++;
}
