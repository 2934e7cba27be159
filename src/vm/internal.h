/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What guest.c prepares and session.c runs; internal to this folder.
 */
#ifndef GR_VM_INTERNAL_H
#define GR_VM_INTERNAL_H

#include <signal.h>
#include <sys/types.h>

#include "sys/spawn.h"
#include "vm/frame.h"
#include "vm/guest.h"
#include "vm/kernel.h"
#include "vm/template.h"

#define GR_VM_IMAGE_NAME "guest.cpio"

struct gr_vm {
	struct gr_vm_config config;
	struct gr_kernel kernel;
	enum gr_vm_accel accel; /* picked */
	char qemu[PATH_MAX];
	char kept[PATH_MAX]; /* "" = nothing is kept */
	char text[256]; /* gr_vm_describe() */
	int fd_image;
	off_t base_bytes; /* of the image, without a command */
	int fd_signals; /* SIGINT, SIGTERM, SIGHUP */
	sigset_t saved;
	unsigned int nr_guests;
	struct gr_template template;
};

/* The host's ends of a running guest; -1 = none. */
struct gr_session_fds {
	int console;
	int events;
	int errors; /* stderr of QEMU */
	int keep_console;
	int keep_events;
};

/* What becomes of a guest that waits for the host. */
struct gr_session_ready {
	void *arg;

	/**
	 * @ready: called each time that it says so.
	 * @waits: GR_FRAME_READY or GR_FRAME_ASKS.
	 * Return: 0 go on; -ECANCELED the guest is ended, state STOPPED;
	 *         another -errno: so is the session, with that.
	 */
	int (*ready)(void *arg, enum gr_frame_type waits);
};

/**
 * gr_session_run() - watch a guest until it ends, is given up or reports.
 * @qemu:   running; ended and empty on return.
 * @fds:    non-blocking but the last two; stay the caller's.
 * @result: filled.
 *
 * Return: 0 or -errno of waiting itself or of @ready, reported.
 */
int gr_session_run(const struct gr_vm *vm, struct gr_process *qemu,
		   const struct gr_session_fds *fds,
		   const struct gr_session_ready *ready,
		   const struct gr_vm_handlers *handlers,
		   struct gr_vm_result *result);

#endif /* GR_VM_INTERNAL_H */
