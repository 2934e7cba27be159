// SPDX-License-Identifier: GPL-2.0-only
#include "core/facts.h"

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
