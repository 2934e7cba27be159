// SPDX-License-Identifier: GPL-2.0-only
#include "vm/qemu.h"

#include <errno.h>
#include <stdio.h>

#include "base/size.h"

#define SECTION_BYTES (128 * GR_MIB)
#define LABEL_BYTES (128 * GR_KIB)
/* What a coherent device of test_hmm takes, whatever is there. */
#define SPM_BYTES (256 * GR_MIB)
/* What a stock kernel and its programs live on comfortably. */
#define SYSTEM_BYTES (768 * GR_MIB)
#define LOW_MAX_BYTES (3 * GR_GIB)
/* A struct page takes 64 bytes for each 4 KiB. */
#define PMEM_PER_STRUCTS 64

/* A large one for 1 GiB leaves, two small ones that cycle fast. */
static const uint64_t default_pmem[] = {4 * GR_GIB, 256 * GR_MIB, 256 * GR_MIB,
					384 * GR_MIB};

static const char *const bus_names[] = {
	[GR_VM_E820] = "e820",
	[GR_VM_NFIT] = "nfit",
	[GR_VM_VIRTIO_PMEM] = "virtio-pmem",
};

static const char *const accel_names[] = {
	[GR_VM_ACCEL_AUTO] = "auto",
	[GR_VM_ACCEL_KVM] = "kvm",
	[GR_VM_ACCEL_TCG] = "tcg",
};

static const char *const accel_options[] = {
	[GR_VM_ACCEL_AUTO] = "kvm:tcg",
	[GR_VM_ACCEL_KVM] = "kvm",
	[GR_VM_ACCEL_TCG] = "tcg,thread=multi",
};

const char *gr_vm_bus_name(enum gr_vm_bus bus)
{
	return bus_names[bus];
}

const char *gr_vm_accel_name(enum gr_vm_accel accel)
{
	return accel_names[accel];
}

static uint64_t align_up(uint64_t value, uint64_t align)
{
	return (value + align - 1) / align * align;
}

bool gr_vm_pmem_ok(uint64_t bytes)
{
	return bytes >= 16 * GR_MIB && bytes % (2 * GR_MIB) == 0;
}

/* RAM above 4 GiB ends at @at; the ranges are put behind it. */
static void add_spm(struct gr_vm_layout *layout, uint64_t at)
{
	layout->nr_spm = GR_VM_NR_SPM;
	for (unsigned int i = 0; i < layout->nr_spm; i++) {
		layout->spm[i] = (struct gr_vm_range){at, SPM_BYTES};
		at += SPM_BYTES;
		layout->ram_bytes += SPM_BYTES;
	}
}

int gr_vm_layout(const struct gr_vm_config *config,
		 const struct gr_kernel *kernel, struct gr_vm_layout *layout)
{
	const uint64_t *sizes = config->pmem_bytes;
	uint64_t at = 4 * GR_GIB, all = 0;

	*layout = (struct gr_vm_layout){.nr = config->nr_pmem};
	if (!layout->nr) {
		layout->nr = GR_ARRAY_SIZE(default_pmem);
		sizes = default_pmem;
	}
	for (unsigned int i = 0; i < layout->nr; i++) {
		uint64_t bytes = sizes[i];

		if (bytes > 64 * 1024 * GR_GIB)
			return -E2BIG;
		at = align_up(at, bytes >= GR_GIB ? GR_GIB : SECTION_BYTES);
		layout->pmem[i] = (struct gr_vm_range){at, bytes};
		at += bytes;
		all += bytes;
	}
	/* QEMU warns of slow guests where this is no multiple of 1 GiB */
	layout->low_bytes =
		align_up(SYSTEM_BYTES + all / PMEM_PER_STRUCTS, GR_GIB);
	if (layout->low_bytes > LOW_MAX_BYTES)
		return -E2BIG;
	layout->ram_bytes = layout->low_bytes;
	at = config->bus == GR_VM_E820 ? align_up(at, SECTION_BYTES)
				       : 4 * GR_GIB;
	layout->ram_bytes += at - 4 * GR_GIB;
	if (kernel->test_hmm)
		add_spm(layout, at);
	return 0;
}

/* With nodes there are several pieces of memory, and none is a file. */
static bool has_ram_file(const struct gr_qemu *qemu)
{
	return qemu->ram && qemu->config->numa < 2;
}

static void add_machine(const struct gr_qemu *qemu,
			const struct gr_vm_layout *layout,
			struct gr_words *argv)
{
	char low[24];

