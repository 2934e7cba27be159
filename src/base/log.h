/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Messages for people. One sink for each process: stderr by default; a worker
 * process redirects it so that its first error becomes the case's reason.
 */
#ifndef GR_BASE_LOG_H
#define GR_BASE_LOG_H

#include "base/util.h"

enum gr_log_level {
	GR_LOG_ERROR,
	GR_LOG_WARN,
	GR_LOG_INFO,
	GR_LOG_DEBUG,
};

/**
 * typedef gr_log_sink - takes one finished message.
 * @level: its level.
 * @text:  without a newline and without the program's name.
 * @arg:   as given to gr_log_set_sink().
 */
typedef void (*gr_log_sink)(enum gr_log_level level, const char *text,
			    void *arg);

/** gr_log_set_sink() - replace the sink of this process; NULL = stderr. */
void gr_log_set_sink(gr_log_sink sink, void *arg);

/** gr_log_set_level() - drop messages above @max (default GR_LOG_WARN). */
void gr_log_set_level(enum gr_log_level max);

/**
 * gr_err() - report a failure once, where its subject is known.
 * @ret: negative errno; its text is appended after ": ". 0 or positive:
 *       nothing is appended.
 * @fmt: lower case, no full stop, says first what failed, subject in quotes.
 *
 * Context: not inside a race window.
 * Return: @ret, so that a caller can write return gr_err(ret, ...).
 */
int gr_err(int ret, const char *fmt, ...) GR_PRINTF(2, 3);

/** gr_warn() - something a person should know; the work goes on. */
void gr_warn(const char *fmt, ...) GR_PRINTF(1, 2);

/** gr_info() - progress, shown with --verbose. */
void gr_info(const char *fmt, ...) GR_PRINTF(1, 2);

/** gr_debug() - for who mends guprace, shown with --verbose --verbose. */
void gr_debug(const char *fmt, ...) GR_PRINTF(1, 2);

#endif /* GR_BASE_LOG_H */
