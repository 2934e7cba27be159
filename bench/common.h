/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the benchmarks share. They run in a guest: on a host no namespace is
 * handed over to them, and they refuse.
 *
 * Their output is a line "NAME RATE" for each measurement, and "NAME skip
 * REASON" for what cannot be measured; bench/run.sh makes a table of these.
 */
#ifndef BENCH_COMMON_H
#define BENCH_COMMON_H

#include <stdbool.h>
#include <stdint.h>

#include "core/ctx.h"
#include "core/target.h"

struct bench {
	struct gr_ctx ctx;
	struct gr_target target;
	unsigned int nr_rounds;
	uint64_t slice_ns; /* how long each measurement takes at the least */
};

/**
 * bench_start() - the sink, and the smallest namespace in devdax mode.
 * @argv: PROGRAM ROUNDS SECONDS.
 * @align: of the namespace; bytes.
 *
 * Return: 0 or -errno; reported by gr_err(). Undone by bench_end() either way.
 */
int bench_start(struct bench *b, int argc, char **argv, uint64_t align);

/** bench_end() - remove the sink; the namespace stays as it is. */
void bench_end(struct bench *b);

/** bench_rate() - print that @nr times took @ns; nanoseconds. */
void bench_rate(const char *name, uint64_t nr, uint64_t ns);

/** bench_has() - can @program be run? If not, prints that @name is skipped. */
bool bench_has(const char *name, const char *program);

#endif /* BENCH_COMMON_H */
