// SPDX-License-Identifier: GPL-2.0-only
#include "core/verdict.h"

#include <errno.h>
#include <string.h>

static const char *const names[] = {
	[GR_SKIP] = "SKIP",	[GR_PASS] = "PASS",
	[GR_KNOWN] = "KNOWN",	[GR_INCONCLUSIVE] = "INCONCLUSIVE",
	[GR_BROKEN] = "BROKEN", [GR_HANG] = "HANG",
	[GR_FAIL] = "FAIL",
};

const char *gr_verdict_name(enum gr_verdict verdict)
{
	return names[verdict];
}

int gr_verdict_parse(const char *name, enum gr_verdict *verdict)
{
	for (int i = 0; i < GR_NR_VERDICTS; i++) {
		if (strcmp(names[i], name))
			continue;
		*verdict = (enum gr_verdict)i;
		return 0;
	}
	return -EINVAL;
}

enum gr_verdict gr_verdict_fold(enum gr_verdict a, enum gr_verdict b)
{
	return a > b ? a : b;
}

void gr_tally_add(struct gr_tally *tally, enum gr_verdict verdict)
{
	tally->of[verdict]++;
}

enum gr_verdict gr_tally_fold(const struct gr_tally *tally)
{
	for (int i = GR_NR_VERDICTS - 1; i > GR_SKIP; i--)
		if (tally->of[i])
			return (enum gr_verdict)i;
	return GR_SKIP;
}

int gr_tally_exit(const struct gr_tally *tally, bool strict)
{
	if (tally->of[GR_FAIL] || tally->of[GR_HANG])
		return GR_EXIT_FAIL;
	if (strict && tally->of[GR_KNOWN])
		return GR_EXIT_FAIL;
	if (tally->of[GR_BROKEN])
		return GR_EXIT_BROKEN;
	if (tally->of[GR_PASS] || tally->of[GR_KNOWN])
		return GR_EXIT_PASS;
	return GR_EXIT_SKIP;
}