	(void)gr_words_add(argv, "%s", qemu->program);
	(void)gr_words_add(argv, "-accel");
	(void)gr_words_add(argv, "%s", accel_options[qemu->accel]);
	(void)gr_words_add(argv, "-machine");
	(void)gr_words_add(argv, "q35%s,max-ram-below-4g=%s%s",
			   qemu->config->bus == GR_VM_NFIT ? ",nvdimm=on" : "",
			   gr_size_format(layout->low_bytes, low, sizeof(low)),
			   has_ram_file(qemu) ? ",memory-backend=ram" : "");
	(void)gr_words_add(argv, "-cpu");
	(void)gr_words_add(argv, "max");
	(void)gr_words_add(argv, "-smp");
	(void)gr_words_add(argv, "%u", qemu->config->smp);
	for (const char *const *flag =
		     (const char *const[]){"-nodefaults", "-no-user-config",
					   "-no-reboot", "-display", "none",
					   "-vga", "none", "-net", "none",
					   NULL};
	     *flag; flag++)
		(void)gr_words_add(argv, "%s", *flag);
}

/* Devices need address space above RAM, a GiB of it for their alignment. */
static void add_ram(const struct gr_qemu *qemu,
		    const struct gr_vm_layout *layout, struct gr_words *argv)
{
	uint64_t most = layout->ram_bytes;

	(void)gr_words_add(argv, "-m");
	if (qemu->config->bus == GR_VM_E820) {
		(void)gr_words_add(argv, "%lluM", most / GR_MIB);
		return;
	}
	for (unsigned int i = 0; i < layout->nr; i++)
		most += align_up(layout->pmem[i].bytes, GR_GIB) + GR_GIB;
	(void)gr_words_add(argv, "%lluM,slots=%u,maxmem=%lluM",
			   layout->ram_bytes / GR_MIB, layout->nr,
			   most / GR_MIB);
}

static void add_ram_file(const struct gr_qemu *qemu,
			 const struct gr_vm_layout *layout,
			 struct gr_words *argv)
{
	if (!has_ram_file(qemu))
		return;
	(void)gr_words_add(argv, "-object");
	(void)gr_words_add(argv,
			   "memory-backend-file,id=ram,size=%lluM,mem-path=%s,"
			   "share=%s",
			   layout->ram_bytes / GR_MIB, qemu->ram,
			   qemu->copy ? "off" : "on");
}

static void add_numa(const struct gr_qemu *qemu,
		     const struct gr_vm_layout *layout, struct gr_words *argv)
{
	unsigned int nr = qemu->config->numa, smp = qemu->config->smp;
	uint64_t left = layout->ram_bytes;
	uint64_t each = left / nr / SECTION_BYTES * SECTION_BYTES;

	if (nr < 2)
		return;
	for (unsigned int i = 0; i < nr; i++) {
		unsigned int first = i * smp / nr, end = (i + 1) * smp / nr;
		uint64_t bytes = i + 1 == nr ? left : each;

		left -= bytes;
		(void)gr_words_add(argv, "-object");
		(void)gr_words_add(argv,
				   "memory-backend-ram,id=ram%u,size=%lluM", i,
				   bytes / GR_MIB);
		(void)gr_words_add(argv, "-numa");
		if (first < end)
			(void)gr_words_add(
				argv, "node,nodeid=%u,memdev=ram%u,cpus=%u-%u",
				i, i, first, end - 1);
		else
			(void)gr_words_add(argv, "node,nodeid=%u,memdev=ram%u",
					   i, i);
	}
}

static void add_pmem(const struct gr_qemu *qemu,
		     const struct gr_vm_layout *layout, struct gr_words *argv)
{
	bool labels = qemu->config->bus == GR_VM_NFIT;

	if (qemu->config->bus == GR_VM_E820)
		return;
	for (unsigned int i = 0; i < layout->nr; i++) {
		(void)gr_words_add(argv, "-object");
		(void)gr_words_add(
			argv, "memory-backend-ram,id=pmem%u,size=%llu", i,
			layout->pmem[i].bytes + (labels ? LABEL_BYTES : 0));
		(void)gr_words_add(argv, "-device");
		if (labels)
			(void)gr_words_add(argv,
					   "nvdimm,id=nvdimm%u,memdev=pmem%u,"
					   "label-size=%llu,node=%u",
					   i, i, LABEL_BYTES,
					   i % qemu->config->numa);
		else
			(void)gr_words_add(argv,
					   "virtio-pmem-pci,id=virtio%u,"
					   "memdev=pmem%u",
					   i, i);
	}
}

