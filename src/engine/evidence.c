// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the stage shows beside a finding, for the table of known bugs: was a page had
 * when it went, and was it the page of what had gone?
 */
#include "core/invalidate.h"
#include "engine/supervise_internal.h"

#define LOAD(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)

/* Is there evidence of a pin that outlived the teardown? */
static bool pin_outlived(const struct gr_facts *f)
{
	uint64_t end = f->inv.end_ns;

	for (uint32_t i = 0; end && i < f->nr_pinners; i++) {
		const struct gr_pin_facts *p = &f->pin[i];

		if (p->held_ns && (!p->unpin_ns || p->unpin_ns > end))
			return true;
		if (p->entered != GR_PHASE_RETURNED &&
		    (LOAD(&p->in_pin) || p->left == GR_PHASE_RETURNED))
			return true;
	}
	return false;
}

/*
 * Whose pin or unpin died was using a page that had gone while it was had, whether or
 * not the teardown has returned: one that is slow is not one that waits.
 */
static bool pin_died(const struct gr_facts *f, const struct gr_finding *found)
{
	uint64_t begin = LOAD(&f->inv.begin_ns);

	if (found->class != GR_CLASS_CRASH || !found->pid || !begin)
		return false;
	for (uint32_t i = 0; i < f->nr_pinners; i++) {
		const struct gr_pin_facts *p = &f->pin[i];

		if (LOAD(&p->pid) == found->pid)
			return p->held_ns ? LOAD(&p->unpin_ns) > begin &&
						    !LOAD(&p->unpinned_ns)
					  : LOAD(&p->in_pin);
	}
	return false;
}

/* Is it a struct page of the device that is being, or has been, taken away? */
static bool is_gone_page(const struct gr_supervision *s,
			 const struct gr_finding *f)
{
	const struct gr_stage *st = s->st;
	const struct gr_target *t = &st->target;

	return f->address && t->whole_start != UINT64_MAX && st->c.inv &&
	       st->c.inv->flags & GR_INV_TEARDOWN &&
	       LOAD(&st->facts.inv.begin_ns) && !LOAD(&st->facts.attached) &&
	       gr_vmemmap_has(&s->run->vmemmap, t->whole_start, t->whole_size,
			      f->address);
}

void gr_evidence_add(const struct gr_supervision *s, struct gr_finding *f)
{
	f->pin_in_flight |=
		pin_outlived(&s->st->facts) || pin_died(&s->st->facts, f);
	f->gone_page |= is_gone_page(s, f);
}
