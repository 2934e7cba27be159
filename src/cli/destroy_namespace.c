// SPDX-License-Identifier: GPL-2.0-only
#include "cli/command.h"
#include "cli/ns_common.h"

static int run(int argc, char **argv)
{
	static const struct gr_ns_action action = {
		.name = "destroy-namespace",
		.doc = "Disables namespaces and overwrites the superblock of "
		       "their mode; where there are labels, deletes them. A "
		       "namespace that is in use, carries something or was not "
		       "made by guprace is refused.",
		.verb = "destroy",
		.past = "destroyed",
		.is_guarded = true,
		.to_enabled = true,
		.to_disabled = true,
		.act = gr_nd_destroy,
	};

	return gr_ns_act(argc, argv, &action);
}

const struct gr_command gr_command_destroy_namespace = {
	.name = "destroy-namespace",
	.summary = "take a namespace's mode and space away",
	.run = run,
};
