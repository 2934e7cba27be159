/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Child processes, held by pidfd, so that none is waited for or killed by a
 * number that may have changed hands.
 */
#ifndef GR_SYS_SPAWN_H
#define GR_SYS_SPAWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct gr_process {
	pid_t pid; /* 0 = none */
	int pidfd; /* readable once it has ended; -1 = none */
};

/** GR_PROCESS_NONE - no process. */
#define GR_PROCESS_NONE ((struct gr_process){.pid = 0, .pidfd = -1})

struct gr_spawn {
	char *const *argv; /* argv[0]: path, or looked up in $PATH */
	char *const *envp; /* NULL = ours */
	const int *fds; /* fds[i] becomes descriptor i; -1 = /dev/null */
	unsigned int nr_fds; /* all others are closed by exec */
	bool own_group; /* Ctrl-C does not reach it */
	bool dies_with_us; /* SIGKILL when our main thread ends */
	const char *tty; /* becomes its terminal and 0, 1, 2; NULL = none */
};

/**
 * gr_process_start() - start a program, with no signal blocked or ignored.
 * @process: filled on success.
 *
 * Return: 0 or -errno of the call that failed, exec included.
 * Source: execve(2), pidfd_open(2), PR_SET_PDEATHSIG(2const).
 */
int gr_process_start(const struct gr_spawn *spawn, struct gr_process *process);

/**
 * gr_process_wait() - wait for its end and take its status.
 * @timeout_ns: 0 = only look; UINT64_MAX = for ever.
 * @status:     exit status, or 128 + signal.
 *
 * Return: 0 (@process is then empty), -ETIMEDOUT, or -errno.
 */
int gr_process_wait(struct gr_process *process, uint64_t timeout_ns,
		    int *status);

/** gr_process_kill() - SIGKILL, wait, release; an empty one is legal. */
void gr_process_kill(struct gr_process *process);

/**
 * gr_process_reap() - first process only: reap orphans that have ended, but
 * not @keep.
 */
void gr_process_reap(const struct gr_process *keep);

/**
 * gr_process_output() - run a program to its end and take what it prints.
 * @argv:   as in struct gr_spawn.
 * @out:    stdout and stderr; NUL-terminated, to be freed; NULL on failure.
 * @status: as gr_process_wait().
 *
 * Return: 0 or -errno: it could not be run.
 */
int gr_process_output(char *const *argv, char **out, int *status);

/** gr_process_exec() - execvp(3). Return: only on failure, -errno. */
int gr_process_exec(char *const *argv);

#endif /* GR_SYS_SPAWN_H */
