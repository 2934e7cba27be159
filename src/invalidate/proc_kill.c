// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator proc_kill: SIGKILL to the process that pins, in a pin or while it holds
 * one. gup must give up at a fatal signal and put what it has (-EINTR, seen by
 * nobody), and the end of the process takes the rest: its mapping, its descriptors,
 * and the pins that live in them. Nothing may be left of it, and it must not wait for
 * ever for a reference of its own.
 *
 * It waits until the process can be reaped; see proc_exit.
 * Source: mm/gup.c fatal_signal_pending(); kernel/exit.c do_exit(); signal(7).
 */
#include <signal.h>

#include "invalidate/internal.h"
#include "sys/process.h"

static int invalidate(struct gr_invalidate *inv)
{
	struct gr_victim *v = inv->victim;
	int ret = gr_kill(v->pid, SIGKILL);

	return ret ? ret : gr_inv_await_end(v, SIGKILL);
}

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "it is gone"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_proc_kill = {
	.name = "proc_kill",
	.summary = "SIGKILL of the process while it pins",
	.flags = GR_INV_VICTIM,
	.expect = expect,
	.setup = gr_inv_own_setup,
	.invalidate = invalidate,
	.restore = gr_inv_own_restore,
	.teardown = gr_inv_own_teardown,
};
