/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A process to be looked into by ptrace, that has no memory but ours: what is
 * read and written through it is the caller's own mapping, and the caller need
 * not be stopped for it.
 */
#ifndef GR_SYS_TRACEE_H
#define GR_SYS_TRACEE_H

#include <sys/types.h>

struct gr_tracee {
	pid_t pid; /* 0 = none */
	void *stack;
};

/**
 * gr_tracee_start() - make one, stopped for good; it dies with us.
 * @t: filled; empty on failure.
 *
 * Context: the same thread uses it and ends it.
 * Return: 0, or -errno: -EPERM tracing is forbidden here (Yama, seccomp).
 * Source: clone(2) CLONE_VM, ptrace(2) PTRACE_SEIZE.
 */
int gr_tracee_start(struct gr_tracee *t);

/** gr_tracee_end() - kill it and wait for its end; an empty one is legal. */
void gr_tracee_end(struct gr_tracee *t);

/**
 * gr_tracee_peek() - PTRACE_PEEKDATA of one word.
 *
 * Context: race windows too; no allocation.
 * Return: 0, -EIO it cannot be had, or -errno.
 */
int gr_tracee_peek(const struct gr_tracee *t, const void *addr,
		   unsigned long *word);

/** gr_tracee_poke() - PTRACE_POKEDATA; as gr_tracee_peek(). */
int gr_tracee_poke(const struct gr_tracee *t, void *addr, unsigned long word);

#endif /* GR_SYS_TRACEE_H */
