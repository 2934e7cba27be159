// SPDX-License-Identifier: GPL-2.0-only
/*
 * guprace: finds the command and runs it.
 */
#include <argp.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "config.h"
#include "core/verdict.h"
#include "sys/boot.h"
#include "sys/guest.h"
#include "vm/init.h"

static const struct gr_command *const commands[] = {
	&gr_command_create_namespace,
	&gr_command_destroy_namespace,
	&gr_command_disable_namespace,
	&gr_command_enable_namespace,
	&gr_command_exec,
	&gr_command_list,
	&gr_command_recover,
	&gr_command_replay,
	&gr_command_run,
	&gr_command_selftest,
	&gr_command_vm,
	NULL, /* end of commands */
};

static int usage(FILE *out, int status)
{
	fprintf(out, "usage: guprace COMMAND [OPTION...]\n\n"
		     "Races the teardown of device memory against pins of its "
		     "pages and judges the kernel.\n\n");
	for (size_t i = 0; commands[i]; i++)
		fprintf(out, "  %-20s %s\n", commands[i]->name,
			commands[i]->summary);
	fprintf(out, "\nguprace COMMAND --help tells more; so does man "
		     "guprace.\n");
	return status;
}

static const struct gr_command *find(const char *name)
{
	for (size_t i = 0; commands[i]; i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

int main(int argc, char **argv)
{
	const struct gr_command *command;
	char name[64];

	if (gr_guest_is_init())
		gr_init_main();
	if (!strcmp(basename(argv[0]), "modprobe") && gr_in_guest())
		return gr_modprobe_main(argc, argv);
	if (argc < 2)
		return usage(stderr, GR_EXIT_USAGE);
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		return usage(stdout, GR_EXIT_PASS);
	if (!strcmp(argv[1], "--version")) {
		puts("guprace " PACKAGE_VERSION);
		return GR_EXIT_PASS;
	}
	command = find(argv[1]);
	if (!command) {
		fprintf(stderr,
			"guprace: '%s' is not a command; guprace --help lists "
			"them\n",
			argv[1]);
		return GR_EXIT_USAGE;
	}
	/* what argp(3) begins its messages with */
	(void)snprintf(name, sizeof(name), "guprace %s", command->name);
	argv[1] = name;
	argp_err_exit_status = GR_EXIT_USAGE;
	return command->run(argc - 1, argv + 1);
}
