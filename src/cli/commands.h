/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every command's descriptor, for the table in main.c.
 */
#ifndef GR_CLI_COMMANDS_H
#define GR_CLI_COMMANDS_H

#include "cli/command.h"

extern const struct gr_command gr_command_exec;
extern const struct gr_command gr_command_vm;

#endif /* GR_CLI_COMMANDS_H */
