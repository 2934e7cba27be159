/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Small files of lines that several processes write: a reader sees the old file
 * or the new one, writers wait for each other on a lock file beside it.
 */
#ifndef GR_SYS_LINES_H
#define GR_SYS_LINES_H

#include <stdbool.h>

/** typedef gr_line_fn - is this the line that is meant by @arg? */
typedef bool (*gr_line_fn)(const char *line, const void *arg);

/**
 * gr_lines_have() - is there such a line?
 *
 * Return: false also for a file that cannot be read.
 */
bool gr_lines_have(const char *path, gr_line_fn is, const void *arg);

/**
 * gr_lines_put() - take out all such lines, then append one.
 * @path: its folder is made.
 * @line: with its newline; NULL = none is appended.
 *
 * The new file takes the place of the old one by rename(2).
 *
 * Return: 0 or -errno. Not reported.
 */
int gr_lines_put(const char *path, gr_line_fn is, const void *arg,
		 const char *line);

#endif /* GR_SYS_LINES_H */
