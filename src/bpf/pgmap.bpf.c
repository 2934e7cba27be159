// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads a pgmap's references, and struct pages in bulk. The programs are never
 * attached: BPF_PROG_TEST_RUN runs them, which raw tracepoints have had longest
 * (5.10), so that there is one way for all kernels.
 *
 * Only what is read is declared here. Layouts are the running kernel's: libbpf
 * rewrites each access by its BTF. A name's part behind ___ tells variants of
 * one kernel type apart.
 * Source: include/linux/memremap.h, mm_types.h, percpu-refcount.h.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "bpf/pgmap.h"

#define KERNEL_TYPE __attribute__((preserve_access_index))

/* Low bits of percpu_ref.percpu_count_ptr. */
#define REF_ATOMIC 1ul
#define REF_DEAD 2ul

/* In dev_pagemap.flags: the struct pages lie in the range itself. */
#define PGMAP_ALTMAP_VALID 1u

#define EFAULT 14
#define EINVAL 22

typedef struct {
	int counter;
} KERNEL_TYPE atomic_t;

typedef struct {
	long long counter;
} KERNEL_TYPE atomic64_t;

typedef atomic64_t atomic_long_t;

struct percpu_ref_data {
	atomic_long_t count;
} KERNEL_TYPE;

struct percpu_ref {
	unsigned long percpu_count_ptr;
	struct percpu_ref_data *data;
} KERNEL_TYPE;

struct range {
	unsigned long long start;
	unsigned long long end;
} KERNEL_TYPE;

struct vmem_altmap {
	unsigned long reserve;
	unsigned long free;
} KERNEL_TYPE;

enum memory_type {
	MEMORY_DEVICE_FS_DAX = 1000,
	MEMORY_DEVICE_GENERIC,
	MEMORY_DEVICE_PRIVATE,
	MEMORY_DEVICE_COHERENT,
};

struct dev_pagemap {
	struct vmem_altmap altmap;
	struct percpu_ref ref;
	unsigned int flags;
	enum memory_type type;
	int nr_range;
	struct range range;
} KERNEL_TYPE;

/* Up to 5.13: the ref may be somebody else's. */
struct dev_pagemap___pointer {
	struct percpu_ref *ref;
	struct percpu_ref internal_ref;
} KERNEL_TYPE;

struct dev_pagemap___compound {
	unsigned long vmemmap_shift;
} KERNEL_TYPE;

struct page {
	unsigned long compound_head;
	struct dev_pagemap *pgmap;
	atomic_t _mapcount;
	atomic_t _refcount;
} KERNEL_TYPE;

struct page___info {
	unsigned long compound_info;
} KERNEL_TYPE;

/* The second and the third page of a compound one carry its counts. */
struct page___second {
	atomic_t compound_pincount;
} KERNEL_TYPE;

struct page___third {
	atomic_t hpage_pinned_refcount;
} KERNEL_TYPE;

struct folio {
	struct dev_pagemap *pgmap;
	atomic_t _large_mapcount;
	atomic_t _pincount;
} KERNEL_TYPE;

const volatile struct gr_bpf_kernel kernel;
struct gr_bpf_pgmap_ask ask;
struct gr_bpf_pgmap_ref ref;
struct gr_bpf_page_layout layout;
char window[GR_BPF_WINDOW_BYTES] __attribute__((aligned(8)));

/* Types of which a kernel has one variant only: never read through. */
#define FIELD(type, field) (((struct type *)0)->field)
#define HAS(type, field) bpf_core_field_exists(FIELD(type, field))
#define OFFSET(type, field) bpf_core_field_offset(FIELD(type, field))

static unsigned long size_of_page(void)
{
	return bpf_core_type_size(struct page);
}

static int read_word(unsigned long *word, unsigned long address)
{
	return bpf_probe_read_kernel(word, sizeof(*word), (void *)address);
}

