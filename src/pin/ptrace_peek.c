// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pin ptrace_peek: PTRACE_PEEKDATA of the first word of each page, and every other
 * time PTRACE_POKEDATA of the same word behind it. Drives generic_ptrace_peekdata()
 * -> ptrace_access_vm() -> get_user_pages_remote() (from 6.5 on
 * get_user_page_vma_remote()), with FOLL_GET | FOLL_FORCE by the slow path on every
 * kernel: never gup-fast. proc_mem comes to the same place by another way, with
 * other rights.
 *
 * The tracee is made in setup(), stopped, and shares the worker's memory: so the
 * mapping that is pinned is the worker's own, which need not be stopped for it.
 *
 * TRANSIENT. A page that is not to be had is EIO to the kernel here and EFAULT to
 * us, as with every pin. A word is put back as it was, so there is no data to
 * compare.
 * Source: kernel/ptrace.c, mm/memory.c __access_remote_vm(); ptrace(2).
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/log.h"
#include "core/pin.h"
#include "sys/tracee.h"

#define PAGE 4096u

struct ptrace_peek {
	struct gr_tracee tracee;
	bool write;
};

static int probe(const struct gr_ctx *ctx, struct gr_reason *why)
{
	struct gr_tracee tracee;
	int ret = gr_tracee_start(&tracee);

	(void)ctx;
	if (ret)
		gr_reason_set(why, "cannot trace a process of ours: %s",
			      strerror(-ret));
	gr_tracee_end(&tracee);
	return ret;
}

static int setup(const struct gr_ctx *ctx, struct gr_pin *pin,
		 const struct iovec *iov, int nr)
{
	struct ptrace_peek *p = pin->priv;
	int ret = gr_tracee_start(&p->tracee);

	(void)ctx, (void)iov, (void)nr;
	return ret ? gr_err(ret, "cannot trace a process of ours") : 0;
}

static int one_page(const struct ptrace_peek *p, bool write, char *page)
{
	unsigned long word;
	int ret = gr_tracee_peek(&p->tracee, page, &word);

	if (!ret && write)
		ret = gr_tracee_poke(&p->tracee, page, word);
	return ret == -EIO ? -EFAULT : ret;
}

static ssize_t pin_pages(struct gr_pin *pin, const struct iovec *iov, int nr)
{
	struct ptrace_peek *p = pin->priv;
	bool write = p->write;
	ssize_t done = 0;

	p->write = !write;
	for (int i = 0; i < nr; i++) {
		char *page = iov[i].iov_base, *end = page + iov[i].iov_len;

		for (; page < end; page += PAGE, done += PAGE) {
			int ret = one_page(p, write, page);

			if (ret)
				return done ? done : ret;
		}
	}
	return done;
}

static void teardown(struct gr_pin *pin)
{
	struct ptrace_peek *p = pin->priv;

	gr_tracee_end(&p->tracee);
}

const struct gr_pin_ops gr_pin_ptrace_peek = {
	.name = "ptrace_peek",
	.summary = "PTRACE_PEEKDATA and POKEDATA, slow path, transient",
	.kind = GR_PIN_TRANSIENT,
	.flags = GR_PIN_READS_MEM | GR_PIN_WRITES_MEM | GR_PIN_FORCED,
	.priv_size = sizeof(struct ptrace_peek),
	.probe = probe,
	.setup = setup,
	.pin = pin_pages,
	.teardown = teardown,
};
