/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What waits in a guest for words of the host. It says so again and again, since it
 * may be another host by then: guests are copies of one that waited (template.h).
 */
#ifndef GR_VM_ASK_H
#define GR_VM_ASK_H

#include <stddef.h>

#include "vm/frame.h"

/**
 * gr_ask() - wait for the host.
 * @port:  gr_fd_serial(); nobody else reads from it.
 * @waits: GR_FRAME_READY of init, GR_FRAME_ASKS of its command.
 * @buf:   filled; @room is GR_FRAME_COMMAND_MAX bytes.
 * @used:  bytes of it; for gr_frame_command_parse().
 *
 * Context: in a guest; without a limit, the host has one.
 * Return: 0; -EBADMSG that is no answer; -errno of the port.
 */
int gr_ask(int port, enum gr_frame_type waits, char *buf, size_t room,
	   size_t *used);

#endif /* GR_VM_ASK_H */
