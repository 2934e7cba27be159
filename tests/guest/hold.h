/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ways to use a block device, each with its end. All return false on failure;
 * errno tells why.
 */
#ifndef GR_TESTS_HOLD_H
#define GR_TESTS_HOLD_H

#include <stdbool.h>
#include <sys/types.h>

#define HOLD_MOUNT_POINT "/tmp/guards-mount"

bool hold_mount(const char *dev, const char *type);
bool drop_mount(void);

/* A mount that only a process in a mount namespace of its own sees. */
bool hold_hidden_mount(const char *dev, const char *type, pid_t *pid);
bool drop_hidden_mount(pid_t pid);

/* A linear device-mapper table over the first MiB, named "guards". */
bool hold_dm(const char *dev);
bool drop_dm(void);

bool hold_loop(const char *dev, int *fd);
bool drop_loop(int fd);

#endif /* GR_TESTS_HOLD_H */
