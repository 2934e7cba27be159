/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Descriptors: reading, writing, waiting, and the pairs and signals that the
 * guest's session is made of. All descriptors are close-on-exec.
 */
#ifndef GR_SYS_FD_H
#define GR_SYS_FD_H

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <termios.h>

/**
 * gr_fd_read() - one read(2), repeated when a signal interrupts it.
 *
 * Return: bytes read, 0 at the end; -errno.
 * Errors: -EAGAIN nothing there (non-blocking descriptors only).
 */
ssize_t gr_fd_read(int fd, void *buf, size_t len);

/**
 * gr_fd_write_all() - write @len bytes, in one write(2) where the kernel takes
 * them at once.
 *
 * Return: 0 or -errno.
 */
int gr_fd_write_all(int fd, const void *buf, size_t len);

/**
 * gr_fd_poll() - poll(2), with a timeout in nanoseconds.
 * @timeout_ns: rounded up to a millisecond; UINT64_MAX = for ever.
 *
 * Return: number of ready descriptors, 0 = timeout; -errno.
 */
int gr_fd_poll(struct pollfd *fds, nfds_t nr, uint64_t timeout_ns);

/** gr_fd_close() - close(2) of one that was read or is scratch; -1 is legal. */
void gr_fd_close(int fd);

/** gr_fd_pair() - a connected pair of stream sockets. Return: 0 or -errno. */
int gr_fd_pair(int fds[2]);

/** gr_fd_nonblock() - make reads return -EAGAIN. Return: 0 or -errno. */
int gr_fd_nonblock(int fd);

/** gr_fd_truncate() - cut at @len bytes and seek there. Return: 0 or -errno. */
int gr_fd_truncate(int fd, off_t len);

/** gr_fd_tell() - current position. Return: bytes or -errno. */
off_t gr_fd_tell(int fd);

/**
 * gr_fd_signals() - take signals through a descriptor instead of a handler.
 * @signals: list of signal numbers, closed by 0; they are blocked. Those that
 *           are ignored (nohup) stay so.
 * @saved:   the mask as it was, for gr_fd_signals_restore().
 *
 * Return: non-blocking descriptor, or -errno.
 * Source: signalfd(2).
 */
int gr_fd_signals(const int *signals, sigset_t *saved);

/**
 * gr_fd_signals_restore() - close @fd and set the mask again. Signals that came
 * meanwhile are dropped: who asked for them has acted on them.
 */
void gr_fd_signals_restore(int fd, const sigset_t *saved);

/**
 * gr_fd_serial() - open a serial port for frames: raw, no echo.
 *
 * Return: descriptor or -errno.
 * Source: termios(3).
 */
int gr_fd_serial(const char *path);

/**
 * gr_fd_tty_save() - remember a terminal's settings. Return: 0, or -errno
 * (-ENOTTY: @fd is no terminal).
 */
int gr_fd_tty_save(int fd, struct termios *saved);

/** gr_fd_tty_restore() - set them again. Return: 0 or -errno. */
int gr_fd_tty_restore(int fd, const struct termios *saved);

/** gr_fd_drain() - wait until a serial port has sent all. 0 or -errno. */
int gr_fd_drain(int fd);

#endif /* GR_SYS_FD_H */
