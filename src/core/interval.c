// SPDX-License-Identifier: GPL-2.0-only
#include "core/interval.h"

#include <math.h>

/* 95 % of a normal distribution lie within so many deviations. */
#define DEVIATIONS 1.959964

struct gr_interval gr_interval_wilson(unsigned int hits, unsigned int nr)
{
	double z = DEVIATIONS * DEVIATIONS, n = nr, p, middle, half;

	if (!nr)
		return (struct gr_interval){0, 1};
	p = hits / n;
	middle = (p + z / (2 * n)) / (1 + z / n);
	half = DEVIATIONS / (1 + z / n) *
	       sqrt(p * (1 - p) / n + z / (4 * n * n));
	return (struct gr_interval){
		.from = hits ? middle - half : 0,
		.to = hits < nr ? middle + half : 1,
	};
}
