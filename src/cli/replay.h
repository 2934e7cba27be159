/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What guprace replay and its --minimize share: one finding of a RUN.json, and
 * how to have it tried again.
 */
#ifndef GR_CLI_REPLAY_H
#define GR_CLI_REPLAY_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/case.h"
#include "core/event.h"

struct gr_replay {
	/* the finding */
	struct gr_case c; /* what its name says */
	char class[24];
	char signature[64];
	char release[64];
	bool in_guest; /* of guprace's own */
	uint64_t seed;
	unsigned int nr_offsets; /* 0 = the aim looks for itself */
	int64_t offset_ns[GR_PINNERS_MAX];

	/* how to try it */
	char *const *where; /* words for the guest, or of the run; NULL-ended */
	uint64_t slice_ns;
	char folder[PATH_MAX]; /* for the scenario */
};

/* What several tries came to. */
struct gr_replay_count {
	unsigned int nr; /* tries that tested something */
	unsigned int hits; /* of these, found it */
	unsigned int others; /* of these, found something else only */
	bool interrupted;
};

/**
 * gr_replay_try() - run the case @nr times, each in a fresh guest where it was
 * found in one.
 * @verbose: print a line for each.
 *
 * Return: 0, or -errno: it cannot be run, reported.
 */
int gr_replay_try(const struct gr_replay *r, unsigned int nr, bool verbose,
		  struct gr_replay_count *count);

/**
 * gr_replay_minimize() - make @r smaller as long as it is found, and write
 * DIR/replay.ini and, where there is C for it, DIR/replay.c.
 *
 * Return: exit status, enum gr_exit.
 */
int gr_replay_minimize(struct gr_replay *r, const char *dir);

#endif /* GR_CLI_REPLAY_H */
