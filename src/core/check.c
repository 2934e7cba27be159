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

void gr_check_fact(struct gr_check_env *env, enum gr_policy id, const char *who,
		   ssize_t ret)
{
	struct gr_policy_fact fact = {
		.id = id,
		.err = ret < 0 ? (int32_t)-ret : 0,
		.align = env->target->spec.align,
	};

	(void)snprintf(fact.who, sizeof(fact.who), "%s", who ? who : "");
	env->fact(env, &fact);
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
