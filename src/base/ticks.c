// SPDX-License-Identifier: GPL-2.0-only
#include "base/ticks.h"

#include "base/clock.h"

#define MEASURE_NS (2 * GR_NSEC_PER_MSEC)

double gr_ticks_per_us(void)
{
	uint64_t begin_ns = gr_now_ns(), begin = gr_ticks(), now_ns;
	double rate;

	do {
		now_ns = gr_now_ns();
	} while (now_ns < begin_ns + MEASURE_NS);
	rate = (double)(gr_ticks() - begin) * (double)GR_NSEC_PER_USEC /
	       (double)(now_ns - begin_ns);
	return rate > 0 ? rate : 1;
}
