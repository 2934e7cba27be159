// SPDX-License-Identifier: GPL-2.0-only
#include "sys/tracee.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define STACK_LEN ((size_t)64 * 1024)

static long trace(int what, pid_t pid, const void *addr, unsigned long data)
{
	return syscall(SYS_ptrace, what, pid, addr, data) ? -errno : 0;
}

/*
 * It has the caller's memory, errno included, so it does nothing that could
 * touch it; it never gets beyond the one call.
 */
static int sleep_for_good(void *arg)
{
	(void)arg;
	for (;;)
		(void)pause();
	return 0;
}

static int wait_for(pid_t pid, int *status)
{
	pid_t got;

	do {
		got = waitpid(pid, status, __WALL);
	} while (got < 0 && errno == EINTR);
	return got < 0 ? -errno : 0;
}

static int stop(pid_t pid)
{
	int status, ret;

	ret = (int)trace(PTRACE_SEIZE, pid, NULL, PTRACE_O_EXITKILL);
	if (!ret)
		ret = (int)trace(PTRACE_INTERRUPT, pid, NULL, 0);
	if (!ret)
		ret = wait_for(pid, &status);
	if (ret)
		return ret;
	return WIFSTOPPED(status) ? 0 : -ECHILD;
}

int gr_tracee_start(struct gr_tracee *t)
{
	int ret;

	t->pid = 0;
	t->stack = mmap(NULL, STACK_LEN, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (t->stack == MAP_FAILED) {
		t->stack = NULL;
		return -errno;
	}
	t->pid = clone(sleep_for_good, (char *)t->stack + STACK_LEN,
		       CLONE_VM | SIGCHLD, NULL);
	ret = t->pid < 0 ? -errno : stop(t->pid);
	if (ret)
		gr_tracee_end(t);
	return ret;
}

void gr_tracee_end(struct gr_tracee *t)
{
	int status = 0;

	if (t->pid > 0) {
		(void)kill(t->pid, SIGKILL); /* our child, not yet waited for */
		while (!wait_for(t->pid, &status) && WIFSTOPPED(status))
			;
	}
	t->pid = 0;
	if (t->stack)
		(void)munmap(t->stack, STACK_LEN); /* our own */
	t->stack = NULL;
}

int gr_tracee_peek(const struct gr_tracee *t, const void *addr,
		   unsigned long *word)
{
	return (int)trace(PTRACE_PEEKDATA, t->pid, addr, (unsigned long)word);
}

int gr_tracee_poke(const struct gr_tracee *t, void *addr, unsigned long word)
{
	return (int)trace(PTRACE_POKEDATA, t->pid, addr, word);
}
