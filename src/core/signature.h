/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Signatures: what lines of the kernel's log mean, as one table. The kmsg
 * oracle reads it in a guest or on a host; the supervisor of a guest reads it
 * again over the console of a guest that died.
 */
#ifndef GR_CORE_SIGNATURE_H
#define GR_CORE_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/finding.h"

enum gr_severity {
	GR_SEV_BENIGN, /* expected noise; looks like trouble and is none */
	GR_SEV_BAD, /* the kernel did something wrong and goes on */
	GR_SEV_FATAL, /* and can not be trusted any more */
};

struct gr_signature {
	const char *name; /* stable word, at most 47 bytes */
	const char *regex; /* POSIX extended, matched against one record */
	enum gr_class class;
	enum gr_severity severity;
	const char *meaning; /* for people */
	const char *commits; /* fixes where known, or sources; NULL = none */
};

/* A compiled table. */
struct gr_sigset;

/** gr_signatures() - the table, first match wins; @nr: number of rows. */
const struct gr_signature *gr_signatures(size_t *nr);

/**
 * gr_sigset_new() - compile all regexes.
 *
 * Return: 0, -ENOMEM, or -EINVAL a regex is bad (its row is reported).
 */
int gr_sigset_new(struct gr_sigset **set);

/**
 * gr_sigset_match() - the first row whose regex matches @line, or NULL.
 *
 * Context: any but race windows (some tens of microseconds).
 */
const struct gr_signature *gr_sigset_match(const struct gr_sigset *set,
					   const char *line);

/** gr_sigset_free() - NULL is legal. */
void gr_sigset_free(struct gr_sigset *set);

/*
 * A splat: the run of log lines that one trouble prints (the line that matched,
 * registers, the call trace). Reader of a line-by-line stream.
 */
struct gr_splat {
	const struct gr_signature
		*sig; /* the most specific so far; NULL = none */
	bool open; /* more lines belong to it */
	unsigned int nr_lines;
	pid_t pid; /* of the first "CPU: 0 PID: 1 Comm: x"; 0 = not seen yet */
	uint64_t address; /* of the first page fault; 0 = not seen yet */
	char func[48]; /* first RIP or WARNING function; "" = not seen yet */
	char line[256]; /* the line that gave sig */
	char evidence[GR_FINDING_EVIDENCE_MAX];
};

/**
 * gr_splat_feed() - take one line of the log.
 * @splat: zeroed before the first line.
 *
 * Return: true when a splat is complete *before* this line was taken or by it;
 *         the caller then uses @splat and calls gr_splat_take().
 */
bool gr_splat_feed(struct gr_splat *splat, const struct gr_sigset *set,
		   const char *line);

/**
 * gr_splat_take() - turn a splat into a finding and empty it.
 * @oracle: name of the finder.
 *
 * Return: true if it had anything bad, and a finding was added.
 */
bool gr_splat_take(struct gr_splat *splat, const char *oracle,
		   struct gr_findings *out);

#endif /* GR_CORE_SIGNATURE_H */
