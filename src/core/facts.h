/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Facts: what the workers of a case saw, for the oracles to judge. Plain data
 * in memory shared by all processes of the case; each field has one writer, and
 * the supervisor reads while workers write, so every field that it may read
 * early is a single aligned word.
 */
#ifndef GR_CORE_FACTS_H
#define GR_CORE_FACTS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/offsets.h"
#include "core/tag.h"

struct gr_target;

#define GR_PINNERS_MAX 4
#define GR_ERRNOS_MAX 8
#define GR_PIN_PLACE_MAX 48
#define GR_SPANS_MAX 8

/* What became of an access to the old mapping after a teardown. */
enum gr_access {
	GR_ACCESS_SIGBUS,
	GR_ACCESS_OK, /* it still reached memory */
	GR_ACCESS_SIGSEGV,
	GR_NR_ACCESSES,
};

/*
 * How far the current iteration's invalidation is. Its times enclose the word:
 * begin_ns is taken before RUNNING is set, end_ns after RETURNED. So a pin that
 * meets RUNNING overlaps by the clock as well, and need not read it: a clock
 * that costs a system call (HPET) would cost a third of all pins.
 */
enum gr_phase {
	GR_PHASE_AHEAD,
	GR_PHASE_RUNNING,
	GR_PHASE_RETURNED,
};

struct gr_errno_count {
	int err; /* positive errno; 0 = success */
	uint64_t nr;
};

/* What holds at a quiescent point: no pin is being taken or dropped. */
enum gr_quiet {
	GR_QUIET_NONE, /* no such point has been reached yet */
	GR_QUIET_MAPPED, /* mapped and faulted in, nothing pinned yet */
	GR_QUIET_HELD, /* mapped, and HELD pins hold their pages */
	GR_QUIET_DROPPED, /* mapped, all pins are over */
	GR_QUIET_UNMAPPED, /* enabled, and mapped by nobody */
	GR_QUIET_LAST, /* the same, and nothing but a last teardown will follow */
	GR_NR_QUIETS,
};

/*
 * Written by the worker that reaches a quiescent point, which then waits for
 * the supervisor's oracles to look.
 */
struct gr_quiet_facts {
	uint32_t state; /* enum gr_quiet */
	uint64_t nr_points; /* reached in this case */
	uint64_t nr_pins; /* that took references, since the case began */
	uint64_t nr_tried; /* calls of pin(), those that failed included */
};

/* A part of the target. */
struct gr_span {
	uint64_t off; /* bytes from byte 0 of the target */
	uint64_t len; /* bytes */
};

/*
 * Written by one pinner, or by the child that pins for it. Times are gr_now_ns();
 * 0 = has not happened.
 */
struct gr_pin_facts {
	pid_t pid;
	/* its mapping of the target, from byte 0 on; addr 0 = none yet */
	uint64_t map_addr;
	uint64_t map_len; /* bytes */
	/* what it pins of the target: pins may write there, and nowhere else */
	uint32_t nr_spans;
	struct gr_span span[GR_SPANS_MAX];
	uint64_t nr_attempts;
	uint64_t nr_before; /* begun before the invalidation */
	uint64_t nr_during; /* begun while it ran */
	uint64_t nr_overlaps; /* in flight while the invalidation was */
	uint64_t nr_after_ok; /* begun after it had returned, and got pages */
	struct gr_errno_count by_errno[GR_ERRNOS_MAX];
	uint64_t nr_other_errnos; /* found no free row */
	/* accesses to the old mapping after a teardown that succeeded */
	uint64_t touched[GR_NR_ACCESSES]; /* pages that were faulted in */
	uint64_t untouched[GR_NR_ACCESSES]; /* pages that were not */
	uint64_t survived; /* the first look, just after it had returned */

	int64_t offset_ns; /* at which its last pin was aimed; see offsets */

