// SPDX-License-Identifier: GPL-2.0-only
/*
 * guprace exec: another program, in the guest that guprace made.
 */
#include <argp.h>
#include <errno.h>

#include "base/log.h"
#include "cli/command.h"
#include "core/verdict.h"
#include "sys/guest.h"
#include "sys/spawn.h"

static error_t parse(int key, char *arg, struct argp_state *state)
{
	char ***program = state->input;

	(void)arg;
	switch (key) {
	case ARGP_KEY_ARGS:
		*program = state->argv + state->next;
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "say which program to run");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.parser = parse,
	.args_doc = "-- PROGRAM...",
	.doc = "Runs a program that guprace vm --add took into the guest. Its "
	       "exit status is the program's.",
};

static int exec_main(int argc, char **argv)
{
	char **program = NULL;
	int ret;

	if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &program))
		return GR_EXIT_USAGE;
	if (!gr_in_guest()) {
		gr_err(0,
		       "exec runs programs in a guest only: guprace vm --add "
		       "%s -- exec -- %s",
		       program[0], program[0]);
		return GR_EXIT_USAGE;
	}
	ret = gr_process_exec(program);
	if (ret == -ENOENT)
		gr_err(ret,
		       "cannot run '%s'; take it into the guest with vm --add",
		       program[0]);
	else
		gr_err(ret, "cannot run '%s'", program[0]);
	return GR_EXIT_BROKEN;
}

const struct gr_command gr_command_exec = {
	.name = "exec",
	.summary = "run another program in the guest (after vm --add)",
	.run = exec_main,
};
