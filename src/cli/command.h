/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A command of the program: one file, one const descriptor, one row in the
 * table of main.c, one man page.
 */
#ifndef GR_CLI_COMMAND_H
#define GR_CLI_COMMAND_H

struct gr_command {
	const char *name;
	const char *summary; /* one line for the overview */

	/**
	 * @run: argv[0] is "guprace NAME", the rest are the command's own
	 * words.
	 * Return: exit status of the program, enum gr_exit.
	 */
	int (*run)(int argc, char **argv);
};

/* The rows of the table, one file each. */
extern const struct gr_command gr_command_create_namespace;
extern const struct gr_command gr_command_destroy_namespace;
extern const struct gr_command gr_command_disable_namespace;
extern const struct gr_command gr_command_enable_namespace;
extern const struct gr_command gr_command_exec;
extern const struct gr_command gr_command_list;
extern const struct gr_command gr_command_recover;
extern const struct gr_command gr_command_replay;
extern const struct gr_command gr_command_run;
extern const struct gr_command gr_command_selftest;
extern const struct gr_command gr_command_vm;

#endif /* GR_CLI_COMMAND_H */