static unsigned int head_offset(void)
{
	if (HAS(page___info, compound_info))
		return OFFSET(page___info, compound_info);
	return OFFSET(page, compound_head);
}

/* As the kernel decides it: a mask needs pages whose size is a power of 2. */
static int head_is_mask(void)
{
	return HAS(page___info, compound_info) &&
	       !(size_of_page() & (size_of_page() - 1));
}

static int head_of(unsigned long page, unsigned long *head)
{
	unsigned long word;

	if (read_word(&word, page + head_offset()))
		return -EFAULT;
	*head = page;
	if (word & 1)
		*head = head_is_mask() ? page & word : word - 1;
	return 0;
}

static int pgmap_of(unsigned long head, unsigned long *pgmap)
{
	unsigned int offset;

	if (HAS(folio, pgmap))
		offset = OFFSET(folio, pgmap);
	else
		offset = OFFSET(page, pgmap);
	return read_word(pgmap, head + offset);
}

static int sum_cpus(unsigned long counter, __s64 *sum)
{
	__s64 all = 0;

	for (__u32 cpu = 0; cpu < GR_BPF_CPUS_MAX; cpu++) {
		unsigned long offset, one;

		if (cpu >= kernel.nr_cpus)
			break;
		if (read_word(&offset,
			      kernel.per_cpu_offset + cpu * sizeof(offset)) ||
		    read_word(&one, counter + offset))
			return -EFAULT;
		all += (__s64)one;
	}
	*sum = all;
	return 0;
}

/* Where the pgmap's percpu_ref is; tells whether it is the pgmap's own. */
static int find_ref(unsigned long pgmap, unsigned long *found)
{
	if (HAS(dev_pagemap, ref)) {
		*found = pgmap + OFFSET(dev_pagemap, ref);
		return 0;
	}
	if (read_word(found, pgmap + OFFSET(dev_pagemap___pointer, ref)))
		return -EFAULT;
	ref.borrowed =
		*found != pgmap + OFFSET(dev_pagemap___pointer, internal_ref);
	return 0;
}

static int read_count(unsigned long address)
{
	struct percpu_ref *r = (void *)address;
	struct percpu_ref_data *data;
	unsigned long counter;

	if (bpf_core_read(&counter, sizeof(counter), &r->percpu_count_ptr) ||
	    bpf_core_read(&data, sizeof(data), &r->data) ||
	    bpf_core_read(&ref.count, sizeof(ref.count), &data->count.counter))
		return -EFAULT;
	ref.atomic = !!(counter & REF_ATOMIC);
	ref.dead = !!(counter & REF_DEAD);
	if (ref.atomic)
		return 0;
	return sum_cpus(counter & ~(REF_ATOMIC | REF_DEAD), &ref.percpu);
}

static int is_kind(enum memory_type type, int exists, enum memory_type value)
{
	return exists && type == value;
}

/* Not all kernels have both. */
#define IS_KIND(type, name)                                               \
	is_kind(type, bpf_core_enum_value_exists(enum memory_type, name), \
		bpf_core_enum_value(enum memory_type, name))

static __u32 kind_of(enum memory_type type)
{
	if (type ==
	    bpf_core_enum_value(enum memory_type, MEMORY_DEVICE_GENERIC))
		return GR_BPF_MEMORY_GENERIC;
	if (type == bpf_core_enum_value(enum memory_type, MEMORY_DEVICE_FS_DAX))
		return GR_BPF_MEMORY_FS_DAX;
	if (IS_KIND(type, MEMORY_DEVICE_PRIVATE) ||
	    IS_KIND(type, MEMORY_DEVICE_COHERENT))
		return GR_BPF_MEMORY_MOVES;
	return GR_BPF_MEMORY_OTHER;
}

