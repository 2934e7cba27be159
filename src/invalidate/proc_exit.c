// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator proc_exit: the process that pins exits by itself: another thread of it
 * calls exit_group(2) while the first one is in a pin, or holds one. The end of its
 * mapping (exit_mmap()), of its descriptors, and of the pins that live in them come
 * from within; what asynchronous I/O still has in flight ends later, by a worker of
 * the kernel. Nothing may be left of it, and it must not wait for ever for a
 * reference of its own.
 *
 * It waits until the process can be reaped: its threads are gone by then, its mapping
 * and files are, an io_uring or a BPF reader may not be; the ledger gives them a
 * second.
 * Source: kernel/exit.c do_exit(); mm/mmap.c exit_mmap(); exit_group(2).
 */
#include "invalidate/internal.h"
#include "sys/process.h"

static int invalidate(struct gr_invalidate *inv)
{
	struct gr_victim *v = inv->victim;

	__atomic_store_n(&v->leave, 1, __ATOMIC_RELEASE);
	gr_futex_wake(&v->leave);
	return gr_inv_await_end(v, 0);
}

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "it is gone"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_proc_exit = {
	.name = "proc_exit",
	.summary = "exit of the process while it pins",
	.flags = GR_INV_VICTIM,
	.expect = expect,
	.setup = gr_inv_own_setup,
	.invalidate = invalidate,
	.restore = gr_inv_own_restore,
	.teardown = gr_inv_own_teardown,
};
