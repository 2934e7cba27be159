/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs of the host that go into the guest, with all that they load.
 */
#ifndef GR_VM_PROGRAMS_H
#define GR_VM_PROGRAMS_H

#include "vm/image.h"

/**
 * gr_programs_add() - add a program, the shared objects it needs at their own
 * paths, and for a script its interpreter.
 * @from: path on the host.
 * @path: path in the guest.
 *
 * Return: 0 or -errno; what failed was reported.
 */
int gr_programs_add(struct gr_image *image, const char *from, const char *path);

/**
 * gr_programs_add_host() - what every guest carries when the host has it: mkfs
 * of ext4 and xfs with their settings, the linker's cache.
 *
 * Return: 0 or -errno; what failed was reported.
 */
int gr_programs_add_host(struct gr_image *image);

#endif /* GR_VM_PROGRAMS_H */
