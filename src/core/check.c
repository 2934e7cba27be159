// SPDX-License-Identifier: GPL-2.0-only
#include "core/check.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/reason.h"

void gr_check_op(struct gr_check_env *env, const char *fmt, ...)
{
	char text[GR_REASON_MAX];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	env->op(env, text);
}

void gr_check_fail(struct gr_check_env *env, enum gr_class class,
		   const char *signature, const char *fmt, ...)
{
	char text[GR_REASON_MAX];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	env->fail(env, class, signature, text);
}

void gr_check_skip(struct gr_check_env *env, const char *fmt, ...)
{
	char text[GR_REASON_MAX];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	env->skip(env, text);
}
