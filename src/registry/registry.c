// SPDX-License-Identifier: GPL-2.0-only
/*
 * Expands the plug-in lists into const arrays; nothing else.
 */
#include "core/registry.h"

#include <stddef.h>
#include <string.h>

#include "core/check.h"
#include "core/invalidate.h"
#include "core/oracle.h"
#include "core/pin.h"
#include "core/report.h"
#include "core/target.h"

/* clang-format off */
#define GR_CHECK(name) extern const struct gr_check_ops gr_check_##name;
#include "check/checks.list"
#undef GR_CHECK
#define GR_INVALIDATE(name) \
	extern const struct gr_invalidate_ops gr_invalidate_##name;
#include "invalidate/invalidates.list"
#undef GR_INVALIDATE
#define GR_ORACLE(name) extern const struct gr_oracle_ops gr_oracle_##name;
#include "oracle/oracles.list"
#undef GR_ORACLE
#define GR_PIN(name) extern const struct gr_pin_ops gr_pin_##name;
#include "pin/pins.list"
#undef GR_PIN
#define GR_REPORT(name) extern const struct gr_report_ops gr_report_##name;
#include "report/reports.list"
#undef GR_REPORT
#define GR_TARGET(name) extern const struct gr_target_ops gr_target_##name;
#include "target/targets.list"
#undef GR_TARGET

static const struct gr_check_ops *const checks[] = {
#define GR_CHECK(name) &gr_check_##name,
#include "check/checks.list"
	NULL,
};

static const struct gr_invalidate_ops *const invalidators[] = {
#define GR_INVALIDATE(name) &gr_invalidate_##name,
#include "invalidate/invalidates.list"
	NULL,
};

static const struct gr_oracle_ops *const oracles[] = {
#define GR_ORACLE(name) &gr_oracle_##name,
#include "oracle/oracles.list"
	NULL,
};

static const struct gr_pin_ops *const pins[] = {
#define GR_PIN(name) &gr_pin_##name,
#include "pin/pins.list"
	NULL,
};

static const struct gr_report_ops *const reporters[] = {
#define GR_REPORT(name) &gr_report_##name,
#include "report/reports.list"
	NULL,
};

static const struct gr_target_ops *const targets[] = {
#define GR_TARGET(name) &gr_target_##name,
#include "target/targets.list"
	NULL,
};

/* One pair of look-ups for each kind. */
#define LOOKUP(kind, plural, array)                               \
	const struct gr_##kind##_ops *const *gr_##plural(void)    \
	{                                                         \
		return array;                                     \
	}                                                         \
	const struct gr_##kind##_ops *gr_##kind##_find(const char *name) \
	{                                                         \
		for (size_t i = 0; array[i]; i++)                 \
			if (!strcmp(array[i]->name, name))        \
				return array[i];                  \
		return NULL;                                      \
	}

LOOKUP(check, checks, checks)
LOOKUP(invalidate, invalidators, invalidators)
LOOKUP(oracle, oracles, oracles)
LOOKUP(pin, pins, pins)
LOOKUP(report, reporters, reporters)
LOOKUP(target, targets, targets)
/* clang-format on */
