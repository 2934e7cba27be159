// SPDX-License-Identifier: GPL-2.0-only
/*
 * guprace selftest: every oracle on its known-bad input.
 */
#include <argp.h>
#include <errno.h>
#include <stdio.h>

#include "cli/command.h"
#include "core/ctx.h"
#include "core/oracle.h"
#include "core/registry.h"
#include "core/verdict.h"
#include "sys/guest.h"
#include "sys/kernel.h"

static const struct argp argp = {
	.doc = "Feeds every oracle known-bad input and says which of them see "
	       "it, and which are BLIND here and why.",
};

static int selftest_main(int argc, char **argv)
{
	struct gr_ctx ctx = {.in_guest = gr_in_guest()};
	int status = GR_EXIT_PASS;

	if (argp_parse(&argp, argc, argv, 0, NULL, NULL))
		return GR_EXIT_USAGE;
	gr_kernel_release(ctx.release, sizeof(ctx.release));
	for (const struct gr_oracle_ops *const *o = gr_oracles(); *o; o++) {
		struct gr_reason why = {""};
		int ret = (*o)->selftest(&ctx, &why);

		if (!ret)
			printf("%-12s sees its known-bad input\n", (*o)->name);
		else if (ret == -EOPNOTSUPP)
			printf("%-12s is BLIND here: %s\n", (*o)->name,
			       why.text);
		else
			printf("%-12s is WRONG: %s\n", (*o)->name, why.text);
		if (ret && ret != -EOPNOTSUPP)
			status = GR_EXIT_FAIL;
	}
	return status;
}

const struct gr_command gr_command_selftest = {
	.name = "selftest",
	.summary = "every oracle on its known-bad input",
	.run = selftest_main,
};
