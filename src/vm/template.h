/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A guest that has booted and waits for the host: its memory in a file, the
 * rest of its state in another. Guests that follow go on from there, each with
 * memory of its own over that file, in a tenth of a second instead of the seconds
 * that a boot takes under emulation.
 */
#ifndef GR_VM_TEMPLATE_H
#define GR_VM_TEMPLATE_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

enum gr_template_state {
	GR_TEMPLATE_NONE, /* the next guest that boots may become it */
	GR_TEMPLATE_TAKEN, /* guests go on from it */
	GR_TEMPLATE_REFUSED, /* QEMU cannot do it here: each guest boots */
};

struct gr_template {
	enum gr_template_state state;
	int fd_ram; /* the guest's memory; -1 = none */
	int fd_state;
};

/** GR_TEMPLATE_INIT - nothing is open. */
#define GR_TEMPLATE_INIT ((struct gr_template){.fd_ram = -1, .fd_state = -1})

/**
 * gr_template_open() - make the two files, empty.
 * @ram_bytes: of the guest.
 *
 * Return: 0 or -errno; nothing is open then.
 */
int gr_template_open(struct gr_template *t, off_t ram_bytes);

/**
 * gr_template_take() - write the state of a running guest.
 * @t:       open; QEMU has fd_ram as its memory, shared.
 * @monitor: QMP of a QEMU that nobody has talked to yet, non-blocking.
 *
 * The guest must be ended then: what it would still write would be in the template,
 * and after a failure it may stand still.
 *
 * Context: waits, 20 s for each answer at most.
 * Return: 0; -EIO QEMU refuses, what it said was logged; -errno.
 * Source: QEMU, docs/interop/qmp-spec.txt; migration capability x-ignore-shared.
 */
int gr_template_take(struct gr_template *t, int monitor);

/**
 * gr_template_enter() - let a QEMU go on from the template.
 * @t:       taken; QEMU has fd_ram as its memory, private, and was started with
 *           -incoming defer.
 * @monitor: as above.
 *
 * Context: as above.
 * Return: 0 the guest runs; as above.
 */
int gr_template_enter(const struct gr_template *t, int monitor);

/** gr_template_close() - forget it; one that is not open is legal. */
void gr_template_close(struct gr_template *t);

#endif /* GR_VM_TEMPLATE_H */
