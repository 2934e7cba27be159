/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A finding: what one oracle holds against the kernel. Plain data without
 * pointers, so that it can lie in memory shared by processes.
 */
#ifndef GR_CORE_FINDING_H
#define GR_CORE_FINDING_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/util.h"

/* Classes of kernel bugs; docs/architecture.md says what a user sees of each. */
enum gr_class {
	GR_CLASS_UNDERFLOW,
	GR_CLASS_LEAK,
	GR_CLASS_EARLY_FREE,
	GR_CLASS_STALE_DMA,
	GR_CLASS_POLICY,
	GR_CLASS_DATA,
	GR_CLASS_CRASH,
	GR_CLASS_WARNING,
	GR_NR_CLASSES,
};

#define GR_FINDING_EVIDENCE_MAX 1536
#define GR_FINDINGS_MAX 16

struct gr_finding {
	enum gr_class class;
	bool hang; /* a deadline passed: HANG rather than FAIL */
	bool spends_kernel; /* the kernel can not be trusted after it */
	/* shown: an unpin came after the teardown, or a pinner died in it */
	bool pin_in_flight;
	pid_t pid; /* of the task whose splat it is; 0 = not told */
	uint64_t address; /* that the kernel could not reach; 0 = not told */
	/* shown: @address is in a struct page of what has been taken away */
	bool gone_page;
	char oracle[16]; /* name of the oracle that found it */
	char signature[48]; /* stable word of the kind, for matching */
	char where[48]; /* kernel function; "" = not known */
	char summary[256]; /* one sentence */
	char evidence
		[GR_FINDING_EVIDENCE_MAX]; /* log lines, stack; may be "" */
};

struct gr_findings {
	unsigned int nr;
	unsigned int nr_dropped; /* came when all GR_FINDINGS_MAX were taken */
	struct gr_finding of[GR_FINDINGS_MAX];
};

/** gr_class_name() - "underflow", "leak", "early-free", ...; never NULL. */
const char *gr_class_name(enum gr_class class);

/**
 * gr_class_parse() - the class of that name.
 *
 * Return: 0, or -EINVAL no such class.
 */
int gr_class_parse(const char *name, enum gr_class *class);

/**
 * gr_finding_add() - append one finding.
 * @signature: stable word, at most 47 bytes.
 * @fmt:       the sentence for people.
 *
 * Return: the new finding, for its other fields (zeroed); when the list is
 *         full it is counted as dropped and a spare one is returned, whose
 *         content is lost. Never NULL.
 */
struct gr_finding *gr_finding_add(struct gr_findings *list, const char *oracle,
				  enum gr_class class, const char *signature,
				  const char *fmt, ...) GR_PRINTF(5, 6);

/**
 * gr_findings_append() - add @nr findings to @to; what finds no room counts as
 * dropped.
 */
void gr_findings_append(struct gr_findings *to, const struct gr_finding *from,
			unsigned int nr);

/** gr_finding_evidence() - append text to @finding's evidence, cut to fit. */
void gr_finding_evidence(struct gr_finding *finding, const char *fmt, ...)
	GR_PRINTF(2, 3);

#endif /* GR_CORE_FINDING_H */
