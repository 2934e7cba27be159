// SPDX-License-Identifier: GPL-2.0-only
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void to_stderr(enum gr_log_level level, const char *text, void *arg)
{
	(void)arg;
	fprintf(stderr, "guprace: %s%s\n",
		level == GR_LOG_WARN ? "warning: " : "", text);
}

static struct {
	gr_log_sink sink;
	void *arg;
	enum gr_log_level max;
} log_state = {.sink = to_stderr, .max = GR_LOG_WARN};

void gr_log_set_sink(gr_log_sink sink, void *arg)
{
	log_state.sink = sink ? sink : to_stderr;
	log_state.arg = arg;
}

void gr_log_set_level(enum gr_log_level max)
{
	log_state.max = max;
}

static void emit(enum gr_log_level level, int ret, const char *fmt, va_list ap)
	GR_PRINTF(3, 0);

static void emit(enum gr_log_level level, int ret, const char *fmt, va_list ap)
{
	char text[1024];
	size_t used;
	int n;

	if (level > log_state.max)
		return;
	n = vsnprintf(text, sizeof(text), fmt, ap);
	if (n < 0)
		return;
	used = GR_MIN((size_t)n, sizeof(text) - 1);
	if (ret < 0)
		snprintf(text + used, sizeof(text) - used, ": %s",
			 strerror(-ret));
	log_state.sink(level, text, log_state.arg);
}

int gr_err(int ret, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	emit(GR_LOG_ERROR, ret, fmt, ap);
	va_end(ap);
	return ret;
}

void gr_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	emit(GR_LOG_WARN, 0, fmt, ap);
	va_end(ap);
}

void gr_info(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	emit(GR_LOG_INFO, 0, fmt, ap);
	va_end(ap);
}

void gr_debug(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	emit(GR_LOG_DEBUG, 0, fmt, ap);
	va_end(ap);
}
