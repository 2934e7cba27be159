/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A fake target for checks: shared memory (which every pin takes), leaves of a
 * page, with one thing wrong where a test wants that; and the environment of a check, whose
 * findings are kept.
 */
#ifndef GR_TESTS_FAKE_TARGET_H
#define GR_TESTS_FAKE_TARGET_H

#include "contract.h"
#include "core/check.h"
#include "core/facts.h"
#include "core/finding.h"
#include "core/oracle.h"

#define GR_FAKE_LEAVES 64u

enum gr_fake_flaw {
	GR_FAKE_GOOD,
	GR_FAKE_IGNORES_PROT, /* a read-only mapping can be written */
	GR_FAKE_PRIVATE, /* nobody else sees what is written */
	GR_FAKE_SHORT, /* the second leaf is not there */
	GR_FAKE_LOST, /* the same, from the second mapping on */
	GR_FAKE_OTHER_PAGE, /* each mapping is of another page */
	GR_FAKE_NO_UNMAP, /* unmap() says EBUSY */
	GR_FAKE_NO_MAP, /* map() says ENXIO */
};

struct gr_fake_target {
	struct gr_target target;
	int fd; /* memfd; target.dev opens it */
	enum gr_fake_flaw flaw;
	unsigned int nr_mapped; /* mappings not undone yet */
	unsigned int nr_maps; /* of LOST */
	off_t next_off; /* of OTHER_PAGE */
	char *last; /* the mapping made last */
};

struct gr_fake_env {
	struct gr_check_env env;
	struct gr_test_disks *disks;
	struct gr_fake_target fake;
	struct gr_findings found; /* of the check, and of the oracle policy */
	struct gr_facts facts; /* policy only */
	enum gr_sight sight; /* of the oracle policy */
	struct gr_reason skipped; /* "" = not */
	struct gr_test_log log;
	unsigned int nr_ops;
};

/** gr_fake_env_new() - for a check on @disks' store with @flaw. */
struct gr_fake_env *gr_fake_env_new(struct gr_test_disks *disks,
				    enum gr_fake_flaw flaw);

/**
 * gr_fake_env_on_bus() - the same, as namespace0.0 of a fake bus that is reset:
 * its nodes open the target's memory.
 */
struct gr_fake_env *gr_fake_env_on_bus(struct gr_test_disks *disks,
				       enum gr_fake_flaw flaw);

/** gr_fake_env_file() - the target is one of files, with their policy. */
void gr_fake_env_file(struct gr_fake_env *f);

/** gr_fake_env_free() - fail if a mapping was left. */
void gr_fake_env_free(struct gr_fake_env *f);

/**
 * gr_fake_run() - run the check of that name, and have its facts judged by the
 * oracle policy; what the check returns.
 */
int gr_fake_run(struct gr_fake_env *f, const char *check);

/** gr_fake_passes() - a check finds nothing, skips nothing, and returns 0. */
void gr_fake_passes(struct gr_test_disks *disks, const char *check);

/**
 * gr_fake_finds() - a check in @f returns 0, leaves nothing behind, and finds
 * @signature and nothing else; NULL = nothing at all. Ends @f.
 */
void gr_fake_finds(struct gr_fake_env *f, const char *check,
		   const char *signature);

/** gr_fake_fails() - with @flaw it returns 0 and finds @signature. */
void gr_fake_fails(struct gr_test_disks *disks, const char *check,
		   enum gr_fake_flaw flaw, const char *signature);

/** gr_fake_breaks() - with @flaw it returns @ret, reported, and finds nothing. */
void gr_fake_breaks(struct gr_test_disks *disks, const char *check,
		    enum gr_fake_flaw flaw, int ret);

/** gr_fake_saw() - did the check report this fact with that errno? */
bool gr_fake_saw(const struct gr_fake_env *f, enum gr_policy id, int err);

/** gr_fake_has() - was this signature found? */
bool gr_fake_has(const struct gr_fake_env *f, const char *signature);

#endif /* GR_TESTS_FAKE_TARGET_H */
