// SPDX-License-Identifier: GPL-2.0-only
#include "fake_hmm.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/registry.h"
#include "sys/call.h"
#include "sys/gup_test.h"
#include "sys/numa.h"
#include "sys/pagemap.h"

#define PAGES_MAX 2048u
#define PAGE GR_TEST_PAGE
#define HUGE (512 * PAGE)

/* Where the device's memory begins: no machine has so much. */
#define FIRST_PFN (1ull << 36)

enum state {
	SYSTEM,
	DEVICE,
	EXCLUSIVE
};

static struct page {
	char *addr; /* NULL = unused */
	enum state state;
	struct gr_dmirror *owner;
	char data[PAGE];
} pages[PAGES_MAX];

/* What was found to be a huge page, none of which can be had alone. */
static char *huge;

static int uffd = -1;
static pthread_t server;

struct gr_fake_hmm gr_fake_hmm;

int __wrap_gr_dmirror_load(void);
int __wrap_gr_dmirror_spm(uint64_t addr[2]);
int __wrap_gr_dmirror_open(const char *path, size_t room,
			   struct gr_dmirror **d);
int __wrap_gr_dmirror_close(struct gr_dmirror *d);
ssize_t __wrap_gr_dmirror_do(struct gr_dmirror *d, enum gr_dmirror_op op,
			     const void *addr, size_t nr);
int __wrap_gr_dmirror_region(uint64_t phys, uint64_t *start, uint64_t *bytes);
int __wrap_gr_pagemap_at(const void *addr, struct gr_pagemap *out);
pid_t __wrap_gr_fork(int cpu);
pid_t __real_gr_fork(int cpu);
int __real_gr_pagemap_at(const void *addr, struct gr_pagemap *out);
int __wrap_gr_gup_test_open(void);
int __wrap_gr_gup_test_page(int fd, enum gr_gup_how how, bool write,
			    unsigned int longterm, const void *addr);
int __wrap_gr_dmirror_unload(void);
unsigned int __wrap_gr_numa_nodes(void);
int __wrap_gr_numa_move(void *addr, int node);
int __wrap_gr_numa_balance(struct gr_numa_balancing *before);
void __wrap_gr_numa_unbalance(const struct gr_numa_balancing *before);
int __wrap_gr_numa_scans_open(void);
int __wrap_gr_numa_scans(int fd, unsigned long *nr);

static struct page *find(const void *addr)
{
	for (unsigned int i = 0; i < PAGES_MAX; i++)
		if (pages[i].addr == addr)
			return &pages[i];
	return NULL;
}

/* What is mapped is nobody's who has it out of reach: another has been mapped. */
static enum state state_of(const void *addr)
{
	const struct page *p = find(addr);
	struct gr_pagemap at = {.present = false};
	enum state is =
		p ? __atomic_load_n(&p->state, __ATOMIC_ACQUIRE) : SYSTEM;

	if (is == SYSTEM || (is == DEVICE && gr_fake_hmm.coherent))
		return is;
	assert_int_equal(__real_gr_pagemap_at(addr, &at), 0);
	return at.present ? SYSTEM : is;
}

/* The rights of a mapping: "rw-p", or NULL. */
static const char *rights(const void *addr, char buf[8])
{
	FILE *f = fopen("/proc/self/maps", "re");
	unsigned long from, to, at = (uintptr_t)addr;
	char line[512];
	bool found = false;

	assert_non_null(f);
	while (!found && fgets(line, sizeof(line), f))
		found = sscanf(line, "%lx-%lx %7s", &from, &to, buf) == 3 &&
			at >= from && at < to;
	fclose(f);
	return found ? buf : NULL;
}

static void give(char *addr, const char *data)
{
	struct uffdio_copy copy = {
		.dst = (uintptr_t)addr,
		.src = (uintptr_t)data,
		.len = PAGE,
	};

	(void)ioctl(uffd, UFFDIO_COPY, &copy); /* another may have been first */
}

/* A fault: what the device has comes back, what never was there is zeros. */
static void *serve(void *arg)
{
	static const char zeros[PAGE];
	struct uffd_msg msg;

	(void)arg;
	while (read(uffd, &msg, sizeof(msg)) == sizeof(msg)) {
		char *addr = (char *)(uintptr_t)(msg.arg.pagefault.address &
						 ~(uint64_t)(PAGE - 1));
		struct page *p = find(addr);
		bool had = p && p->state != SYSTEM;
		bool loses = had && gr_fake_hmm.flaw == GR_HMM_LOSES;

		if (had)
			__atomic_store_n(&p->state, SYSTEM, __ATOMIC_RELEASE);
		give(addr, had && !loses ? p->data : zeros);
	}
	return NULL;
}

