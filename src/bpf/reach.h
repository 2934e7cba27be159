/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What src/bpf/reach.bpf.c and src/sys/gup_trace.c say to each other. Plain
 * data of fixed size: one side is compiled for BPF.
 */
#ifndef GR_BPF_REACH_H
#define GR_BPF_REACH_H

#include <linux/types.h>

/* Processes that can be watched at a time. */
#define GR_BPF_TASKS_MAX 4

/* Leaf levels of a page table. */
#define GR_BPF_LEAVES 3

/*
 * One process that is watched. User space fills the first part, and reads the
 * counts while the process stands still.
 */
struct gr_bpf_task {
	__u32 tgid; /* 0 = nobody */
	__u32 pad;
	__u64 start, end; /* of its mapping, end exclusive; 0, 0 = none yet */

	__u32 tid; /* of the thread that entered gup-fast last; 0 = judged */
	__u32 pad2;
	__u64 asked_end; /* where its request ends */

	__u64 nr_asked;
	__u64 nr_fallback;
	__u64 nr_huge; /* calls of the function that pins a huge leaf */
	__u64 nr_faults[GR_BPF_LEAVES];
};

#endif /* GR_BPF_REACH_H */
