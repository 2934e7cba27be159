/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * AF_XDP sockets, as far as their packet memory (umem) goes: two system calls,
 * so no library.
 */
#ifndef GR_SYS_XDP_H
#define GR_SYS_XDP_H

#include <stddef.h>

/** The chunks that a umem is cut into; its length is a multiple of it. */
#define GR_XDP_CHUNK 4096u

/**
 * gr_xdp_socket() - an AF_XDP socket without packet memory.
 *
 * Return: descriptor, or -errno: -EAFNOSUPPORT a kernel without
 *         CONFIG_XDP_SOCKETS, -EPERM needs CAP_NET_RAW.
 */
int gr_xdp_socket(void);

/**
 * gr_xdp_register() - make memory the umem of a socket: a long-term pin of its
 * pages for writing, until some time after the last descriptor is closed.
 * @addr: page aligned.
 * @len:  bytes, a multiple of GR_XDP_CHUNK.
 *
 * The kernel charges the pages to RLIMIT_MEMLOCK before it pins them, unless the
 * caller has CAP_IPC_LOCK.
 * Context: race windows too; no allocation.
 * Return: 0, or -errno: -EBUSY it has one, -EFAULT no page of it can be
 *         written, -ENOMEM only some can, -ENOBUFS over RLIMIT_MEMLOCK,
 *         -EINVAL the shape is not right.
 * Source: net/xdp/xdp_umem.c xdp_umem_reg(), xdp_umem_pin_pages().
 */
int gr_xdp_register(int fd, void *addr, size_t len);

#endif /* GR_SYS_XDP_H */
