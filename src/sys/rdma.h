/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * RDMA memory regions of a device that is software only (siw, soft-RoCE), by the
 * kernel's own verbs: no library and no provider of it is needed, since nothing is
 * sent.
 */
#ifndef GR_SYS_RDMA_H
#define GR_SYS_RDMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gr_rdma {
	int fd; /* of the verbs; -1 = closed */
	int async; /* for events, which never come; -1 = closed */
	uint32_t domain; /* protection domain */
};

/** GR_RDMA_NONE - nothing is open. */
#define GR_RDMA_NONE ((struct gr_rdma){.fd = -1, .async = -1})

/**
 * gr_rdma_device() - the node of a software device.
 * @make: when there is none, load siw or rdma_rxe and make one on the interface lo;
 *        it stays. Needs root.
 * @node: filled with "/dev/infiniband/uverbs0".
 *
 * Return: 0; -ENODEV there is none; -ENOENT, with @make, the kernel has neither
 *         driver; or -errno of making it.
 * Source: rdma-link(8); include/uapi/rdma/rdma_netlink.h NEWLINK.
 */
int gr_rdma_device(bool make, char *node, size_t len);

/**
 * gr_rdma_open() - a context and a protection domain.
 * @r: filled on success, GR_RDMA_NONE else.
 *
 * Return: 0 or -errno.
 * Source: include/uapi/rdma/ib_user_verbs.h.
 */
int gr_rdma_open(const char *node, struct gr_rdma *r);

/** gr_rdma_close() - and with it all its regions; twice is legal. */
void gr_rdma_close(struct gr_rdma *r);

/**
 * gr_rdma_register() - a memory region that the device may write: a long-term pin.
 * @region: filled on success.
 *
 * Context: race windows too; no allocation.
 * Return: 0, or -errno (-EFAULT, -EOPNOTSUPP).
 */
int gr_rdma_register(const struct gr_rdma *r, void *addr, size_t len,
		     uint32_t *region);

/** gr_rdma_unregister() - unpinned when it returns; 0 or -errno. */
int gr_rdma_unregister(const struct gr_rdma *r, uint32_t region);

#endif /* GR_SYS_RDMA_H */
