/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Verdicts: what a case, and a run, came to. A type of its own, apart from
 * errors: FAIL says that the kernel is wrong, BROKEN that we could not test.
 */
#ifndef GR_CORE_VERDICT_H
#define GR_CORE_VERDICT_H

#include <stdbool.h>

/* In the order of the fold: a later one wins over an earlier one. */
enum gr_verdict {
	GR_SKIP,
	GR_PASS,
	GR_KNOWN,
	GR_INCONCLUSIVE,
	GR_BROKEN,
	GR_HANG,
	GR_FAIL,
	GR_NR_VERDICTS,
};

/* Exit statuses of the program; 77 and 99 are automake's. */
enum gr_exit {
	GR_EXIT_PASS = 0,
	GR_EXIT_FAIL = 1,
	GR_EXIT_USAGE = 2,
	GR_EXIT_SKIP = 77,
	GR_EXIT_BROKEN = 99,
};

struct gr_tally {
	unsigned int of[GR_NR_VERDICTS];
	unsigned int not_run;
};

/** gr_verdict_name() - "PASS", "FAIL", ...; never NULL. */
const char *gr_verdict_name(enum gr_verdict verdict);

/**
 * gr_verdict_parse() - the verdict of that name.
 *
 * Return: 0, or -EINVAL no such verdict.
 */
int gr_verdict_parse(const char *name, enum gr_verdict *verdict);

/** gr_verdict_fold() - the graver of the two. */
enum gr_verdict gr_verdict_fold(enum gr_verdict a, enum gr_verdict b);

/** gr_tally_add() - count one more case. */
void gr_tally_add(struct gr_tally *tally, enum gr_verdict verdict);

/** gr_tally_fold() - the verdict of the whole run; SKIP when it is empty. */
enum gr_verdict gr_tally_fold(const struct gr_tally *tally);

/**
 * gr_tally_exit() - exit status of a run.
 * @strict: KNOWN counts as failed.
 *
 * Return: GR_EXIT_FAIL for FAIL or HANG (and KNOWN with @strict), else
 *         GR_EXIT_BROKEN for BROKEN, else GR_EXIT_PASS where at least one case
 *         came to PASS or KNOWN, else GR_EXIT_SKIP.
 */
int gr_tally_exit(const struct gr_tally *tally, bool strict);

#endif /* GR_CORE_VERDICT_H */
