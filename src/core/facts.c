// SPDX-License-Identifier: GPL-2.0-only
#include "core/facts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/target.h"

uint64_t gr_facts_overlaps(const struct gr_facts *facts)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < facts->nr_pinners; i++)
		sum += facts->pin[i].nr_overlaps;
	return sum;
}

bool gr_facts_in_pin(const struct gr_facts *facts)
{
	for (uint32_t i = 0; i < facts->nr_pinners; i++)
		if (__atomic_load_n(&facts->pin[i].in_pin, __ATOMIC_ACQUIRE))
			return true;
	return false;
}

const char *gr_pin_place(const struct gr_pin_facts *pin,
			 const struct gr_target *target, char *buf)
{
	buf[0] = '\0';
	if (target->ops->flags & GR_TARGET_FILE && pin->nr_spans)
		(void)snprintf(buf, GR_PIN_PLACE_MAX,
			       " at offset %" PRIu64 " of the file",
			       target->file_off + pin->span[0].off);
	return buf;
}

void gr_errno_count_add(struct gr_errno_count *rows, uint64_t *other, int err)
{
	for (int i = 0; i < GR_ERRNOS_MAX; i++) {
		if (rows[i].nr && rows[i].err != err)
			continue;
		rows[i].err = err;
		rows[i].nr++;
		return;
	}
	(*other)++;
}

void gr_data_wrong_add(struct gr_data_facts *facts,
		       const struct gr_data_wrong *wrong)
{
	if (!facts->nr_wrong)
		facts->first = *wrong;
	__atomic_store_n(&facts->nr_wrong, facts->nr_wrong + 1,
			 __ATOMIC_RELEASE);
}

static bool agrees(const struct gr_policy_fact *a,
		   const struct gr_policy_fact *b)
{
	return a->id == b->id && a->err == b->err && a->align == b->align &&
	       !strncmp(a->who, b->who, sizeof(a->who));
}

void gr_policy_fact_add(struct gr_policy_facts *facts,
			const struct gr_policy_fact *fact)
{
	uint32_t nr = facts->nr;

	for (uint32_t i = 0; i < nr; i++)
		if (agrees(&facts->of[i], fact)) {
			facts->of[i].nr++;
			return;
		}
	if (nr == GR_POLICY_FACTS_MAX) {
		facts->nr_lost++;
		return;
	}
	facts->of[nr] = *fact;
	facts->of[nr].nr = 1;
	__atomic_store_n(&facts->nr, nr + 1, __ATOMIC_RELEASE);
}
