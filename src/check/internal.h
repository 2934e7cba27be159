/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the checks share: patterns, mappings, and pins of every kind with their
 * data held against what was there.
 */
#ifndef GR_CHECK_INTERNAL_H
#define GR_CHECK_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/check.h"
#include "core/pin.h"
#include "core/target.h"
#include "sys/nd.h"

#define GR_CHECK_PAGE 4096u

/**
 * gr_fill_pattern() - bytes that depend on @tag and on their place.
 */
void gr_fill_pattern(void *buf, size_t len, uint64_t tag);

/**
 * gr_compare_pattern() - is it still so?
 *
 * Return: -1 it is, else the offset of the first byte that differs.
 */
ssize_t gr_compare_pattern(const void *buf, size_t len, uint64_t tag);

/**
 * gr_check_map() - map the first leaves of the env's target.
 * @nr_leaves: at least 2 fit.
 * @prot:      PROT_READ, or with PROT_WRITE.
 */
int gr_check_map(struct gr_check_env *env, unsigned int nr_leaves, int prot,
		 struct gr_mapping *m);

/** gr_check_unmap() - undo it; a failure is the kernel's. */
void gr_check_unmap(struct gr_check_env *env, struct gr_mapping *m);

/**
 * gr_check_has_parts() - is there anything between a page and a leaf of the
 * env's target? Skips the check when there is not.
 */
bool gr_check_has_parts(struct gr_check_env *env);

/* One pin of one piece of memory, and what it must give. */
struct gr_pin_try {
	const char *state; /* of the pages, for people: "untouched" */
	struct iovec iov;
	bool readonly; /* the kernel must not write to it */
	uint64_t tag; /* pattern that is there; 0 = not known */
	uint64_t feed_tag; /* pattern for pins that write; not there before */
};

/**
 * gr_check_pin() - pin @try's memory with @ops once and compare the data: what
 * the kernel read is what is there, and what it wrote arrives. A read-only
 * mapping must refuse pins that write with EFAULT and keep its bytes.
 *
 * Return: 0 done, findings may have been added; -errno we could not test.
 */
int gr_check_pin(struct gr_check_env *env, const struct gr_pin_ops *ops,
		 const struct gr_pin_try *try);

/**
 * gr_check_pins() - gr_check_pin() with every pin that can run here, on one page
 * and on 8 KiB across the border of the first two leaves.
 * @state:   as in struct gr_pin_try.
 * @prot:    of the mapping; each try gets a fresh one.
 * @touch:   fault the pages in first.
 */
int gr_check_pins(struct gr_check_env *env, const char *state, int prot,
		  bool touch);

/**
 * gr_check_pin_runs() - can @ops be tried on the env's target here? Long-term pins of
 * files are refused: that is another check.
 */
bool gr_check_pin_runs(struct gr_check_env *env, const struct gr_pin_ops *ops);

/**
 * gr_check_place() - have the device take fresh pages of a mapping of a
 * GR_TARGET_MOVES.
 *
 * Return: 0 or -errno, reported: we could not test.
 */
int gr_check_place(struct gr_check_env *env, const struct gr_mapping *m,
		   const void *addr, size_t len);

/* Rung by either of two processes of a check; in memory that both share. */
struct gr_bell {
	uint32_t rung; /* futex */
};

/**
 * gr_bell_mark() - something is done: set *@moment, which shares its memory with
 * @bell, to gr_now_ns() and ring. What was written before is there for who sees it.
 */
void gr_bell_mark(struct gr_bell *bell, uint64_t *moment);

/**
 * gr_bell_await() - wait until the other process has marked @moment.
 * @until: gr_now_ns() at which to give up.
 *
 * Return: true it has, false it is not done.
 */
bool gr_bell_await(struct gr_bell *bell, const uint64_t *moment,
		   uint64_t until);

/** gr_bell_seen() - *@moment, or 0: it is not done yet. */
uint64_t gr_bell_seen(const uint64_t *moment);

/**
 * gr_check_end_other() - the other process has to end now.
 * @pid:     of gr_fork(); negative = there is none.
 * @is_done: it ends by itself; else it is killed, which one that sleeps
 *           uninterruptibly outlives.
 */
void gr_check_end_other(pid_t pid, bool is_done);

/**
 * gr_check_set_mode() - give the namespace of the env's target another mode, with
 * the target's map and alignment, and so with the same data offset.
 * @info: filled on success.
 *
 * Return: 0 or -errno, reported. Context: as gr_nd_create().
 */
int gr_check_set_mode(struct gr_check_env *env, struct gr_nd *nd,
		      enum gr_nd_mode mode, struct gr_nd_info *info);

/**
 * gr_check_open_block() - open the block device of a namespace for direct I/O.
 *
 * Return: descriptor, or -errno, reported.
 */
int gr_check_open_block(const struct gr_nd_info *info);

/**
 * gr_check_block_io() - write to it, or read from it.
 * @fd:  of gr_check_open_block().
 * @buf: aligned to a page, of @len bytes, whole pages.
 * @off: bytes.
 *
 * Return: 0 or -errno, not reported; -EIO it was short.
 */
int gr_check_block_io(int fd, void *buf, size_t len, uint64_t off, bool write);

/**
 * gr_check_lifecycle() - create, use and destroy the namespace of @t in every
 * mode, map and alignment that its size allows.
 *
 * Return: 0, findings may have been added; -errno we could not test.
 */
int gr_check_lifecycle(struct gr_check_env *env, const struct gr_target *t);

#endif /* GR_CHECK_INTERNAL_H */