static void add_chardev(const char *chardev, const char *id,
			struct gr_words *argv)
{
	const char *comma = chardev;

	/* the kind comes first, then the id, then the kind's own options */
	while (*comma && *comma != ',')
		comma++;
	(void)gr_words_add(argv, "-chardev");
	(void)gr_words_add(argv, "%.*s,id=%s%s", (int)(comma - chardev),
			   chardev, id, comma);
}

static void add_serial(const char *chardev, const char *id,
		       struct gr_words *argv)
{
	add_chardev(chardev, id, argv);
	(void)gr_words_add(argv, "-serial");
	(void)gr_words_add(argv, "chardev:%s", id);
}

struct line {
	char text[(GR_VM_PMEM_MAX + GR_VM_NR_SPM + 1) * 64];
	size_t used;
};

/* @kind: '!' persistent memory, '$' reserved. */
static void mark_range(struct line *line, const struct gr_vm_range *range,
		       char kind)
{
	char bytes[24], start[24];

	line->used += (size_t)snprintf(
		line->text + line->used, sizeof(line->text) - line->used,
		" memmap=%s%c%s",
		gr_size_format(range->bytes, bytes, sizeof(bytes)), kind,
		gr_size_format(range->start, start, sizeof(start)));
}

static void mark_ranges(struct line *line, const struct gr_qemu *qemu,
			const struct gr_vm_layout *layout)
{
	for (unsigned int i = 0;
	     qemu->config->bus == GR_VM_E820 && i < layout->nr; i++)
		mark_range(line, &layout->pmem[i], '!');
	for (unsigned int i = 0; i < layout->nr_spm; i++)
		mark_range(line, &layout->spm[i], '$');
	if (layout->nr_spm)
		(void)snprintf(line->text + line->used,
			       sizeof(line->text) - line->used,
			       " guprace.spm=%#llx,%#llx",
			       (unsigned long long)layout->spm[0].start,
			       (unsigned long long)layout->spm[1].start);
}

static void add_monitor(const struct gr_qemu *qemu, struct gr_words *argv)
{
	if (!qemu->monitor)
		return;
	add_chardev(qemu->monitor, "monitor", argv);
	(void)gr_words_add(argv, "-mon");
	(void)gr_words_add(argv, "chardev=monitor,mode=control");
	if (!qemu->copy)
		return;
	(void)gr_words_add(argv, "-incoming");
	(void)gr_words_add(argv, "defer");
}

static void add_kernel(const struct gr_qemu *qemu,
		       const struct gr_vm_layout *layout, struct gr_words *argv)
{
	const struct gr_vm_config *config = qemu->config;
	struct line ranges = {.text = ""};

	mark_ranges(&ranges, qemu, layout);
	(void)gr_words_add(argv, "-kernel");
	(void)gr_words_add(argv, "%s",
			   qemu->kernel->elf[0] ? qemu->kernel->elf
						: qemu->kernel->image);
	if (qemu->initrd) {
		(void)gr_words_add(argv, "-initrd");
		(void)gr_words_add(argv, "%s", qemu->initrd);
	}
	(void)gr_words_add(argv, "-append");
	/*
	 * A busy host can make the kernel's check of its timer fail. A teardown
	 * is mostly waiting for grace periods: looking for their end at each
	 * tick makes four cycles of three.
	 */
	(void)gr_words_add(argv,
			   "console=ttyS0 panic=-1 nokaslr no_timer_check "
			   "rcutree.jiffies_till_first_fqs=0 "
			   "rcutree.jiffies_till_next_fqs=1 quiet%s%s%s",
			   ranges.text, config->append ? " " : "",
			   config->append ? config->append : "");
}

int gr_qemu_words(const struct gr_qemu *qemu, struct gr_words *argv)
{
	struct gr_vm_layout layout;
	int ret = gr_vm_layout(qemu->config, qemu->kernel, &layout);

	if (ret)
		return ret;
	add_machine(qemu, &layout, argv);
	add_ram(qemu, &layout, argv);
	add_ram_file(qemu, &layout, argv);
	add_numa(qemu, &layout, argv);
	add_pmem(qemu, &layout, argv);
	add_serial(qemu->console, "console", argv);
	if (qemu->events)
		add_serial(qemu->events, "events", argv);
	add_monitor(qemu, argv);
	add_kernel(qemu, &layout, argv);
	return argv->err; /* sticky */
}
