// SPDX-License-Identifier: GPL-2.0-only
#include "cli/command.h"
#include "cli/ns_common.h"

static int run(int argc, char **argv)
{
	static const struct gr_ns_action action = {
		.name = "disable-namespace",
		.doc = "Takes namespaces out of use until they are enabled "
		       "again; what they hold stays. A namespace that is in "
		       "use, carries something or was not made by guprace is "
		       "refused.",
		.verb = "disable",
		.past = "disabled",
		.is_guarded = true,
		.to_enabled = true,
		.act = gr_nd_disable,
	};

	return gr_ns_act(argc, argv, &action);
}

const struct gr_command gr_command_disable_namespace = {
	.name = "disable-namespace",
	.summary = "take a namespace out of use",
	.run = run,
};
