/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MSG_ZEROCOPY: datagrams whose pages the network borrows, over the loopback
 * interface, and the notice that they are given back.
 */
#ifndef GR_SYS_ZEROCOPY_H
#define GR_SYS_ZEROCOPY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

/**
 * gr_loopback_up() - is the interface lo up?
 * @raise: if it is not, bring it up; it stays so. Needs root.
 *
 * Return: 0 it is, -ENETDOWN it is not, or -errno.
 */
int gr_loopback_up(bool raise);

/**
 * gr_zerocopy_pair() - two connected UDP sockets; what fd[0] sends arrives at
 * fd[1], which never blocks.
 *
 * Return: 0 or -errno, with nothing left open; -ENOPROTOOPT a kernel without
 *         MSG_ZEROCOPY for UDP (before 5.0).
 */
int gr_zerocopy_pair(int fd[2]);

/**
 * gr_zerocopy_send() - one datagram, MSG_ZEROCOPY; each that is sent has to be
 * waited for.
 *
 * Context: race windows too; no allocation.
 * Return: bytes, or -errno (-EFAULT, -EMSGSIZE): nothing was sent, and there
 *         will be no notice.
 */
ssize_t gr_zerocopy_send(int fd, const struct iovec *iov, int nr);

/**
 * gr_zerocopy_wait() - until the pages of a datagram are given back.
 * @timeout_ns: at most so long.
 *
 * Return: 0, -ETIMEDOUT, or -errno.
 * Source: Documentation/networking/msg_zerocopy.rst.
 */
int gr_zerocopy_wait(int fd, uint64_t timeout_ns);

#endif /* GR_SYS_ZEROCOPY_H */
