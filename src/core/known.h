/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of known kernel bugs. An entry matches narrowly: by case, class,
 * signature and a probe of the kernel, never by class alone, so that a new bug
 * beside a known one still fails. Each entry has its cause named in the
 * kernel's source, a reproducer in tests/findings/ and its story in
 * docs/findings.md.
 */
#ifndef GR_CORE_KNOWN_H
#define GR_CORE_KNOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/case.h"
#include "core/finding.h"

/*
 * What a bug looks like: a finding of that oracle, class and signature and, where
 * @funcs is given, at one of these functions, where @not_funcs is, at none of those.
 * With @gone_page it has the evidence of that name (finding.gone_page). A row
 * without an oracle ends a list.
 */
struct gr_known_sign {
	const char *oracle;
	enum gr_class class;
	const char *signature;
	const char *const *funcs;
	const char *const *not_funcs;
	bool gone_page;
};

struct gr_known {
	const char *id; /* stable word; docs/findings.md names it */
	const char *summary;
	const char *cause; /* function names and commit */
	const char *reproducer;

	/* the kernel: all of these symbols are there, none of those */
	const char *const *symbols;
	const char *const *no_symbols;

	/* the case: a race that has all of these, or one of the checks */
	const char *target;
	uint64_t align; /* bytes of a leaf; 0 = any */
	unsigned int inv_flags; /* enum gr_invalidate_flag; see invs */
	const char *const *invs; /* names; NULL = all with inv_flags, 0 none */
	const char *const *pins; /* names; NULL = any */
	const char *const *checks; /* names; NULL = none */
	bool harmless; /* the kernel is as good as before: no need to put off */
	bool any_pin; /* TRANSIENT pins meet it each time, too, not only HELD */

	/* the findings: any of these is the bug itself */
	const struct gr_known_sign *signs;

	/*
	 * What may follow once the bug has struck, in the same case, provided
	 * that the evidence is there (finding.pin_in_flight): signatures, each
	 * with one of the functions below as its place.
	 */
	const char *const *consequences;
	const char *const *consequence_funcs;
};

/** gr_known_all() - the table; @nr: number of entries. */
const struct gr_known *gr_known_all(size_t *nr);

/** gr_known_find() - the entry of that id, or NULL. */
const struct gr_known *gr_known_find(const char *id);

/** typedef gr_has_symbol - does the kernel have this symbol (kallsyms)? */
typedef bool (*gr_has_symbol)(void *arg, const char *symbol);

/**
 * gr_known_probe() - which entries this kernel has.
 *
 * Return: a bit mask by position in the table.
 */
uint64_t gr_known_probe(gr_has_symbol has, void *arg);

/** gr_known_fits() - is @c one of the cases in which @k may be met? */
bool gr_known_fits(const struct gr_known *k, const struct gr_case *c);

/**
 * gr_known_predict() - the entry that @c will meet on this kernel.
 * @here: from gr_known_probe().
 *
 * Return: its id, or NULL when @c is expected to pass, or to meet one that does
 *         the kernel no harm.
 */
const char *gr_known_predict(const struct gr_case *c, uint64_t here);

/**
 * gr_known_match() - the entry that explains one finding of @c.
 * @list: all findings of the case; a consequence needs its cause among them,
 *        or its own evidence of a pin in flight.
 *
 * Return: its id, or NULL: a new finding.
 */
const char *gr_known_match(const struct gr_case *c,
			   const struct gr_findings *list,
			   const struct gr_finding *f, uint64_t here);

/* Who finds what is in the kernel's log: the oracle, and the host on a console. */
#define GR_ORACLE_LOG "kmsg"
#define GR_ORACLE_CONSOLE "console"

/**
 * gr_known_explains() - may @f be the bug @id itself, or follow from it?
 *
 * Return: true when @f, of an oracle or of the console, is one of its signs, or is
 *         among its consequences by signature and place.
 */
bool gr_known_explains(const char *id, const struct gr_finding *f);

#endif /* GR_CORE_KNOWN_H */
