// SPDX-License-Identifier: GPL-2.0-only
#include "core/stop.h"

#include <stdio.h>
#include <string.h>

static struct gr_stop_kind *kind_of(struct gr_stop *stop,
				    const struct gr_finding *finding)
{
	struct gr_stop_kind *kind;

	for (unsigned int i = 0; i < stop->nr_kinds; i++) {
		kind = &stop->kind[i];
		if (kind->class == finding->class &&
		    !strcmp(kind->signature, finding->signature))
			return kind;
	}
	if (stop->nr_kinds == GR_STOP_KINDS_MAX)
		return NULL;
	kind = &stop->kind[stop->nr_kinds++];
	kind->class = finding->class;
	memcpy(kind->signature, finding->signature, sizeof(kind->signature));
	return kind;
}

bool gr_stop_add(struct gr_stop *stop, unsigned int case_nr,
		 const struct gr_finding *finding)
{
	struct gr_stop_kind *kind =
		stop->is_off ? NULL : kind_of(stop, finding);

	if (!kind)
		return false;
	if (!kind->nr_cases || kind->last_case != case_nr)
		kind->nr_cases++;
	kind->last_case = case_nr;
	return kind->nr_cases >= GR_STOP_AFTER;
}

char *gr_stop_reason(const struct gr_stop *stop, char *buf, size_t len)
{
	const struct gr_stop_kind *kind;

	buf[0] = '\0';
	for (unsigned int i = 0; i < stop->nr_kinds; i++) {
		kind = &stop->kind[i];
		if (kind->nr_cases < GR_STOP_AFTER)
			continue;
		(void)snprintf(buf, len, "%u cases found the same: %s (%s)",
			       kind->nr_cases, gr_class_name(kind->class),
			       kind->signature); /* cut is fine */
		break;
	}
	return buf;
}
