/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the supervisor share: the supervision of one case.
 */
#ifndef GR_ENGINE_SUPERVISE_INTERNAL_H
#define GR_ENGINE_SUPERVISE_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/oracle.h"
#include "engine/run.h"
#include "engine/stage.h"

struct gr_supervision {
	struct gr_run *run;
	struct gr_stage *st;
	struct gr_scene scene;
	struct gr_result *res;
	char op[GR_OP_MAX]; /* the last one announced */
	unsigned int nr_emitted; /* findings */
	unsigned int nr_taken; /* findings of a check that are among them */
	uint64_t closing_ns; /* since the first finding; 0 = none */
	bool worker_died;
	bool worker_failed;
	bool hang;
	bool crashed; /* a worker may be stuck in what it did */
	bool is_over; /* no more is to come: tell all */
};

/** gr_supervision_op() - tell that @op is about to be done; @held: beside a pin. */
void gr_supervision_op(struct gr_supervision *s, const char *op, bool held);

/** gr_supervision_sample() - let the oracles look, and tell what they found. */
void gr_supervision_sample(struct gr_supervision *s, enum gr_point point);

/** gr_evidence_add() - what the stage shows of @f: pin_in_flight and gone_page. */
void gr_evidence_add(const struct gr_supervision *s, struct gr_finding *f);

/** gr_pins_any_held() - does a pinner hold pages? */
bool gr_pins_any_held(const struct gr_stage *st);

/**
 * gr_pins_watch() - let held pins go and end loops when their time has come, and
 * note when the last one is over.
 * @now: gr_now_ns().
 */
void gr_pins_watch(struct gr_supervision *s, uint64_t now);

#endif /* GR_ENGINE_SUPERVISE_INTERNAL_H */
