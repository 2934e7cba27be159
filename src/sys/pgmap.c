// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pgmap reader: runs the programs of src/bpf/pgmap.bpf.c, and scans the
 * struct pages that they copy.
 */
#include "sys/pgmap.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/log.h"
#include "base/util.h"
#include "bpf/pgmap.h"
#include "bpf/pgmap.skel.h"
#include "sys/file.h"
#include "sys/kernel.h"
#include "sys/pagemap.h"

#define PAGE_BYTES 4096ull

/* What a pgmap's counter starts from, so that per-CPU parts never reach 0. */
#define PERCPU_BIAS ((uint64_t)1 << 63)

/* What FOLL_PIN adds to the reference count of a single page. */
#define PIN_BIAS 1024

/* Struct pages in two pages of memory: tails beyond may share the second. */
#define TAILS_MAX (2 * PAGE_BYTES / 64)

/*
 * Where struct pages are in a kernel that has no variable for it, since it neither
 * moves them about nor knows of a fifth level: __VMEMMAP_BASE_L4.
 */
#define VMEMMAP 0xffffea0000000000ull

struct gr_pgmap {
	struct gr_bpf_pgmap *bpf;
	struct gr_bpf_page_layout layout;
	char limits[256];
};

static int to_log(enum libbpf_print_level level, const char *fmt, va_list args)
{
	char line[512];
	int n = vsnprintf(line, sizeof(line), fmt, args);

	if (n > 0 && level != LIBBPF_DEBUG)
		gr_debug("libbpf: %.*s", (int)strcspn(line, "\n"), line);
	return 0;
}

static int run(const struct bpf_program *program)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	int ret = bpf_prog_test_run_opts(bpf_program__fd(program), &opts);

	return ret ? ret : (int)opts.retval;
}

/* Some of these are objects that the programs need, some only tell a kernel. */
enum {
	VMEMMAP_BASE,
	PER_CPU_OFFSET,
	UNDO,
	UNDO_FAST,
	NR_SYMBOLS,
};

static void add_limit(struct gr_pgmap *r, bool there_is, const char *text)
{
	size_t used = strlen(r->limits);

	if (there_is)
		(void)snprintf(r->limits + used, sizeof(r->limits) - used,
			       "%s%s", used ? ", and " : "", text);
}

static void set_limits(struct gr_pgmap *r, bool gup_uses_pgmap)
{
	add_limit(r, !gup_uses_pgmap, "gup takes no pgmap references here");
	add_limit(r, r->layout.frees_to_idle,
		  "free_zone_device_folio() sets the count of an unmapped page "
		  "of device-dax that fell to 0 back to 1");
	add_limit(r, r->layout.ref_is_pointer,
		  "fsdax counts pgmap references in its block queue, among "
		  "requests");
}

static int load(struct gr_pgmap *r, const struct gr_kernel_address *symbol)
{
	int ret;

	r->bpf = gr_bpf_pgmap__open();
	if (!r->bpf)
		return -errno;
	r->bpf->rodata->kernel.vmemmap_base = symbol[VMEMMAP_BASE].address;
	r->bpf->rodata->kernel.vmemmap = VMEMMAP;
	r->bpf->rodata->kernel.per_cpu_offset = symbol[PER_CPU_OFFSET].address;
	ret = libbpf_num_possible_cpus();
	if (ret < 0)
		return ret;
	r->bpf->rodata->kernel.nr_cpus = (uint32_t)ret;
	ret = gr_bpf_pgmap__load(r->bpf);
	return ret ? ret : run(r->bpf->progs.page_layout);
}

int gr_pgmap_open(struct gr_pgmap **out, char *why, size_t len)
{
	struct gr_kernel_address symbol[NR_SYMBOLS] = {
		[VMEMMAP_BASE] = {.name = "vmemmap_base"},
		[PER_CPU_OFFSET] = {.name = "__per_cpu_offset"},
		[UNDO] = {.name = "undo_dev_pagemap"},
		[UNDO_FAST] = {.name = "gup_fast_undo_dev_pagemap"},
	};
	struct gr_pgmap *r = NULL;
	int ret = -EOPNOTSUPP;

	*out = NULL;
	if (!gr_is_file("/sys/kernel/btf/vmlinux")) {
		(void)snprintf(why, len, "the kernel has no BTF of itself");
		return ret;
	}
	if (gr_kernel_addresses(symbol, NR_SYMBOLS) ||
	    !symbol[PER_CPU_OFFSET].address) {
		(void)snprintf(why, len,
			       "/proc/kallsyms does not tell where %s is",
			       symbol[PER_CPU_OFFSET].name);
		return ret;
	}
	r = calloc(1, sizeof(*r));
	(void)libbpf_set_print(to_log);
	ret = r ? load(r, symbol) : -ENOMEM;
	if (ret) {
		(void)snprintf(why, len, "cannot load the BPF reader: %s",
			       strerror(-ret));
		gr_pgmap_close(r);
		return ret;
	}
	r->layout = r->bpf->bss->layout;
	set_limits(r, symbol[UNDO].address || symbol[UNDO_FAST].address);
	*out = r;
	return 0;
}

