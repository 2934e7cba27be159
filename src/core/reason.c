// SPDX-License-Identifier: GPL-2.0-only
#include "core/reason.h"

#include <stdarg.h>
#include <stdio.h>

void gr_reason_set(struct gr_reason *why, const char *fmt, ...)
{
	va_list ap;

	if (!why)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(why->text, sizeof(why->text), fmt,
			ap); /* cut is fine */
	va_end(ap);
}