void gr_fake_hmm_need(void)
{
	struct uffdio_api api = {.api = UFFD_API};

	if (uffd >= 0)
		return;
	uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	if (uffd < 0)
		gr_test_skip("userfaultfd: %s", strerror(errno));
	assert_int_equal(ioctl(uffd, UFFDIO_API, &api), 0);
	assert_int_equal(pthread_create(&server, NULL, serve, NULL), 0);
	assert_int_equal(pthread_detach(server), 0);
}

void gr_fake_hmm_reset(void)
{
	huge = NULL;
	memset(pages, 0, sizeof(pages));
	memset(&gr_fake_hmm, 0, sizeof(gr_fake_hmm));
	gr_fake_hmm.gup_says = 1;
	gr_fake_hmm.loaded = true;
}

int __wrap_gr_dmirror_load(void)
{
	gr_fake_hmm.loaded = gr_fake_hmm.flaw != GR_HMM_NO_OPEN;
	return gr_fake_hmm.loaded ? 0 : -ENOENT;
}

int __wrap_gr_dmirror_spm(uint64_t addr[2])
{
	addr[0] = FIRST_PFN * PAGE;
	addr[1] = addr[0] + GR_DMIRROR_BYTES;
	return gr_fake_hmm.coherent ? 0 : -ENOENT;
}

int __wrap_gr_dmirror_region(uint64_t phys, uint64_t *start, uint64_t *bytes)
{
	*start = FIRST_PFN * PAGE;
	*bytes = GR_DMIRROR_BYTES;
	return !gr_fake_hmm.coherent && phys - *start < *bytes ? 0 : -ENOENT;
}

int __wrap_gr_dmirror_open(const char *path, size_t room, struct gr_dmirror **d)
{
	*d = NULL;
	if (gr_fake_hmm.flaw == GR_HMM_NO_OPEN || strstr(path, "nowhere"))
		return -ENOENT;
	*d = calloc(1, sizeof(**d));
	assert_non_null(*d);
	(*d)->room = calloc(1, room);
	assert_non_null((*d)->room);
	(*d)->room_len = room;
	(*d)->fd = -1;
	gr_fake_hmm.nr_open++;
	return 0;
}

/* It may be unmapped by now. */
static void drop(void *addr)
{
	static char zeros[PAGE];
	struct iovec local = {zeros, PAGE}, remote = {addr, PAGE};

	(void)gr_process_vm_writev(getpid(), &local, &remote, 1);
}

static void take_back(struct page *p)
{
	if (p->addr && p->state == DEVICE && !gr_fake_hmm.coherent) {
		p->state = SYSTEM;
		give(p->addr, p->data);
	} else if (p->addr && p->state == DEVICE &&
		   gr_fake_hmm.flaw == GR_HMM_DROPS) {
		drop(p->addr);
	}
	p->state = SYSTEM;
}

int __wrap_gr_dmirror_close(struct gr_dmirror *d)
{
	if (!d)
		return 0;
	for (unsigned int i = 0; i < PAGES_MAX; i++)
		if (pages[i].owner == d) {
			take_back(&pages[i]);
			pages[i].addr = NULL;
		}
	free(d->room);
	free(d);
	gr_fake_hmm.nr_open--;
	return 0;
}

static struct page *page_for(struct gr_dmirror *d, char *addr)
{
	struct page *p = find(addr);

	for (unsigned int i = 0; i < PAGES_MAX && !p; i++)
		if (!pages[i].addr)
			p = &pages[i];
	assert_non_null(p);
	p->addr = addr;
	p->owner = d;
	return p;
}

