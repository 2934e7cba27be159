/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Nodes of memory, without libnuma, and the kernel's balancing of them.
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

#define GR_NUMA_SETTINGS 5

/* How the kernel balanced nodes before. */
struct gr_numa_balancing {
	char was[GR_NUMA_SETTINGS][16]; /* empty = it was not changed */
};

/**
 * gr_numa_balance() - have the kernel look for pages to move as often as it can, some
 * milliseconds of each processor's time, in processes that are forked from now on; in
 * those that are there, a second after their fork at the earliest.
 * @before: for gr_numa_unbalance(), which is due after a success.
 *
 * Context: root; the whole machine.
 * Return: 0 or -errno (-ENOENT the kernel has no such settings: CONFIG_NUMA_BALANCING
 *         with CONFIG_SCHED_DEBUG, from 5.13 on).
 * Source: Documentation/admin-guide/sysctl/kernel.rst, numa_balancing;
 *         kernel/sched/debug.c sched_init_debug(); task_scan_min() and
 *         init_numa_balancing() of kernel/sched/fair.c.
 */
int gr_numa_balance(struct gr_numa_balancing *before);

/** gr_numa_unbalance() - as it was before, as far as the kernel permits. */
void gr_numa_unbalance(const struct gr_numa_balancing *before);

/** gr_numa_scans_open() - a descriptor for gr_numa_scans(), or -errno. */
int gr_numa_scans_open(void);

/**
 * gr_numa_scans() - how many passes over this process's memory have ended, which mark it
 * for hinting faults. They go on while threads of the process run. A pass leaves out what
 * cannot move and, on newer kernels, mappings that threads have not used lately.
 * @fd: of gr_numa_scans_open().
 *
 * Context: race windows too.
 * Return: 0 or -errno (-EIO the kernel tells something else).
 * Source: kernel/sched/debug.c sched_show_numa(), /proc/PID/sched; kernel/sched/fair.c
 *         task_numa_work().
 */
int gr_numa_scans(int fd, unsigned long *nr);

#endif /* GR_SYS_NUMA_H */
