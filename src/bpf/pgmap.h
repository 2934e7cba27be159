/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What src/bpf/pgmap.bpf.c and src/sys/pgmap.c say to each other. Plain data of
 * fixed size: one side is compiled for BPF.
 */
#ifndef GR_BPF_PGMAP_H
#define GR_BPF_PGMAP_H

#include <linux/types.h>

/* Bytes of kernel memory that one call copies at most. */
#define GR_BPF_WINDOW_BYTES (1u << 20)

/* More CPUs than any kernel that we know is built for. */
#define GR_BPF_CPUS_MAX 8192

/* Addresses of symbols that are in no BTF; constant once loaded. */
struct gr_bpf_kernel {
	__u64 vmemmap_base; /* of the variable, not its value; 0 = constant: */
	__u64 vmemmap; /* where the struct pages are then */
	__u64 per_cpu_offset; /* of the array __per_cpu_offset */
	__u32 nr_cpus; /* possible ones, numbered from 0 */
};

/* Filled before a program is run. */
struct gr_bpf_pgmap_ask {
	__u64 pfn; /* pgmap_ref: of a page, where @pgmap is 0 */
	__u64 pgmap; /* pgmap_ref: the pgmap itself, seen before */
	__u64 from; /* pages_copy: kernel address */
	__u32 len; /* pages_copy: bytes, GR_BPF_WINDOW_BYTES at most */
};

/* Kinds of device memory; their numbers differ between kernels. */
enum gr_bpf_memory {
	GR_BPF_MEMORY_OTHER,
	GR_BPF_MEMORY_GENERIC,
	GR_BPF_MEMORY_FS_DAX,
	GR_BPF_MEMORY_MOVES, /* private or coherent: pages that migrate to it */
};

/* What pgmap_ref found. */
struct gr_bpf_pgmap_ref {
	__u64 page; /* address of the struct page that was asked for */
	__u64 pgmap;
	__s64 count; /* percpu_ref_data.count */
	__s64 percpu; /* sum over the CPUs; 0 once atomic */
	__u64 start, end; /* of the first range: physical, end inclusive */
	__u64 memmap_pages; /* of the range, taken by its own struct pages */
	__u32 atomic; /* __PERCPU_REF_ATOMIC is set */
	__u32 dead; /* __PERCPU_REF_DEAD is set */
	__u32 borrowed; /* the ref belongs to somebody else, such as a queue */
	__u32 memory; /* enum gr_bpf_memory */
	__u32 nr_ranges;
	__u32 order; /* of its compound pages; 0 = single pages */
};

/*
 * Where the counts of a struct page lie, in bytes. Those of a large page are
 * counted from its head; 0 = this kernel has no such count.
 */
struct gr_bpf_page_layout {
	__u32 size; /* of a struct page */
	__u32 head; /* word that leads from a tail to its head */
	__u32 head_is_mask; /* that word is a mask, not a pointer */
	__u32 refcount;
	__u32 mapcount; /* -1 = not mapped */
	__u32 large_mapcount; /* of all mappings of a large page, from -1 */
	__u32 large_pincount;
	__u32 frees_to_idle; /* a count that falls to 0 is set to idle again */
	__u32 fs_dax_idle; /* references of an fsdax page that nobody holds */
	__u32 ref_is_pointer; /* a pgmap's counter may be somebody else's */
};

#endif /* GR_BPF_PGMAP_H */