void gr_pgmap_close(struct gr_pgmap *r)
{
	if (!r)
		return;
	gr_bpf_pgmap__destroy(r->bpf);
	free(r);
}

const char *gr_pgmap_limits(const struct gr_pgmap *r)
{
	return r->limits;
}

/*
 * The bias leaves the count when it has become atomic; the switch itself takes
 * a grace period, in which both are there.
 */
static int64_t live_refs(const struct gr_bpf_pgmap_ref *b)
{
	uint64_t count = (uint64_t)b->count;

	if (!b->atomic || count >= PERCPU_BIAS / 2 * 3)
		count += PERCPU_BIAS;
	else if (count >= PERCPU_BIAS / 2)
		count -= PERCPU_BIAS;
	return (int64_t)count + b->percpu;
}

/* One for the pgmap and one for each page, compound or not. */
static int64_t idle_refs(const struct gr_bpf_pgmap_ref *b)
{
	uint64_t pages = (b->end + 1 - b->start) / PAGE_BYTES;

	if (b->nr_ranges != 1 || b->memory == GR_BPF_MEMORY_OTHER || b->dead)
		return 0;
	if (b->memory == GR_BPF_MEMORY_MOVES)
		return 1;
	return 1 + (int64_t)((pages - b->memmap_pages) >> b->order);
}

static int read_ref(struct gr_pgmap *r, uint64_t pfn, uint64_t address,
		    struct gr_pgmap_ref *out)
{
	const struct gr_bpf_pgmap_ref *b = &r->bpf->bss->ref;
	int ret;

	r->bpf->bss->ask.pfn = pfn;
	r->bpf->bss->ask.pgmap = address;
	ret = run(r->bpf->progs.pgmap_ref);
	if (ret)
		return ret;
	*out = (struct gr_pgmap_ref){
		.address = b->pgmap,
		.refs = live_refs(b),
		.idle = b->borrowed ? 0 : idle_refs(b),
		.atomic = b->atomic,
		.dead = b->dead,
		.own = !b->borrowed,
		.device_dax = b->memory == GR_BPF_MEMORY_GENERIC,
		.fs_dax = b->memory == GR_BPF_MEMORY_FS_DAX,
		.moves = b->memory == GR_BPF_MEMORY_MOVES,
		.order = b->order,
	};
	return 0;
}

int gr_pgmap_ref(struct gr_pgmap *r, uint64_t phys, struct gr_pgmap_ref *out)
{
	return read_ref(r, phys / PAGE_BYTES, 0, out);
}

int gr_pgmap_ref_again(struct gr_pgmap *r, uint64_t address,
		       struct gr_pgmap_ref *out)
{
	return read_ref(r, 0, address, out);
}

static int copy(struct gr_pgmap *r, uint64_t from, uint32_t len)
{
	r->bpf->bss->ask.from = from;
	r->bpf->bss->ask.len = len;
	return run(r->bpf->progs.pages_copy);
}

static int32_t count_at(const char *p, uint32_t offset)
{
	int32_t value;

	memcpy(&value, p + offset, sizeof(value));
	return value;
}

static void count_off(struct gr_page_scan *s, const struct gr_page_off *off)
{
	*(off->refs < 0 ? &s->refs_lost : &s->refs_extra) +=
		off->refs < 0 ? -off->refs : off->refs;
	*(off->pins < 0 ? &s->pins_lost : &s->pins_extra) +=
		off->pins < 0 ? -off->pins : off->pins;
	if (s->nr_shown < GR_PAGES_OFF_MAX)
		s->off[s->nr_shown++] = *off;
	s->nr_off++;
}

/* One look at the struct pages of a pgmap. */
struct view {
	const struct gr_bpf_page_layout *l;
	const char *window;
	uint64_t nr; /* struct pages in the window that are looked at */
	uint64_t nr_copied; /* the same, or one more */
	bool compound; /* all of its pages are */
	int64_t idle; /* references of a page that nobody holds or maps */
};

static const char *page_at(const struct view *v, uint64_t i)
{
	return v->window + i * v->l->size;
}

/*
 * An idle page has one reference, or none, and one for each mapping that counts.
 * Return: these mappings.
 */
static int64_t look_single(const struct view *v, const char *page,
			   struct gr_page_off *off)
{
	int64_t mapped = count_at(page, v->l->mapcount) + 1;
	int64_t refs = count_at(page, v->l->refcount) - v->idle - mapped;

	/* towards zero, so that many of one sort never look like two */
	off->pins = refs / PIN_BIAS;
	off->refs = refs - off->pins * PIN_BIAS;
	return mapped;
}

