/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A fake of the devices that memory moves to, in user space: what a device has taken
 * is no longer mapped, and userfaultfd(2) brings it back when somebody reaches for
 * it, be that a program or gup. Of a coherent device it stays mapped. One thing may be
 * wrong. A program that uses it is linked with fake_hmm_ldflags.
 */
#ifndef GR_TESTS_FAKE_HMM_H
#define GR_TESTS_FAKE_HMM_H

#include "core/invalidate.h"
#include "fake_target.h"
#include "sys/dmirror.h"

enum gr_hmm_flaw {
	GR_HMM_GOOD,
	GR_HMM_LOSES, /* what comes to the device, or from it, is zeros */
	GR_HMM_DROPS, /* what a coherent one has is zeros after the close */
	GR_HMM_STAYS, /* nothing comes to the device */
	GR_HMM_KEEPS, /* what the device has it still has after a way back */
	GR_HMM_STALE, /* the device reads zeros */
	GR_HMM_WRITES_ALL, /* rights are nothing to the device */
	GR_HMM_REFUSES, /* each request gives -EIO */
	GR_HMM_NO_OPEN, /* there is no device */
};

/* What was asked for, and what the fake is. */
struct gr_fake_hmm {
	enum gr_hmm_flaw flaw;
	bool coherent;
	enum gr_dmirror_op busy; /* requests of this kind are refused, */
	unsigned int nr_busy; /* by -EBUSY, so many times, */
	unsigned int busy_after; /* when so many have been asked */
	bool untaken; /* EXCLUSIVE reads, and takes nothing away */
	const unsigned char
		*snapshot; /* what a SNAPSHOT says; NULL = written */
	unsigned int nr_open;
	unsigned int nr_asked[GR_NR_DMIRROR_OPS];
	int gup_says; /* what gup_test gives for the slow path; 1 */
	bool no_gup; /* there is no gup_test */
	bool loaded; /* the driver */
	int remove_says;
	bool balances; /* nodes */
	int balance_says;
	unsigned long nr_scans; /* one more each time that it is asked */
	bool no_scans; /* they stand still */
	int scans_says; /* instead of that */
};

extern struct gr_fake_hmm gr_fake_hmm;

/** gr_fake_hmm_reset() - nothing is open, nothing is wrong. */
void gr_fake_hmm_reset(void);

/** gr_fake_hmm_need() - skip where userfaultfd(2) cannot be had. */
void gr_fake_hmm_need(void);

/**
 * gr_fake_hmm_env() - a check's environment with the target of that name on the fake.
 * Ends by gr_fake_env_free().
 */
struct gr_fake_env *gr_fake_hmm_env(struct gr_test_disks *disks,
				    const char *target, enum gr_hmm_flaw flaw);

/** gr_fake_hmm_passes() - a check finds nothing, skips nothing and returns 0. */
void gr_fake_hmm_passes(struct gr_test_disks *disks, const char *target,
			const char *check);

/** gr_fake_hmm_fails() - with @flaw it finds @signature. */
void gr_fake_hmm_fails(struct gr_test_disks *disks, const char *target,
		       const char *check, enum gr_hmm_flaw flaw,
		       const char *signature);

/** gr_fake_hmm_breaks() - without a device it returns @ret, reported. */
void gr_fake_hmm_breaks(struct gr_test_disks *disks, const char *target,
			const char *check, int ret);

/* An invalidator set up on a mapping of two pages, filled with tag 1. */
#define GR_FAKE_HMM_LEN (2u * GR_TEST_PAGE)

struct gr_fake_hmm_inv {
	struct gr_test_holds before;
	struct gr_ctx ctx;
	struct gr_target target;
	struct gr_mapping map;
	struct gr_invalidate inv;
};

/** gr_fake_hmm_inv_begin() - that, of the target hmm_private. */
void gr_fake_hmm_inv_begin(struct gr_fake_hmm_inv *x, const char *name);

/** gr_fake_hmm_inv_end() - undo it; nothing may be left behind. */
void gr_fake_hmm_inv_end(struct gr_fake_hmm_inv *x);

#endif /* GR_TESTS_FAKE_HMM_H */
