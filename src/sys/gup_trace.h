/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which way the kernel took to pin memory of a few processes: gup-fast alone, or
 * the slow path; and by what leaves that memory is mapped. Counted by BPF
 * programs at the entries of kernel functions.
 *
 * While they are attached, every gup-fast of the machine is some 100 to 400 ns
 * slower under emulation, watched or not; so attach where it is needed only.
 */
#ifndef GR_SYS_GUP_TRACE_H
#define GR_SYS_GUP_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum gr_leaf {
	GR_LEAF_PTE, /* 4 KiB */
	GR_LEAF_PMD, /* 2 MiB */
	GR_LEAF_PUD, /* 1 GiB */
	GR_NR_LEAVES,
};

/** Processes that can be watched at a time. */
#define GR_GUP_TASKS_MAX 4

struct gr_gup_counts {
	uint64_t nr_asked; /* requests to gup-fast for the watched memory */
	uint64_t nr_fallback; /* of these, gone on in the slow path */
	uint64_t nr_huge; /* PMD or PUD leaves that gup-fast pinned from */
	uint64_t nr_faults[GR_NR_LEAVES]; /* leaves that faults put in */
};

struct gr_gup_trace;

/**
 * gr_gup_trace_open() - load the programs; nothing is attached yet.
 * @trace: filled on success, else NULL.
 * @why:   filled with one sentence on failure.
 * @len:   of @why; bytes.
 *
 * Return: 0 or -errno. Errors: -EOPNOTSUPP built without libbpf, or this kernel
 *         lacks the functions or its BTF; -EPERM not root; others from the
 *         kernel. Undone by gr_gup_trace_close().
 */
int gr_gup_trace_open(struct gr_gup_trace **trace, char *why, size_t len);

/**
 * gr_gup_trace_attach() - begin to count, from 0 and with nobody watched. May
 * be called again after gr_gup_trace_detach().
 *
 * Context: patches the kernel's text; 0.2 s under emulation, and 0.2 s more to
 *          load the programs again after gr_gup_trace_detach().
 * Return: 0, or -errno with @why.
 */
int gr_gup_trace_attach(struct gr_gup_trace *trace, char *why, size_t len);

/**
 * gr_gup_trace_detach() - undo gr_gup_trace_attach(); legal when it was not
 * called, or failed.
 *
 * Context: waits until every task has left the patched text, which takes up to
 * 0.7 s under emulation.
 */
void gr_gup_trace_detach(struct gr_gup_trace *trace);

/** gr_gup_trace_close() - detach and free; @trace may be NULL. */
void gr_gup_trace_close(struct gr_gup_trace *trace);

/** gr_gup_trace_tells_huge() - is nr_huge counted on this kernel? */
bool gr_gup_trace_tells_huge(const struct gr_gup_trace *trace);

/**
 * gr_gup_trace_watch() - watch process @pid, or change what is watched of it.
 * @addr, @len: count requests for this memory; bytes. @len 0: only faults.
 *
 * Context: while @pid neither pins nor faults. Counts go on from where they are.
 * Return: 0, or -ENOSPC: GR_GUP_TASKS_MAX others are watched.
 */
int gr_gup_trace_watch(struct gr_gup_trace *trace, pid_t pid, uint64_t addr,
		       uint64_t len);

/**
 * gr_gup_trace_slow() - where the fallbacks of process @pid are counted.
 *
 * The word is shared with children that are forked after
 * gr_gup_trace_attach(), and is there until gr_gup_trace_detach().
 * Return: NULL: it is not watched.
 */
const uint64_t *gr_gup_trace_slow(const struct gr_gup_trace *trace, pid_t pid);

/** gr_gup_trace_counts() - the sum over all that are watched. */
void gr_gup_trace_counts(const struct gr_gup_trace *trace,
			 struct gr_gup_counts *out);

/** gr_gup_trace_forget() - watch nobody; counts are 0 again. */
void gr_gup_trace_forget(struct gr_gup_trace *trace);

/**
 * gr_gup_trace_trial() - does it see what we do ourselves? Pins a page of
 * ordinary memory, which is gup-fast's, and zaps it, which makes one fallback.
 *
 * Context: attached, and nobody watched; so it is left.
 * Return: 0 it saw exactly that, -EINVAL it did not, or another -errno, both
 *         with @why.
 */
int gr_gup_trace_trial(struct gr_gup_trace *trace, char *why, size_t len);

#endif /* GR_SYS_GUP_TRACE_H */