/* The same. Pins of a large page are counted on their own, and as references. */
static int64_t look_large(const struct view *v, const char *page,
			  struct gr_page_off *off)
{
	const struct gr_bpf_page_layout *l = v->l;
	int64_t mapped =
		l->large_mapcount ? count_at(page, l->large_mapcount) + 1 : 0;

	off->refs = count_at(page, l->refcount) - v->idle - mapped;
	off->pins = l->large_pincount ? count_at(page, l->large_pincount) : 0;
	off->refs -= off->pins;
	return mapped;
}

static bool is_tail(const struct view *v, uint64_t i)
{
	return count_at(page_at(v, i), v->l->head) & 1;
}

/* Of pages that a fault has joined, the second one is a tail. */
static bool is_large(const struct view *v, uint64_t i)
{
	return v->compound || (i + 1 < v->nr_copied && is_tail(v, i + 1));
}

/* Looks at the struct pages in the window, the first of which is @base's. */
static void look(const struct view *v, struct gr_page_off base,
		 struct gr_page_scan *s)
{
	for (uint64_t i = 0; i < v->nr; i++) {
		const char *page = page_at(v, i);
		struct gr_page_off off = {
			.pfn = base.pfn + i,
			.offset = base.offset + i * PAGE_BYTES,
		};

		s->nr_used += count_at(page, v->l->refcount) != 0;
		if (is_tail(v, i))
			off.refs = count_at(page, v->l->refcount);
		else if (is_large(v, i))
			s->nr_mapped += look_large(v, page, &off) > 0;
		else
			s->nr_mapped += look_single(v, page, &off) > 0;
		if (off.refs || off.pins)
			count_off(s, &off);
	}
}

/* How many pages from @pfn on the window takes, and what is looked at of them. */
static void set_view(const struct gr_pgmap *r, uint64_t pfn, uint64_t step,
		     uint64_t left, struct view *v)
{
	v->nr = left < step ? left : step;
	if (v->compound && v->nr > TAILS_MAX)
		v->nr = TAILS_MAX;
	/* the page behind tells whether the last one is a head */
	v->nr_copied = v->nr;
	if (!v->compound && pfn + v->nr <= r->bpf->bss->ref.end / PAGE_BYTES)
		v->nr_copied++;
}

int gr_pgmap_scan(struct gr_pgmap *r, uint64_t phys, uint64_t bytes,
		  struct gr_page_scan *out)
{
	uint64_t base, step, pfn = phys / PAGE_BYTES, nr = bytes / PAGE_BYTES;
	struct view v = {.l = &r->layout, .window = r->bpf->bss->window};
	struct gr_pgmap_ref ref;
	int ret = gr_pgmap_ref(r, phys, &ref);

	memset(out, 0, sizeof(*out));
	if (ret)
		return ret;
	if (!ref.device_dax && !ref.fs_dax && !ref.moves)
		return -EOPNOTSUPP;
	v.compound = ref.order;
	v.idle = ref.fs_dax ? r->layout.fs_dax_idle : !ref.moves;
	base = r->bpf->bss->ref.page;
	step = ref.order ? 1ull << ref.order
			 : GR_BPF_WINDOW_BYTES / r->layout.size - 1;
	for (uint64_t i = 0; i < nr && !ret; i += step) {
		set_view(r, pfn + i, step, nr - i, &v);
		ret = copy(r, base + i * r->layout.size,
			   (uint32_t)(v.nr_copied * r->layout.size));
		if (!ret)
			look(&v,
			     (struct gr_page_off){.pfn = pfn + i,
						  .offset = i * PAGE_BYTES},
			     out);
	}
	return ret;
}

void *gr_pgmap_own_page(struct gr_pgmap *r)
{
	uintptr_t at = (uintptr_t)r->bpf->bss->window;

	return (void *)((at + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1));
}

static int read_base(struct gr_pgmap *r, uint64_t *base)
{
	uint64_t at = r->bpf->rodata->kernel.vmemmap_base;
	int ret = at ? copy(r, at, sizeof(*base)) : 0;

	*base = r->bpf->rodata->kernel.vmemmap;
	if (at && !ret)
		memcpy(base, r->bpf->bss->window, sizeof(*base));
	return ret;
}

int gr_pgmap_own_refs(struct gr_pgmap *r, int64_t *refs)
{
	char *page = gr_pgmap_own_page(r);
	struct gr_pagemap entry = {.pfn = 0};
	uint64_t base;
	int ret;

	*(volatile char *)page = 1; /* present */
	ret = gr_pagemap_at(page, &entry);
	if (!ret && !entry.pfn)
		ret = -EPERM; /* numbers of pages are for others */
	if (!ret)
		ret = read_base(r, &base);
	if (ret)
		return ret;
	ret = copy(r, base + entry.pfn * r->layout.size, r->layout.size);
	if (!ret)
		*refs = count_at(r->bpf->bss->window, r->layout.refcount);
	return ret;
}
