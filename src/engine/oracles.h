/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The oracles of a run, asked as one. An oracle that is not open is BLIND for
 * the run and is passed over.
 */
#ifndef GR_ENGINE_ORACLES_H
#define GR_ENGINE_ORACLES_H

#include "core/oracle.h"
#include "engine/run.h"

/** gr_oracles_open() - @ops is NULL-terminated; fills run->oracle. */
void gr_oracles_open(struct gr_run *run,
		     const struct gr_oracle_ops *const *ops);

/** gr_oracles_close() - undo gr_oracles_open(). */
void gr_oracles_close(struct gr_run *run);

/** gr_oracles_begin() - a case begins. */
void gr_oracles_begin(struct gr_run *run, const struct gr_scene *scene);

/** gr_oracles_sample() - let each look; findings are added to @out. */
void gr_oracles_sample(struct gr_run *run, const struct gr_scene *scene,
		       enum gr_point point, struct gr_findings *out);

/**
 * gr_oracles_judge() - the case is over.
 *
 * Return: why one that this kind of case requires was BLIND, or NULL.
 */
const char *gr_oracles_judge(struct gr_run *run, const struct gr_scene *scene,
			     struct gr_findings *out);

/** gr_oracles_figures() - what they measured in the case. */
void gr_oracles_figures(const struct gr_run *run, struct gr_figures *out);

#endif /* GR_ENGINE_ORACLES_H */