	/* the current iteration */
	uint32_t in_pin; /* pin() entered and not returned */
	uint32_t entered; /* enum gr_phase when the last pin() was entered */
	uint32_t left; /* enum gr_phase after it had returned */
	uint64_t held_ns; /* HELD: references taken; 0 = none held */
	uint64_t unpin_ns; /* HELD: unpin() entered */
	uint64_t unpinned_ns; /* HELD: unpin() returned */
};

/* Written by the keeper (or the SAME_MM thread). */
struct gr_inv_facts {
	pid_t pid;
	uint64_t nr; /* invalidations that returned */
	uint64_t nr_ok; /* of these, with success */
	struct gr_errno_count by_errno[GR_ERRNOS_MAX];
	uint64_t nr_other_errnos;
	uint32_t phase; /* enum gr_phase of the current iteration */
	uint64_t begin_ns; /* the current iteration */
	uint64_t end_ns;
	int32_t ret; /* 0 or -errno */
	int32_t restore_ret;
	uint64_t min_ns, max_ns, sum_ns; /* durations */
	uint64_t
		alone_ns; /* of one without any pin or mapping; 0 = not measured */
};

/* A block that does not hold what it must. */
struct gr_data_wrong {
	bool is_canary; /* else it is of the target's file */
	bool has_tag; /* the data is somebody else's: @found is its tag */
	uint32_t iteration;
	uint64_t off; /* bytes in its file */
	uint64_t dev; /* bytes on the block device */
	uint32_t at; /* first byte of the block that differs */
	struct gr_tag must, found;
	unsigned char bytes[16]; /* from there on */
};

/*
 * Written by the keeper, where an invalidator frees blocks and the target can
 * give them to canary files at once and look at them later.
 */
struct gr_data_facts {
	uint32_t given_in; /* iteration whose blocks have been given away */
	uint64_t nr_asked; /* invalidations after which that was to be done */
	uint64_t nr_freed; /* blocks that the file lost by them */
	uint64_t nr_reused; /* of these, those that canaries got */
	uint64_t nr_canary; /* blocks of canaries that were looked at */
	uint64_t
		nr_kept; /* blocks of the file that were, and must be as before */
	uint64_t nr_wrong; /* of both; the first one is: */
	struct gr_data_wrong first; /* complete when nr_wrong is not 0 */
};

struct gr_witness_facts {
	pid_t pid;
	uint64_t nr_ok;
	uint64_t nr_failed;
	int32_t first_err; /* positive errno of the first failure */
};

/*
 * What a check may try of a target's policy: things that the kernel must refuse
 * or allow. The worker only tries and writes down what came of it; the oracle
 * policy has a row for each, which says what is right.
 */
enum gr_policy {
	GR_POLICY_MAP_PRIVATE, /* mmap() with MAP_PRIVATE */
	GR_POLICY_MAP_SYNC, /* mmap() with MAP_SYNC */
	GR_POLICY_MAP_OFFSET, /* of an offset below the alignment */
	GR_POLICY_MAP_OFFSET_FIXED, /* the same, at an aligned address */
	GR_POLICY_MAP_LENGTH, /* of a length that is no multiple of it */
	GR_POLICY_MAP_DEAD, /* of a descriptor whose device was disabled */
	GR_POLICY_PIN_LONGTERM, /* a long-term pin */
	GR_POLICY_PIN_REGISTERED, /* a long-term pin as registered buffer */
	GR_POLICY_PIN_READONLY, /* a pin for writing, of a read-only mapping */
	GR_POLICY_READONLY_BYTES, /* after that: 0 as before, EIO changed */
	GR_POLICY_WRITE_UPGRADED, /* access: a page that was made writable */
	GR_POLICY_OLD_TOUCHED, /* access after disable: was faulted in */
	GR_POLICY_OLD_UNTOUCHED, /* access after disable: was not */
	GR_POLICY_SOFT_OFFLINE, /* madvise() MADV_SOFT_OFFLINE */
	GR_POLICY_UNMAP_PART, /* munmap() below the alignment */
	GR_POLICY_PROTECT_PART, /* mprotect() below the alignment */
	GR_POLICY_MOVE_PART, /* mremap() below the alignment */
	GR_POLICY_MOVED_PART, /* access to what such an mremap() made */
	GR_POLICY_CUT_TOUCHED, /* access after a cut of the file: was faulted in */
	GR_POLICY_CUT_UNTOUCHED, /* access after a cut of the file: was not */
	GR_POLICY_CUT_PINNED, /* a pin after a cut of the file */
	GR_NR_POLICIES,
};

