/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The journal of changes: what a run has made of this machine and not undone
 * yet, one line each, written before the change is made. A run that ends takes
 * back what is its own; `guprace recover` what a run that was killed has left.
 *
 *	mount 1234 567890 - /run/guprace/mnt/namespace0.0
 *	namespace 1234 567890 enabled:devdax namespace0.0
 *
 * kind, process of the run, when that began, what was before, what it is.
 */
#ifndef GR_SYS_CHANGES_H
#define GR_SYS_CHANGES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define GR_CHANGES_PATH "/run/guprace/changes"

enum gr_change_kind {
	GR_CHANGE_DM, /* device-mapper device, by its name */
	GR_CHANGE_FILE, /* file or empty folder, by its path */
	GR_CHANGE_MOUNT, /* by the folder, which was made for it */
	GR_CHANGE_NAMESPACE, /* taken out of use, or given another mode */
	GR_CHANGE_NULLBLK, /* null_blk device, by its folder in configfs */
	GR_NR_CHANGES,
};

struct gr_change {
	enum gr_change_kind kind;
	pid_t run; /* its supervisor */
	uint64_t began; /* when that process did; clock ticks since the boot */
	char before[32]; /* of a namespace: "enabled:MODE"; "" = not told */
	char what[160];
};

/**
 * gr_change_begin() - note a change of this machine before it is made.
 * @run:    process id of the run's supervisor.
 * @what:   "guprace_sink", "/run/guprace/mnt/namespace0.0" ...
 * @before: of a namespace: "enabled:MODE" or "disabled:MODE"; else NULL.
 *
 * What is noted already, also by a run that is over, is now @run's; of a
 * namespace the oldest @before is kept.
 *
 * Return: 0 or -errno, and then the change must not be made; reported.
 */
int gr_change_begin(pid_t run, enum gr_change_kind kind, const char *what,
		    const char *before);

/** gr_change_end() - it was undone; a journal that cannot be written is told. */
void gr_change_end(enum gr_change_kind kind, const char *what);

/**
 * gr_change_put() - gr_change_begin() on any journal; @change->began and, of a
 * namespace, @change->before are filled in. Not reported; -EINVAL: of no process.
 */
int gr_change_put(const char *path, struct gr_change *change);

/** gr_change_take() - gr_change_end() on any journal. 0 or -errno. */
int gr_change_take(const char *path, enum gr_change_kind kind,
		   const char *what);

/**
 * gr_changes_read() - all that is noted, oldest first.
 * @out: filled on success; the caller frees it.
 *
 * Return: how many there are; -errno. Not reported. A file that is not there has
 *         none; a line that is not ours is passed over.
 */
ssize_t gr_changes_read(const char *path, struct gr_change **out);

/** gr_change_is_alive() - does the run that made it still go on? */
bool gr_change_is_alive(const struct gr_change *change);

#endif /* GR_SYS_CHANGES_H */
