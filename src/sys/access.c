// SPDX-License-Identifier: GPL-2.0-only
#include "sys/access.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>

/* glibc has it, but not for all that include it; the same everywhere. */
#ifndef MADV_HWPOISON
#define MADV_HWPOISON 100
#endif

/* Signal handlers have no argument, so the way back is a thread's own. */
static __thread sigjmp_buf way_back;

static void on_signal(int sig)
{
	siglongjmp(way_back, sig);
}

struct guard {
	struct sigaction bus, segv;
};

static void arm(struct guard *old)
{
	struct sigaction sa = {.sa_handler = on_signal};

	(void)sigaction(SIGBUS, &sa, &old->bus); /* cannot fail: valid signal */
	(void)sigaction(SIGSEGV, &sa, &old->segv);
}

static void disarm(const struct guard *old)
{
	(void)sigaction(SIGBUS, &old->bus, NULL);
	(void)sigaction(SIGSEGV, &old->segv, NULL);
}

int gr_touch(volatile char *addr, bool write)
{
	struct guard old;
	int sig;

	arm(&old);
	sig = sigsetjmp(way_back, 1);
	if (!sig) {
		char byte = *addr;

		if (write)
			*addr = byte;
	}
	disarm(&old);
	return !sig ? 0 : sig == SIGBUS ? -ENXIO : -EFAULT;
}

/* What the calling thread poisons, and how often it was told so. */
static __thread struct {
	uintptr_t begin, end;
	volatile unsigned int nr_told;
} poisoned;

/* The address is that of the failed page, or of the leaf around it. */
static void on_poison(int sig, siginfo_t *info, void *context)
{
	uintptr_t at = (uintptr_t)info->si_addr;
	uintptr_t leaf = (uintptr_t)1 << info->si_addr_lsb;

	(void)sig, (void)context;
	if (info->si_code == BUS_MCEERR_AR && at < poisoned.end &&
	    at + leaf > poisoned.begin)
		poisoned.nr_told++;
}

int gr_poison(void *addr, size_t len)
{
	struct sigaction old, sa = {
				      .sa_sigaction = on_poison,
				      .sa_flags = SA_SIGINFO,
			      };
	int err;

	poisoned.begin = (uintptr_t)addr;
	poisoned.end = poisoned.begin + len;
	poisoned.nr_told = 0;
	(void)sigaction(SIGBUS, &sa, &old); /* cannot fail: valid signal */
	err = madvise(addr, len, MADV_HWPOISON) ? errno : 0;
	(void)sigaction(SIGBUS, &old, NULL);
	if (err)
		return -err;
	return poisoned.nr_told ? 0 : -ENOMSG;
}
