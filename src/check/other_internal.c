// SPDX-License-Identifier: GPL-2.0-only
/*
 * The other process of a check: what both tell each other, and its end.
 */
#include <signal.h>

#include "base/clock.h"
#include "check/internal.h"
#include "sys/process.h"

/* Milliseconds that a process may take to end. */
#define END_MS 1000

uint64_t gr_bell_seen(const uint64_t *moment)
{
	return __atomic_load_n(moment, __ATOMIC_ACQUIRE);
}

void gr_bell_mark(struct gr_bell *bell, uint64_t *moment)
{
	__atomic_store_n(moment, gr_now_ns(), __ATOMIC_RELEASE);
	__atomic_add_fetch(&bell->rung, 1, __ATOMIC_ACQ_REL);
	gr_futex_wake(&bell->rung);
}

bool gr_bell_await(struct gr_bell *bell, const uint64_t *moment, uint64_t until)
{
	for (;;) {
		uint32_t rung = __atomic_load_n(&bell->rung, __ATOMIC_ACQUIRE);
		uint64_t now = gr_now_ns();

		if (gr_bell_seen(moment))
			return true;
		if (now >= until)
			return false;
		(void)gr_futex_wait(&bell->rung, rung, until - now);
	}
}

void gr_check_end_other(pid_t pid, bool is_done)
{
	int status;

	if (pid <= 0 || gr_reap(pid, is_done ? END_MS : 0, &status))
		return;
	(void)gr_kill(pid, SIGKILL); /* it may be gone, or not hear it */
	(void)gr_reap(pid, END_MS, &status);
}
