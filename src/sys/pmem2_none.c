// SPDX-License-Identifier: GPL-2.0-only
/* Stand-in for a build without libpmem2: the same mapping by mmap(2). */
#include <sys/mman.h>

#include "sys/call.h"
#include "sys/pmem2.h"

int gr_pmem_map(int fd, uint64_t off, size_t len, int prot, void **addr,
		void **handle)
{
	*handle = NULL;
	return gr_mmap(len, prot, MAP_SHARED, fd, (off_t)off, addr);
}

int gr_pmem_unmap(void *addr, size_t len, void *handle)
{
	(void)handle;
	return gr_munmap(addr, len);
}