static int read_shape(unsigned long address)
{
	struct dev_pagemap *pgmap = (void *)address;
	enum memory_type type;
	unsigned long shift = 0;

	if (bpf_core_read(&type, sizeof(type), &pgmap->type) ||
	    bpf_core_read(&ref.nr_ranges, sizeof(ref.nr_ranges),
			  &pgmap->nr_range) ||
	    bpf_core_read(&ref.start, sizeof(ref.start), &pgmap->range.start) ||
	    bpf_core_read(&ref.end, sizeof(ref.end), &pgmap->range.end))
		return -EFAULT;
	if (HAS(dev_pagemap___compound, vmemmap_shift) &&
	    read_word(&shift,
		      address + OFFSET(dev_pagemap___compound, vmemmap_shift)))
		return -EFAULT;
	ref.memory = kind_of(type);
	ref.order = shift;
	return 0;
}

/* Pages that carry the struct pages are not counted, nor is what precedes. */
static int read_memmap(unsigned long address)
{
	struct dev_pagemap *pgmap = (void *)address;
	unsigned int flags;
	unsigned long reserve, free;

	if (bpf_core_read(&flags, sizeof(flags), &pgmap->flags) ||
	    bpf_core_read(&reserve, sizeof(reserve), &pgmap->altmap.reserve) ||
	    bpf_core_read(&free, sizeof(free), &pgmap->altmap.free))
		return -EFAULT;
	if (flags & PGMAP_ALTMAP_VALID)
		ref.memmap_pages = reserve + free;
	return 0;
}

/* Of the page ask.pfn, or of the pgmap at ask.pgmap. */
SEC("raw_tp") int pgmap_ref(void *ctx)
{
	unsigned long base, head, address = ask.pgmap;

	__builtin_memset(&ref, 0, sizeof(ref));
	if (!address) {
		base = kernel.vmemmap;
		if (kernel.vmemmap_base &&
		    read_word(&base, kernel.vmemmap_base))
			return -EFAULT;
		ref.page = base + ask.pfn * size_of_page();
		if (head_of(ref.page, &head) || pgmap_of(head, &address))
			return -EFAULT;
	}
	ref.pgmap = address;
	if (read_shape(address) || read_memmap(address) ||
	    find_ref(address, &head))
		return -EFAULT;
	return read_count(head);
}

/* Copies ask.len bytes of kernel memory into the window. */
SEC("raw_tp") int pages_copy(void *ctx)
{
	__u32 len = ask.len;

	if (len > sizeof(window))
		return -EINVAL;
	return bpf_probe_read_kernel(window, len, (void *)ask.from);
}

static __u32 large_pincount(void)
{
	if (HAS(folio, _pincount))
		return OFFSET(folio, _pincount);
	if (HAS(page___second, compound_pincount))
		return size_of_page() +
		       OFFSET(page___second, compound_pincount);
	if (HAS(page___third, hpage_pinned_refcount))
		return 2 * size_of_page() +
		       OFFSET(page___third, hpage_pinned_refcount);
	return 0;
}

/*
 * Folios were given a pgmap (82ba975e4c43) for mappings of device memory to hold
 * references; in the same release pages of fsdax came to count these alone
 * (38607c62b34b).
 */
static __u32 fs_dax_idle(void)
{
	return HAS(folio, pgmap) ? 0 : 1;
}

/* Tells where the counts are that user space looks for in the window. */
SEC("raw_tp") int page_layout(void *ctx)
{
	layout.size = size_of_page();
	layout.head = head_offset();
	layout.head_is_mask = head_is_mask();
	layout.refcount = OFFSET(page, _refcount);
	layout.mapcount = OFFSET(page, _mapcount);
	layout.large_mapcount = HAS(folio, _large_mapcount)
					? OFFSET(folio, _large_mapcount)
					: 0;
	layout.large_pincount = large_pincount();
	layout.frees_to_idle = HAS(folio, pgmap);
	layout.fs_dax_idle = fs_dax_idle();
	layout.ref_is_pointer = !HAS(dev_pagemap, ref);
	return 0;
}

char _license[] SEC("license") = "GPL";
