/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Small macros that every folder may use.
 */
#ifndef GR_BASE_UTIL_H
#define GR_BASE_UTIL_H

#define GR_ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define GR_MIN(a, b) ((a) < (b) ? (a) : (b))
#define GR_MAX(a, b) ((a) > (b) ? (a) : (b))

/** GR_PRINTF() - mark a printf-like function; @fmt, @args: 1-based positions. */
#define GR_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

#endif /* GR_BASE_UTIL_H */
