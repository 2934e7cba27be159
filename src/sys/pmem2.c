// SPDX-License-Identifier: GPL-2.0-only
#include "sys/pmem2.h"

#include <errno.h>
#include <libpmem2.h>
#include <sys/mman.h>

#include "base/log.h"

/* libpmem2 mixes -errno and its own numbers below -100000. */
static int to_errno(int ret)
{
	if (ret > PMEM2_E_UNKNOWN)
		return ret;
	gr_debug("libpmem2: %s", pmem2_errormsg());
	switch (ret) {
	case PMEM2_E_NOSUPP:
	case PMEM2_E_GRANULARITY_NOT_SUPPORTED:
		return -EOPNOTSUPP;
	case PMEM2_E_NO_ACCESS:
		return -EACCES;
	case PMEM2_E_DAX_REGION_NOT_FOUND:
		return -ENXIO;
	default:
		return -EINVAL;
	}
}

static int configure(struct pmem2_config *cfg, uint64_t off, size_t len,
		     int prot)
{
	unsigned int want = PMEM2_PROT_READ;
	int ret;

	if (prot & PROT_WRITE)
		want |= PMEM2_PROT_WRITE;
	ret = pmem2_config_set_required_store_granularity(
		cfg, PMEM2_GRANULARITY_PAGE);
	if (!ret)
		ret = pmem2_config_set_offset(cfg, off);
	if (!ret)
		ret = pmem2_config_set_length(cfg, len);
	if (!ret)
		ret = pmem2_config_set_sharing(cfg, PMEM2_SHARED);
	if (!ret)
		ret = pmem2_config_set_protection(cfg, want);
	return ret;
}

int gr_pmem_map(int fd, uint64_t off, size_t len, int prot, void **addr,
		void **handle)
{
	struct pmem2_source *src = NULL;
	struct pmem2_config *cfg = NULL;
	struct pmem2_map *map;
	int ret;

	ret = pmem2_source_from_fd(&src, fd);
	if (ret)
		return to_errno(ret);
	ret = pmem2_config_new(&cfg);
	if (ret)
		goto err_source;
	ret = configure(cfg, off, len, prot);
	if (!ret)
		ret = pmem2_map_new(&map, cfg, src);
	if (!ret) {
		*addr = pmem2_map_get_address(map);
		*handle = map;
	}
	(void)pmem2_config_delete(&cfg); /* cannot fail */
err_source:
	(void)pmem2_source_delete(&src); /* cannot fail */
	return to_errno(ret);
}

int gr_pmem_unmap(void *addr, size_t len, void *handle)
{
	struct pmem2_map *map = handle;

	(void)addr, (void)len;
	return to_errno(pmem2_map_delete(&map));
}
