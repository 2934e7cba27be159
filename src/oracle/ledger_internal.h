/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The book of the ledger: what one case has counted so far, and what can be
 * said of it. It reads no kernel and no clock; src/oracle/ledger.c feeds it.
 */
#ifndef GR_ORACLE_LEDGER_INTERNAL_H
#define GR_ORACLE_LEDGER_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/case.h"
#include "core/finding.h"
#include "core/oracle.h"
#include "sys/pgmap.h"

#define GR_LEDGER_NAME "ledger"

/* Each is followed on its own, so that a loss and a leak cannot cancel out. */
enum gr_drift_kind {
	GR_DRIFT_PGMAP_LOST,
	GR_DRIFT_PGMAP_EXTRA,
	GR_DRIFT_REF_LOST,
	GR_DRIFT_REF_EXTRA,
	GR_DRIFT_PIN_LOST,
	GR_DRIFT_PIN_EXTRA,
	GR_NR_DRIFTS,
};

/* One look at the counts, at a point where nothing is in flight. */
struct gr_look {
	enum gr_quiet state;
	uint64_t nr_pins; /* since the case began */
	uint32_t iteration;
	bool anew; /* the pgmap is another one than at the last look */
	bool last; /* no look will follow in this case */
	int64_t pgmap; /* references more than when idle */
	struct gr_page_scan pages; /* all 0 where pages were not looked at */
};

/* A change of one count between two looks. */
struct gr_drift_step {
	uint64_t from, to; /* pins at the look before and at this one */
	int64_t by;
};

#define GR_DRIFT_STEPS_MAX GR_BALANCE_SINGLES

struct gr_drift {
	int64_t value; /* at the last look; 0 = balanced, else positive */
	int64_t total; /* sum of all steps */
	unsigned int nr_steps; /* more than are kept, perhaps */
	struct gr_drift_step first[GR_DRIFT_STEPS_MAX];
	struct gr_drift_step last;
	bool told;
};

struct gr_ledger_book {
	struct gr_drift drift[GR_NR_DRIFTS];
	uint64_t nr_pins; /* at the last look */
	uint32_t iterations; /* that were behind it */
};

/** gr_ledger_counts() - a look's magnitudes, by enum gr_drift_kind. */
void gr_ledger_counts(const struct gr_look *look, int64_t counts[GR_NR_DRIFTS]);

/**
 * gr_ledger_more() - is anything extra that was not so at the last look, and
 * that may be no more than late?
 */
bool gr_ledger_more(const struct gr_ledger_book *book,
		    const struct gr_look *look);

/**
 * gr_ledger_take() - enter a look, and tell what has been decided.
 * @c:   names the pin, the leaf and what takes memory away.
 * @out: one finding for each kind of drift and case; in a balance once it is
 *       known whether it is regular, or the single pins are over.
 */
void gr_ledger_take(struct gr_ledger_book *book, const struct gr_case *c,
		    const struct gr_look *look, struct gr_findings *out);

/**
 * gr_ledger_try_book() - feed books with looks whose findings are known.
 *
 * Return: 0, -ENOMEM, -EINVAL with what was missed in @why.
 */
int gr_ledger_try_book(struct gr_reason *why);

/**
 * gr_ledger_try_reader() - hold a page of our own, and let the reader count.
 *
 * Return: 0, -EOPNOTSUPP it cannot be loaded here (@why), -EINVAL it did not
 *         see what was held (@why), others of pipe(2) and vmsplice(2).
 */
int gr_ledger_try_reader(struct gr_reason *why);

#endif /* GR_ORACLE_LEDGER_INTERNAL_H */
