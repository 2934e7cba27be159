/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * guprace as the first process of its own guest.
 */
#ifndef GR_VM_INIT_H
#define GR_VM_INIT_H

/* What the host leaves in the image for init. */
#define GR_GUEST_ARGV \
	"/guprace/argv" /* what gr_frame_command() makes; absent: ask the host */
#define GR_GUEST_SHELL "/guprace/shell" /* exists: busybox on the console */

/**
 * gr_init_main() - set the guest up, run its command, report, power off.
 *
 * Context: gr_guest_is_init(). Does not return.
 */
void gr_init_main(void) __attribute__((noreturn));

/**
 * gr_modprobe_main() - what the guest's kernel calls to load a module.
 * @argc, @argv: of modprobe(8): -q -- ALIAS.
 *
 * Return: exit status.
 */
int gr_modprobe_main(int argc, char **argv);

#endif /* GR_VM_INIT_H */
