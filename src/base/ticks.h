/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ticks: the processor's own counter, for what is too short for gr_now_ns(),
 * which is a system call where the clock of a guest is HPET. All processors of
 * a machine count alike (constant_tsc, nonstop_tsc; QEMU's emulation has one
 * counter for all of them).
 */
#ifndef GR_BASE_TICKS_H
#define GR_BASE_TICKS_H

#include <stdint.h>

/**
 * gr_ticks() - the counter as it is now.
 *
 * Context: any, race windows included; some 10 ns, 100 ns under emulation.
 */
static inline uint64_t gr_ticks(void)
{
	return __builtin_ia32_rdtsc();
}

/**
 * gr_ticks_per_us() - how fast does it count? Measured against gr_now_ns().
 *
 * Context: spins for 2 ms.
 * Return: ticks in a microsecond, never 0.
 */
double gr_ticks_per_us(void);

#endif /* GR_BASE_TICKS_H */
