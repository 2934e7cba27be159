/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Takes back what the journal of changes (sys/changes.h) has.
 */
#ifndef GR_SYS_UNDO_H
#define GR_SYS_UNDO_H

#include <stdbool.h>
#include <sys/types.h>

#include "sys/changes.h"

#define GR_UNDO_ALL (~0u)

struct gr_undo {
	const char *path; /* the journal; GR_CHANGES_PATH outside of tests */
	pid_t run; /* only what this run made; 0 = of all that are over */
	unsigned int kinds; /* 1 << enum gr_change_kind; GR_UNDO_ALL */

	/** @say: one line for each thing: what was done, or could not be. */
	void (*say)(void *arg, bool done, const char *text);
	void *arg;
};

/**
 * gr_undo() - take back changes, the newest first.
 *
 * What is gone already is struck out of the journal without a word. What cannot
 * be taken back stays there, and the others are tried all the same. With
 * @undo->run 0 the changes of a run that goes on are left alone, which is told.
 *
 * Context: needs root; may wait in the kernel (a file system that is busy is
 *          waited for, 5 s at most), so a supervisor does it in a worker.
 * Return: 0 nothing is left of what it was to undo, or the first -errno.
 */
int gr_undo(const struct gr_undo *undo);

#endif /* GR_SYS_UNDO_H */
