/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * guprace vm -- run ...: the host's side. The plan of cases is kept here; a
 * guest that is spent or dies is replaced by a fresh one, which goes on with
 * what is left.
 */
#ifndef GR_CLI_GUEST_RUN_H
#define GR_CLI_GUEST_RUN_H

#include "cli/run_options.h"

struct gr_vm;

/**
 * gr_guest_run() - carry out a run in as many guests as it takes.
 * @vm:   prepared; see gr_vm_prepare().
 * @opts: of the run command.
 *
 * Return: exit status of the program.
 */
int gr_guest_run(struct gr_vm *vm, const struct gr_run_options *opts);

#endif /* GR_CLI_GUEST_RUN_H */
