// SPDX-License-Identifier: GPL-2.0-only
#include "own_mapping.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "core/registry.h"
#include "sys/call.h"

void gr_test_own_begin(struct gr_test_own *x, const char *name)
{
	struct gr_mapping *m = &x->mapping;

	memset(x, 0, sizeof(*x));
	gr_test_holds(&x->before);
	x->inv.ops = gr_invalidate_find(name);
	assert_non_null(x->inv.ops);
	x->inv.priv = calloc(1, x->inv.ops->priv_size + 1);
	assert_non_null(x->inv.priv);
	m->fd = memfd_create("own", MFD_CLOEXEC);
	assert_true(m->fd >= 0);
	assert_int_equal(gr_truncate_fd(m->fd, GR_TEST_OWN_LEN), 0);
	m->range.len = GR_TEST_OWN_LEN;
	assert_int_equal(gr_mmap(GR_TEST_OWN_LEN, PROT_READ | PROT_WRITE,
				 MAP_SHARED, m->fd, 0, &m->range.addr),
			 0);
	x->addr = m->range.addr;
	gr_test_fill(x->addr, GR_TEST_OWN_LEN, 1);
	x->target.spec.align = GR_TEST_PAGE;
	strcpy(x->target.mnt, ".");
	x->inv.ctx = &x->ctx;
	x->inv.target = &x->target;
	x->inv.mapping = m;
	x->inv.pinned = x->addr;
	assert_int_equal(x->inv.ops->setup(&x->ctx, &x->inv), 0);
}

void gr_test_own_end(struct gr_test_own *x)
{
	x->inv.ops->teardown(&x->inv);
	free(x->inv.priv);
	assert_int_equal(gr_munmap(x->addr, GR_TEST_OWN_LEN), 0);
	assert_int_equal(gr_close(x->mapping.fd), 0);
	gr_test_assert_holds(&x->before);
}

bool gr_test_is_mapped(const void *page)
{
	uint64_t entry;
	int fd = gr_open("/proc/self/pagemap", O_RDONLY);
	off_t at = (off_t)((uintptr_t)page / GR_TEST_PAGE * sizeof(entry));

	assert_true(fd >= 0);
	assert_int_equal(gr_pread(fd, &entry, sizeof(entry), at),
			 sizeof(entry));
	assert_int_equal(gr_close(fd), 0);
	return entry >> 63; /* bit 63: present */
}
