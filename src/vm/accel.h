/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether KVM works here. That /dev/kvm opens proves nothing: in some nested
 * machines no kernel ever prints a line.
 */
#ifndef GR_VM_ACCEL_H
#define GR_VM_ACCEL_H

#include "vm/guest.h"
#include "vm/kernel.h"

/* How long a kernel may take under KVM to print its first line. */
#define GR_ACCEL_TRIAL_NS (3 * GR_NSEC_PER_SEC)

/**
 * gr_accel_pick() - KVM or TCG.
 * @qemu:   the program.
 * @kernel: booted in the trial, at most GR_ACCEL_TRIAL_NS.
 * @asked:  anything but AUTO is returned as it is.
 *
 * The answer is kept in the cache for this boot of the host and this QEMU.
 * Return: KVM or TCG.
 */
enum gr_vm_accel gr_accel_pick(const char *qemu, const struct gr_kernel *kernel,
			       enum gr_vm_accel asked);

#endif /* GR_VM_ACCEL_H */