/* Out of the mapping, unless the processor reaches it there. */
static int take(struct gr_dmirror *d, char *addr, enum state to, size_t at)
{
	struct uffdio_register reg = {
		.range = {(uintptr_t)addr, PAGE},
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	struct page *p = page_for(d, addr);
	struct iovec local = {p->data, PAGE}, remote = {addr, PAGE};

	if (state_of(addr) == SYSTEM || gr_fake_hmm.coherent)
		if (gr_process_vm_readv(getpid(), &local, &remote, 1) != PAGE)
			return -EFAULT;
	if (gr_fake_hmm.flaw == GR_HMM_LOSES)
		memset(p->data, 0, PAGE);
	memcpy(d->room + at, p->data, PAGE);
	if (gr_fake_hmm.flaw == GR_HMM_STAYS ||
	    (to == EXCLUSIVE && gr_fake_hmm.untaken))
		return 0;
	__atomic_store_n(&p->state, to, __ATOMIC_RELEASE);
	if (gr_fake_hmm.coherent && to == DEVICE)
		return 0;
	if (ioctl(uffd, UFFDIO_REGISTER, &reg))
		return -errno;
	return gr_madvise(addr, PAGE, MADV_DONTNEED);
}

static ssize_t take_all(struct gr_dmirror *d, char *addr, size_t nr,
			enum state to)
{
	for (size_t i = 0; i < nr; i++) {
		char buf[8];
		const char *r = rights(addr + i * PAGE, buf);
		const struct page *p = find(addr + i * PAGE);

		if (!r || r[0] != 'r')
			return -EINVAL;
		if (r[3] == 's')
			return to == DEVICE ? -ENOENT : -EBUSY;
		if (p && p->state != SYSTEM && p->owner != d)
			return -ENOENT;
	}
	for (size_t i = 0; i < nr; i++) {
		int ret = take(d, addr + i * PAGE, to, i * PAGE);

		if (ret) /* it was unmapped meanwhile */
			return -EFAULT;
	}
	return (ssize_t)nr;
}

static ssize_t back(char *addr, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		struct page *p = find(addr + i * PAGE);

		if (p && gr_fake_hmm.flaw != GR_HMM_KEEPS)
			take_back(p);
	}
	return (ssize_t)nr;
}

/* As the processor would, with its rights; what the device has it reads there. */
static ssize_t access_by(struct gr_dmirror *d, char *addr, size_t nr,
			 bool write)
{
	for (size_t i = 0; i < nr; i++) {
		struct iovec local = {d->room + i * PAGE, PAGE};
		struct iovec remote = {addr + i * PAGE, PAGE};
		char buf[8];
		const char *r = rights(remote.iov_base, buf);
		ssize_t n;

		if (!r || r[0] != 'r')
			return -EFAULT;
		if (write && r[1] != 'w')
			return gr_fake_hmm.flaw == GR_HMM_WRITES_ALL
				       ? (ssize_t)nr
				       : -EPERM;
		n = write ? gr_process_vm_writev(getpid(), &local, &remote, 1)
			  : gr_process_vm_readv(getpid(), &local, &remote, 1);
		if (n != PAGE)
			return -EFAULT;
		if (!write && gr_fake_hmm.flaw == GR_HMM_STALE)
			memset(local.iov_base, 0, PAGE);
	}
	return (ssize_t)nr;
}

static ssize_t any_exclusive(const char *addr, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (state_of(addr + i * PAGE) == EXCLUSIVE)
			return -EPERM;
	return 0;
}

static bool in_huge(const char *addr)
{
	return huge && addr >= huge && addr < huge + HUGE;
}

/* All is written; a page that is asked for alone, at such a place, is a huge one. */
static void snapshot(struct gr_dmirror *d, char *addr, size_t nr)
{
	if (gr_fake_hmm.snapshot) {
		memcpy(d->room, gr_fake_hmm.snapshot, nr);
		return;
	}
	memset(d->room, GR_DMIRROR_IS_WRITE, nr);
	if (nr > 1 || (uintptr_t)addr % HUGE)
		return;
	d->room[0] |= GR_DMIRROR_IS_PMD;
	huge = addr;
}

