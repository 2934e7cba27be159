/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Worker processes: fork, look at from outside, end. None of the calls that
 * look at a process can block on what that process waits for.
 */
#ifndef GR_SYS_PROCESS_H
#define GR_SYS_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/**
 * gr_fork() - make a worker that dies with its parent.
 * @cpu: processor to be pinned to, taken modulo the number there is; < 0 = any.
 *
 * Return: 0 in the child, its pid in the parent, or -errno.
 */
pid_t gr_fork(int cpu);

/**
 * gr_run_on() - move the calling thread, which a worker's new threads are not by
 * themselves: they start where it is pinned to.
 * @cpu: as for gr_fork(), not negative.
 *
 * Context: workers.
 */
void gr_run_on(int cpu);

/** gr_exit_now() - end the calling worker without flushing shared streams. */
void gr_exit_now(int status) __attribute__((noreturn));

/**
 * gr_reap() - has the child @pid ended?
 * @wait_ms: wait so long for it; milliseconds.
 * @status:  wait(2) status, filled when it has.
 *
 * Return: 1 it has, 0 it has not, -ECHILD not a child.
 */
int gr_reap(pid_t pid, unsigned int wait_ms, int *status);

/** gr_thread_id() - of the calling thread, as /proc has it. */
pid_t gr_thread_id(void);

/** gr_kill() - send a signal; 0 or -errno (-ESRCH: it is gone). */
int gr_kill(pid_t pid, int sig);

/**
 * gr_process_state() - the state letter of /proc/PID/stat ('R', 'S', 'D', ...).
 *
 * Return: the letter, or -errno.
 */
int gr_process_state(pid_t pid);

/**
 * gr_process_began() - when did it begin? With its number it names a process.
 * @ticks: clock ticks since the boot.
 *
 * Return: 0 or -errno (-ENOENT: it is gone).
 */
int gr_process_began(pid_t pid, uint64_t *ticks);

/**
 * gr_process_stack() - kernel stack and wait channel, for people.
 * @buf: filled with lines "function+0x..", or a note why they are not to be had.
 */
void gr_process_stack(pid_t pid, char *buf, size_t len);

/** gr_nr_cpus() - processors that we may run on; at least 1. */
unsigned int gr_nr_cpus(void);

/**
 * gr_shared_new() - zeroed memory that children share.
 *
 * Return: 0 or -ENOMEM.
 */
int gr_shared_new(size_t len, void **mem);

/** gr_shared_free() - undo gr_shared_new() in this process. */
void gr_shared_free(void *mem, size_t len);

/**
 * gr_futex_wait() - sleep until *@word is no longer @seen.
 * @timeout_ns: at most so long; nanoseconds.
 *
 * Context: processes that share @word.
 * Return: 0 it changed or a wake came, -ETIMEDOUT.
 */
int gr_futex_wait(unsigned int *word, unsigned int seen,
		  unsigned long long timeout_ns);

/**
 * gr_futex_look() - FUTEX_WAIT on a shared futex, which ends at once.
 * @word: any memory, aligned to 4 bytes; it is not touched by us.
 * @seen: what it most likely is not.
 *
 * Context: race windows too.
 * Return: -EAGAIN it was read and is not @seen, -ETIMEDOUT it is (seen within
 *         microseconds), 0 somebody woke us, -EFAULT it cannot be reached.
 * Source: futex(2).
 */
int gr_futex_look(const void *word, unsigned int seen);

/** gr_futex_wake() - wake all who wait for @word. */
void gr_futex_wake(unsigned int *word);

#endif /* GR_SYS_PROCESS_H */
