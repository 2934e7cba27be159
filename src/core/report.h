/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Contract of a reporter: a table of event handlers. A handler that is NULL
 * means: not interested. What is written where (the destination) is apart from
 * how it is written (the format).
 */
#ifndef GR_CORE_REPORT_H
#define GR_CORE_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "core/event.h"

struct gr_report;

typedef void (*gr_event_fn)(struct gr_report *r, const struct gr_event *ev);

struct gr_report_ops {
	const char *name;
	const char *summary;
	size_t priv_size;
	int (*open)(struct gr_report *r); /* may be NULL; 0 or -errno */
	void (*close)(struct gr_report *r); /* may be NULL */
	gr_event_fn on[GR_NR_EVENTS];
};

struct gr_report {
	const struct gr_report_ops *ops;
	void *priv; /* priv_size bytes, zeroed */
	FILE *out; /* destination; not closed by the reporter */
	bool terminal; /* out is a terminal: progress lines are welcome */
	bool strict;
};

/**
 * gr_report_new() - a reporter of one format for one destination.
 * @out: open for writing; stays the caller's.
 *
 * Return: 0, -ENOMEM, or what ops->open() says; *@r is NULL on failure.
 */
int gr_report_new(const struct gr_report_ops *ops, FILE *out, bool terminal,
		  bool strict, struct gr_report **r);

/** gr_report_event() - hand one event over and flush the destination. */
void gr_report_event(struct gr_report *r, const struct gr_event *ev);

/** gr_report_free() - end it; NULL is legal. */
void gr_report_free(struct gr_report *r);

#endif /* GR_CORE_REPORT_H */
