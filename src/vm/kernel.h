/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finds the kernel that a person named, and its modules.
 */
#ifndef GR_VM_KERNEL_H
#define GR_VM_KERNEL_H

#include <limits.h>
#include <stdbool.h>

#include "vm/bzimage.h"

struct gr_kernel {
	char release[GR_RELEASE_MAX]; /* uname -r */
	char image[PATH_MAX]; /* bzImage */
	char elf[PATH_MAX]; /* vmlinux that QEMU boots directly; "" = none */
	char modules[PATH_MAX]; /* folder that holds them; may lack indexes */
	char config[PATH_MAX]; /* "" = none found */
	bool test_hmm; /* has CONFIG_TEST_HMM: wants memory to be coherent in */
};

/**
 * gr_kernel_find() - look a kernel up.
 * @name:    a bzImage, a kernel build tree, an unpacked package, a name from
 *           the cache or the beginning of one, "host"; NULL = the default.
 * @modules: folder with its modules; NULL = look beside the kernel.
 * @kernel:  filled on success.
 *
 * Context: may unpack the kernel into the cache (a second or two).
 * Return: 0 or -errno; what failed was reported.
 */
int gr_kernel_find(const char *name, const char *modules,
		   struct gr_kernel *kernel);

#endif /* GR_VM_KERNEL_H */
