/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one clock: CLOCK_MONOTONIC in nanoseconds. All deadlines and all
 * timestamps of events are taken from it.
 */
#ifndef GR_BASE_CLOCK_H
#define GR_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

#define GR_NSEC_PER_USEC 1000ull
#define GR_NSEC_PER_MSEC 1000000ull
#define GR_NSEC_PER_SEC 1000000000ull

/**
 * gr_now_ns() - the current time.
 *
 * Context: any, race windows included (vDSO, no system call).
 * Return: nanoseconds of CLOCK_MONOTONIC; cannot fail (clock_gettime(2)).
 */
static inline uint64_t gr_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * GR_NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
}

#endif /* GR_BASE_CLOCK_H */
