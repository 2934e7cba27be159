// SPDX-License-Identifier: GPL-2.0-only
#include "engine/judge.h"

#include "core/known.h"

static enum gr_verdict judge_findings(const struct gr_run *run,
				      const struct gr_stage *st,
				      struct gr_result *res)
{
	struct gr_findings *list = &res->found;
	enum gr_verdict verdict = GR_PASS;

	for (unsigned int i = 0; i < list->nr; i++) {
		const struct gr_finding *f = &list->of[i];
		const char *id = gr_known_match(&st->c, list, f, run->known);

		if (id && !res->known)
			res->known = id;
		if (id)
			verdict = gr_verdict_fold(verdict, GR_KNOWN);
		else
			verdict = gr_verdict_fold(verdict,
						  f->hang ? GR_HANG : GR_FAIL);
		if (!res->reason.text[0] || (!id && f->hang))
			gr_reason_set(&res->reason, "%s: %s",
				      gr_class_name(f->class), f->summary);
	}
	if (list->nr_dropped) { /* what nobody has looked at is not known */
		verdict = gr_verdict_fold(verdict, GR_FAIL);
		res->spent = true;
	}
	return verdict;
}

/* No finding: did we test at all? */
static enum gr_verdict judge_test(const struct gr_stage *st,
				  const struct gr_evidence *ev,
				  struct gr_reason *why)
{
	if (ev->interrupted) {
		gr_reason_set(why, "interrupted by a signal");
		return GR_INCONCLUSIVE;
	}
	for (int i = 0; i < GR_WORKERS_MAX; i++)
		if (st->worker[i].ret) {
			*why = st->worker[i].reason;
			return GR_BROKEN;
		}
	if (st->skip.text[0]) {
		*why = st->skip;
		return GR_SKIP;
	}
	if (ev->worker_died || !st->finished) {
		gr_reason_set(why, "a worker died during: %s", ev->op);
		return GR_BROKEN;
	}
	if (ev->blind) {
		gr_reason_set(why, "an oracle was blind: %s", ev->blind);
		return GR_INCONCLUSIVE;
	}
	if (st->c.kind == GR_CASE_RACE && !gr_facts_overlaps(&st->facts)) {
		gr_reason_set(why, "no pin was in flight while the "
				   "invalidation was");
		return GR_INCONCLUSIVE;
	}
	return GR_PASS;
}

void gr_judge(const struct gr_run *run, const struct gr_stage *st,
	      const struct gr_evidence *ev, struct gr_result *res)
{
	res->verdict = res->found.nr ? judge_findings(run, st, res)
				     : judge_test(st, ev, &res->reason);
}