ssize_t __wrap_gr_dmirror_do(struct gr_dmirror *d, enum gr_dmirror_op op,
			     const void *at, size_t nr)
{
	char *addr = (char *)(uintptr_t)at;

	gr_fake_hmm.nr_asked[op]++;
	if (gr_fake_hmm.flaw == GR_HMM_REFUSES)
		return -EIO;
	if (op == gr_fake_hmm.busy && gr_fake_hmm.nr_busy &&
	    gr_fake_hmm.nr_asked[op] > gr_fake_hmm.busy_after) {
		gr_fake_hmm.nr_busy--;
		return -EBUSY;
	}
	switch (op) {
	case GR_DMIRROR_READ:
		return access_by(d, addr, nr, false);
	case GR_DMIRROR_WRITE:
		return access_by(d, addr, nr, true);
	case GR_DMIRROR_TO_DEVICE:
		return take_all(d, addr, nr, DEVICE);
	case GR_DMIRROR_EXCLUSIVE:
		return in_huge(addr) ? -EBUSY
				     : take_all(d, addr, nr, EXCLUSIVE);
	case GR_DMIRROR_TO_SYSTEM:
		return back(addr, nr);
	case GR_DMIRROR_RELEASE:
		for (unsigned int i = 0; i < PAGES_MAX; i++)
			if (pages[i].addr)
				back(pages[i].addr, 1);
		return 0;
	case GR_DMIRROR_CHECK_EXCLUSIVE:
		return any_exclusive(addr, nr);
	default:
		snapshot(d, addr, nr);
		return (ssize_t)nr;
	}
}

int __wrap_gr_pagemap_at(const void *addr, struct gr_pagemap *out)
{
	struct page *p = find(addr);

	switch (state_of(addr)) {
	case DEVICE:
		*out = (struct gr_pagemap){
			.present = gr_fake_hmm.coherent,
			.swapped = !gr_fake_hmm.coherent,
			.pfn = FIRST_PFN + (uint64_t)(p - pages),
		};
		return 0;
	case EXCLUSIVE:
		*out = (struct gr_pagemap){.swapped = true, .pfn = 1};
		return 0;
	default:
		return __real_gr_pagemap_at(addr, out);
	}
}

int __wrap_gr_gup_test_open(void)
{
	return gr_fake_hmm.no_gup ? -ENOENT : gr_open("/dev/null", O_RDWR);
}

/* As gup would, by the rights; the slow path may say something else. */
int __wrap_gr_gup_test_page(int fd, enum gr_gup_how how, bool write,
			    unsigned int longterm, const void *addr)
{
	bool fast = how == GR_GUP_GET_FAST || how == GR_GUP_PIN_FAST ||
		    how == GR_GUP_PIN_LONGTERM_FAST;
	bool is_long =
		how == GR_GUP_PIN_LONGTERM || how == GR_GUP_PIN_LONGTERM_FAST;
	struct page *p = find(addr);
	char buf[8];
	const char *r = rights(addr, buf);

	(void)fd, (void)longterm;
	if (!r || r[0] != 'r' || (write && r[1] != 'w'))
		return 0;
	if (!fast && gr_fake_hmm.gup_says <= 0)
		return gr_fake_hmm.gup_says;
	if (p && gr_fake_hmm.coherent && is_long)
		p->state = SYSTEM;
	else if (!p || !gr_fake_hmm.coherent)
		(void)*(volatile const char *)addr;
	return 1;
}

int __wrap_gr_dmirror_unload(void)
{
	if (gr_fake_hmm.remove_says)
		return gr_fake_hmm.remove_says;
	gr_fake_hmm.loaded = false;
	return 0;
}

/* What is out of reach would be lost to a child: it is brought back first. */
pid_t __wrap_gr_fork(int cpu)
{
	for (unsigned int i = 0; i < PAGES_MAX; i++)
		if (pages[i].addr && state_of(pages[i].addr) != SYSTEM)
			(void)*(volatile char *)pages[i].addr;
	return __real_gr_fork(cpu);
}

unsigned int __wrap_gr_numa_nodes(void)
{
	return 2;
}

int __wrap_gr_numa_move(void *addr, int node)
{
	assert_true(node == 0 || node == 1);
	return addr ? 0 : -EFAULT;
}

int __wrap_gr_numa_balance(struct gr_numa_balancing *before)
{
	memset(before, 0, sizeof(*before));
	if (gr_fake_hmm.balance_says)
		return gr_fake_hmm.balance_says;
	strcpy(before->was[0], "1000");
	gr_fake_hmm.balances = true;
	return 0;
}

void __wrap_gr_numa_unbalance(const struct gr_numa_balancing *before)
{
	assert_string_equal(before->was[0], "1000");
	gr_fake_hmm.balances = false;
}

int __wrap_gr_numa_scans_open(void)
{
	return gr_open("/dev/null", O_RDONLY);
}

