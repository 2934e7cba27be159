/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reproducers: a race as one C file that needs nothing but libc, to be sent to
 * people who have never heard of guprace. What it can show is what user space
 * can: an invalidation that does not return, and the kernel's log.
 */
#ifndef GR_REPORT_REPRODUCER_INTERNAL_H
#define GR_REPORT_REPRODUCER_INTERNAL_H

#include <stdint.h>
#include <stdio.h>

#include "core/case.h"

struct gr_reproducer {
	const struct gr_case *c; /* a race */
	const char *found; /* "leak (never-returned)" */
	const char *release; /* of the kernel that showed it */
	int64_t offset_ns; /* of the pin; see core/offsets.h */
};

/** gr_reproducer_can() - is there C for the pin and the invalidator of @c? */
bool gr_reproducer_can(const struct gr_case *c);

/** gr_reproducer_write() - the C file; gr_reproducer_can() must be true. */
void gr_reproducer_write(FILE *out, const struct gr_reproducer *r);

#endif /* GR_REPORT_REPRODUCER_INTERNAL_H */
