/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Nodes of memory, without libnuma.
 */
#ifndef GR_SYS_NUMA_H
#define GR_SYS_NUMA_H

/** gr_numa_nodes() - nodes that there are, numbered from 0; at least 1. */
unsigned int gr_numa_nodes(void);

/**
 * gr_numa_move() - move the page at @addr to @node.
 *
 * Context: race windows too.
 * Return: 0 it is there, or -errno (-EBUSY somebody has it, -ENOENT nothing is
 *         mapped there, -EFAULT a page that cannot be moved).
 * Source: move_pages(2).
 */
int gr_numa_move(void *addr, int node);

#endif /* GR_SYS_NUMA_H */
