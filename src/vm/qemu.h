/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The QEMU command line: machine, memory layout, kernel command line.
 */
#ifndef GR_VM_QEMU_H
#define GR_VM_QEMU_H

#include <stdbool.h>
#include <stdint.h>

#include "base/words.h"
#include "vm/guest.h"
#include "vm/kernel.h"

struct gr_qemu {
	const char *program;
	const struct gr_kernel *kernel;
	const struct gr_vm_config *config;
	enum gr_vm_accel accel; /* not AUTO */
	const char *initrd; /* NULL = none */
	const char *console; /* -chardev of the first serial port, no id */
	const char *events; /* and of the second; NULL = none */
	const char *monitor; /* -chardev of QMP; NULL = none */
	const char *ram; /* file that is the guest's memory; NULL = none */
	bool copy; /* it waits for a state; else it boots */
};

struct gr_vm_range {
	uint64_t start;
	uint64_t bytes;
};

#define GR_VM_NR_SPM 2

struct gr_vm_layout {
	unsigned int nr;
	struct gr_vm_range pmem[GR_VM_PMEM_MAX];
	/* reserved at the end of RAM for the coherent devices of test_hmm */
	unsigned int nr_spm; /* 0 or GR_VM_NR_SPM */
	struct gr_vm_range spm[GR_VM_NR_SPM];
	uint64_t low_bytes; /* RAM below 4 GiB */
	uint64_t ram_bytes; /* all RAM, pmem ranges of e820 and spm included */
};

/**
 * gr_vm_layout() - where the pmem ranges lie and how much RAM that takes.
 * @config: pmem and bus.
 * @kernel: one with test_hmm gets two ranges of 256 MiB, the size that a
 *          coherent device of it takes.
 * @layout: filled. Every e820 range is RAM above 4 GiB, 1 GiB-aligned when it
 *          is that large, else 128 MiB-aligned, so that no two of them share a
 *          memory section.
 *
 * Return: 0, or -E2BIG the page structures would not fit below 4 GiB.
 * Source: Documentation/admin-guide/kernel-parameters.txt, memmap=;
 *         lib/test_hmm.c, DEVMEM_CHUNK_SIZE.
 */
int gr_vm_layout(const struct gr_vm_config *config,
		 const struct gr_kernel *kernel, struct gr_vm_layout *layout);

/**
 * gr_vm_pmem_ok() - true when a range of that size can be had: a multiple of
 * 2 MiB, from 16 MiB on.
 */
bool gr_vm_pmem_ok(uint64_t bytes);

/**
 * gr_qemu_words() - the command line.
 * @argv: filled; freed by the caller, on failure too.
 *
 * Return: 0, -ENOMEM, or as gr_vm_layout().
 */
int gr_qemu_words(const struct gr_qemu *qemu, struct gr_words *argv);

#endif /* GR_VM_QEMU_H */
