/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From findings, or from the lack of them, to the verdict of a case.
 */
#ifndef GR_ENGINE_JUDGE_H
#define GR_ENGINE_JUDGE_H

#include <stdbool.h>

#include "engine/run.h"
#include "engine/stage.h"

/* What the supervisor saw beside findings. */
struct gr_evidence {
	const char *blind; /* why a required oracle was BLIND; NULL = none */
	bool worker_died; /* by a signal, or with a status */
	const char *op; /* the last one announced */
	bool interrupted; /* by a signal to us */
};

/**
 * gr_judge() - fill res->verdict, res->reason and res->known.
 * @st: of the case that is over.
 *
 * Any finding outranks what could not be tested: KNOWN when all of them match
 * an entry, else HANG or FAIL. No finding: BROKEN, SKIP, INCONCLUSIVE or PASS.
 */
void gr_judge(const struct gr_run *run, const struct gr_stage *st,
	      const struct gr_evidence *ev, struct gr_result *res);

#endif /* GR_ENGINE_JUDGE_H */