/* One result of one of them. Results that agree are counted in one fact. */
struct gr_policy_fact {
	uint32_t id; /* enum gr_policy */
	int32_t err; /* positive errno, as of gr_touch() for an access; 0 = ok */
	uint64_t align; /* bytes: the leaf at which it was tried */
	uint64_t nr; /* times */
	char who[24]; /* the pin that tried; "" = no pin */
};

#define GR_POLICY_FACTS_MAX 48

/* Written by a checker, which is one process at a time, or holds a lock. */
struct gr_policy_facts {
	uint32_t nr; /* rows taken */
	uint32_t nr_lost; /* results that found no free row */
	struct gr_policy_fact of[GR_POLICY_FACTS_MAX];
};

struct gr_facts {
	uint32_t iteration; /* from 1 */
	uint32_t nr_pinners;
	/* written by the supervisor: no pin is held or attempted any more */
	uint64_t pins_over_ns;
	/* the same: TRANSIENT pins were told to end; 0 = not in this iteration */
	uint64_t quieted_ns;
	/* the same: iteration in which held pins had to be let go, since the
	 * invalidation had not returned; 0 = none */
	uint32_t waited_in;
	/* written by the keeper: pinners were told to end what they are in, after the
	 * invalidation had returned; 0 = they were not, or have ended it */
	uint64_t settling_ns;
	/* written by the keeper: the target is attached and nobody takes it away */
	uint32_t attached;
	struct gr_quiet_facts quiet;
	struct gr_pin_facts pin[GR_PINNERS_MAX];
	struct gr_inv_facts inv;
	struct gr_data_facts data;
	uint32_t is_aimed; /* the same: pin[].offset_ns are set */
	struct gr_offsets offsets; /* written by the keeper; nr 0: not aimed */
	struct gr_witness_facts witness;
	struct gr_policy_facts policy;
};

/** gr_facts_overlaps() - pins of all pinners that met an invalidation. */
uint64_t gr_facts_overlaps(const struct gr_facts *facts);

/** gr_facts_in_pin() - is any pinner within pin()? Context: while they run, too. */
bool gr_facts_in_pin(const struct gr_facts *facts);

/**
 * gr_pin_place() - " at offset 4096 of the file", the first byte of a file that
 * @pin pins; "" of other targets, or when it is not known.
 * @buf: at least GR_PIN_PLACE_MAX bytes.
 *
 * Return: @buf.
 */
const char *gr_pin_place(const struct gr_pin_facts *pin,
			 const struct gr_target *target, char *buf);

/**
 * gr_errno_count_add() - count one result.
 * @rows:  GR_ERRNOS_MAX rows; an unused row has nr == 0.
 * @other: counts what finds no row.
 * @err:   positive errno, 0 = success.
 *
 * Context: any, race windows included.
 */
void gr_errno_count_add(struct gr_errno_count *rows, uint64_t *other, int err);

/**
 * gr_data_wrong_add() - count one more block that is wrong; the first is kept.
 *
 * Context: one writer; readers may look meanwhile.
 */
void gr_data_wrong_add(struct gr_data_facts *facts,
		       const struct gr_data_wrong *wrong);

/**
 * gr_policy_fact_add() - write one result down.
 * @fact: nr is not looked at.
 *
 * Context: one writer at a time; readers may look meanwhile.
 */
void gr_policy_fact_add(struct gr_policy_facts *facts,
			const struct gr_policy_fact *fact);

#endif /* GR_CORE_FACTS_H */
