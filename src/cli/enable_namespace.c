// SPDX-License-Identifier: GPL-2.0-only
#include "cli/command.h"
#include "cli/ns_common.h"

static int run(int argc, char **argv)
{
	static const struct gr_ns_action action = {
		.name = "enable-namespace",
		.doc = "Brings disabled namespaces back in the mode that their "
		       "superblock tells.",
		.verb = "enable",
		.past = "enabled",
		.to_disabled = true,
		.act = gr_nd_enable,
	};

	return gr_ns_act(argc, argv, &action);
}

const struct gr_command gr_command_enable_namespace = {
	.name = "enable-namespace",
	.summary = "bring a disabled namespace back",
	.run = run,
};