int __wrap_gr_numa_scans(int fd, unsigned long *nr)
{
	assert_true(fd >= 0);
	*nr = gr_fake_hmm.nr_scans += !gr_fake_hmm.no_scans;
	return gr_fake_hmm.scans_says;
}

struct gr_fake_env *gr_fake_hmm_env(struct gr_test_disks *disks,
				    const char *target, enum gr_hmm_flaw flaw)
{
	struct gr_fake_env *f = gr_fake_env_new(disks, GR_FAKE_GOOD);
	struct gr_target *t = &f->fake.target;

	gr_fake_hmm_need();
	gr_fake_hmm_reset();
	gr_fake_hmm.flaw = flaw;
	gr_fake_hmm.coherent = !strcmp(target, "hmm_coherent");
	t->ops = gr_target_find(target);
	assert_non_null(t->ops);
	t->spec.align = PAGE;
	strcpy(t->dev, "/dev/hmm_dmirror0");
	t->whole_start = FIRST_PFN * PAGE;
	t->whole_size = GR_DMIRROR_BYTES;
	return f;
}

void gr_fake_hmm_passes(struct gr_test_disks *disks, const char *target,
			const char *check)
{
	struct gr_fake_env *f = gr_fake_hmm_env(disks, target, GR_HMM_GOOD);

	assert_int_equal(gr_fake_run(f, check), 0);
	assert_string_equal(f->skipped.text, "");
	if (f->found.nr)
		fail_msg("%s: %s", f->found.of[0].signature,
			 f->found.of[0].summary);
	assert_true(f->nr_ops > 0);
	assert_int_equal(gr_fake_hmm.nr_open, 0);
	gr_fake_env_free(f);
}

void gr_fake_hmm_fails(struct gr_test_disks *disks, const char *target,
		       const char *check, enum gr_hmm_flaw flaw,
		       const char *signature)
{
	struct gr_fake_env *f = gr_fake_hmm_env(disks, target, flaw);

	(void)gr_fake_run(f, check); /* it may not get to its end */
	assert_string_equal(f->skipped.text, "");
	if (!gr_fake_has(f, signature))
		fail_msg("'%s' was not found, but '%s'", signature,
			 f->found.nr ? f->found.of[0].signature : "nothing");
	gr_fake_env_free(f);
}

void gr_fake_hmm_breaks(struct gr_test_disks *disks, const char *target,
			const char *check, int ret)
{
	struct gr_fake_env *f = gr_fake_hmm_env(disks, target, GR_HMM_NO_OPEN);

	assert_int_equal(gr_fake_run(f, check), ret);
	assert_true(f->log.nr > 0);
	assert_int_equal(f->found.nr, 0);
	gr_fake_env_free(f);
}

void gr_fake_hmm_inv_begin(struct gr_fake_hmm_inv *x, const char *name)
{
	const struct gr_map_req req = {
		.len = GR_FAKE_HMM_LEN,
		.prot = PROT_READ | PROT_WRITE,
	};

	gr_fake_hmm_need();
	gr_fake_hmm_reset();
	memset(x, 0, sizeof(*x));
	gr_test_holds(&x->before);
	x->ctx.in_guest = true;
	x->target.ops = gr_target_find("hmm_private");
	x->target.spec.align = PAGE;
	x->target.whole_start = FIRST_PFN * PAGE;
	x->target.whole_size = GR_DMIRROR_BYTES;
	strcpy(x->target.dev, "/dev/hmm_dmirror0");
	assert_int_equal(x->target.ops->map(&x->target, &req, &x->map), 0);
	gr_test_fill(x->map.range.addr, req.len, 1);
	x->inv.ops = gr_invalidate_find(name);
	assert_non_null(x->inv.ops);
	x->inv.priv = calloc(1, x->inv.ops->priv_size + 1);
	assert_non_null(x->inv.priv);
	x->inv.ctx = &x->ctx;
	x->inv.target = &x->target;
	x->inv.mapping = &x->map;
	x->inv.pinned = x->map.range.addr;
	assert_int_equal(x->inv.ops->setup(&x->ctx, &x->inv), 0);
}

void gr_fake_hmm_inv_end(struct gr_fake_hmm_inv *x)
{
	x->inv.ops->teardown(&x->inv);
	free(x->inv.priv);
	assert_int_equal(x->target.ops->unmap(&x->map), 0);
	assert_int_equal(gr_fake_hmm.nr_open, 0);
	gr_test_assert_holds(&x->before);
}
