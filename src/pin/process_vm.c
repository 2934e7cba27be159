// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pin process_vm: process_vm_readv and process_vm_writev of the memory, in turn,
 * with the worker itself as the other process: what is remote is its own mapping,
 * what is local is ordinary memory. Drives process_vm_rw_single_vec() ->
 * pin_user_pages_remote() with FOLL_PIN, by the slow path on every kernel: never
 * gup-fast. FOLL_WRITE is set for the writes only, so a read-only mapping can be
 * read and must not be written.
 *
 * TRANSIENT: at most some pages at a time, unpinned before the call returns. The
 * kernel lets a process do this to itself without asking anybody
 * (__ptrace_may_access(): the same thread group).
 * Source: mm/process_vm_access.c, the same in 5.10, 6.1, 6.12 and 7.2;
 * process_vm_readv(2).
 */
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "pin/internal.h"
#include "sys/call.h"

struct process_vm {
	struct gr_copy copy;
	bool write;
};

static int probe(const struct gr_ctx *ctx, struct gr_reason *why)
{
	char from = 1, to = 0;
	struct iovec local = {&to, 1}, remote = {&from, 1};
	ssize_t n = gr_process_vm_readv(getpid(), &local, &remote, 1);

	(void)ctx;
	if (n < 0)
		gr_reason_set(why,
			      "needs process_vm_readv (CONFIG_CROSS_MEMORY_"
			      "ATTACH): %s",
			      strerror((int)-n));
	return n < 0 ? (int)n : 0;
}

static ssize_t pin_pages(struct gr_pin *pin, const struct iovec *iov, int nr)
{
	struct process_vm *p = pin->priv;
	struct iovec local = {p->copy.buf, p->copy.len};
	bool write = p->write;

	p->write = !write;
	return write ? gr_process_vm_writev(getpid(), &local, iov, nr)
		     : gr_process_vm_readv(getpid(), &local, iov, nr);
}

const struct gr_pin_ops gr_pin_process_vm = {
	.name = "process_vm",
	.summary = "process_vm_readv and writev in turn, slow path, transient",
	.kind = GR_PIN_TRANSIENT,
	.flags = GR_PIN_READS_MEM | GR_PIN_WRITES_MEM,
	.needs = {.kconfig = (const char *const[]){"CONFIG_CROSS_MEMORY_ATTACH",
						   NULL}},
	.priv_size = sizeof(struct process_vm),
	.probe = probe,
	.setup = gr_copy_setup,
	.pin = pin_pages,
	.fetch = gr_copy_fetch,
	.feed = gr_copy_feed,
	.teardown = gr_copy_teardown,
};
