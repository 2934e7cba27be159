/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mapping device memory: libpmem2, or plain mmap(2) in a build without it.
 */
#ifndef GR_SYS_PMEM2_H
#define GR_SYS_PMEM2_H

#include <stddef.h>
#include <stdint.h>

/**
 * gr_pmem_map() - map part of an open device-dax node or file, shared.
 * @fd:     open for reading and writing, or for reading with PROT_READ.
 * @off:    bytes; a multiple of the device's alignment.
 * @len:    bytes; likewise.
 * @prot:   PROT_READ or PROT_READ | PROT_WRITE.
 * @addr:   filled on success.
 * @handle: filled on success; for gr_pmem_unmap().
 *
 * Return: 0, -EINVAL misaligned or too long, -ENXIO the device is dead, -ENOMEM.
 * Source: pmem2_map_new(3).
 */
int gr_pmem_map(int fd, uint64_t off, size_t len, int prot, void **addr,
		void **handle);

/** gr_pmem_unmap() - undo it; legal after the device has gone. 0 or -errno. */
int gr_pmem_unmap(void *addr, size_t len, void *handle);

#endif /* GR_SYS_PMEM2_H */
