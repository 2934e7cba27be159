/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kernel modules of the guest: which ones go into the image, and which of them
 * its init loads, in what order.
 */
#ifndef GR_VM_MODULES_H
#define GR_VM_MODULES_H

#include "vm/guest.h"
#include "vm/image.h"
#include "vm/kernel.h"

/* The order in which init loads: lines of path, TAB, parameters. */
#define GR_GUEST_MODULES "/guprace/modules"

/**
 * gr_modules_add() - add the modules and their indexes, and those of --load.
 * @image:  being written.
 * @kernel: whose modules they are.
 * @config: bus and --load.
 *
 * Context: runs depmod(8) in a scratch folder, which it removes.
 * Return: 0 or -errno; what failed was reported.
 */
int gr_modules_add(struct gr_image *image, const struct gr_kernel *kernel,
		   const struct gr_vm_config *config);

#endif /* GR_VM_MODULES_H */
