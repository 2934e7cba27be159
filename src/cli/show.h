/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the events of a run are shown: standard output in the format that was
 * asked for, and RUN.json in the output folder.
 */
#ifndef GR_CLI_SHOW_H
#define GR_CLI_SHOW_H

#include <stdio.h>

#include "cli/run_options.h"
#include "core/event.h"
#include "core/report.h"

struct gr_show {
	struct gr_report *out;
	struct gr_report *file;
	FILE *json; /* RUN.json; NULL = no output folder */
};

/**
 * gr_show_open() - make the reporters, and the output folder.
 *
 * Return: 0 or -errno, reported.
 */
int gr_show_open(struct gr_show *show, const struct gr_run_options *opts);

/** gr_show_event() - a gr_emit: hand @ev to all; @arg: struct gr_show. */
void gr_show_event(void *arg, const struct gr_event *ev);

/**
 * gr_show_close() - end the reporters.
 *
 * Return: 0, or -EIO: something could not be written; reported.
 */
int gr_show_close(struct gr_show *show);

#endif /* GR_CLI_SHOW_H */
