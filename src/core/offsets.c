// SPDX-License-Identifier: GPL-2.0-only
#include "core/offsets.h"

#include <stdio.h>
#include <string.h>

#define HALF (GR_OFFSET_BINS / 2)
#define FIRST_BIN_NS 64
#define LAST (GR_OUTCOMES_MAX - 1)

/* An offset that is further away is one that was not meant: hours. */
#define BIN_MAX_NS (1ull << 42)

unsigned int gr_offsets_outcome(struct gr_offsets *o,
				const struct gr_outcome *what)
{
	for (unsigned int i = 0; i < o->nr_outcomes; i++)
		if (!memcmp(&o->outcome[i], what, sizeof(*what)))
			return i;
	if (o->nr_outcomes == GR_OUTCOMES_MAX)
		return LAST;
	o->outcome[o->nr_outcomes] = *what;
	return o->nr_outcomes++;
}

static void merge(struct gr_offset_bin *to, const struct gr_offset_bin *from)
{
	for (int i = 0; i < GR_OUTCOMES_MAX; i++)
		to->by_outcome[i] += from->by_outcome[i];
}

/* Twice as wide, with 0 between the same two bins. */
static void widen(struct gr_offsets *o)
{
	struct gr_offset_bin old[GR_OFFSET_BINS];

	memcpy(old, o->bin, sizeof(old));
	memset(o->bin, 0, sizeof(o->bin));
	for (int i = 0; i < GR_OFFSET_BINS; i++)
		merge(&o->bin[HALF / 2 + i / 2], &old[i]);
	o->bin_ns *= 2;
}

static int64_t limit_ns(const struct gr_offsets *o)
{
	return (int64_t)(o->bin_ns * HALF);
}

void gr_offsets_add(struct gr_offsets *o, int64_t offset_ns,
		    unsigned int outcome)
{
	int64_t max = (int64_t)(BIN_MAX_NS * HALF);
	int64_t at;

	if (!o->bin_ns)
		o->bin_ns = FIRST_BIN_NS;
	if (offset_ns >= max)
		offset_ns = max - 1;
	if (offset_ns < -max)
		offset_ns = -max;
	while (offset_ns < -limit_ns(o) || offset_ns >= limit_ns(o))
		widen(o);
	at = (offset_ns + limit_ns(o)) / (int64_t)o->bin_ns;
	o->bin[at].by_outcome[outcome]++;
	o->nr++;
}

int64_t gr_offsets_bin_begin(const struct gr_offsets *o, unsigned int i)
{
	return (int64_t)i * (int64_t)o->bin_ns - limit_ns(o);
}

uint64_t gr_offsets_bin_nr(const struct gr_offsets *o, unsigned int i)
{
	uint64_t nr = 0;

	for (int j = 0; j < GR_OUTCOMES_MAX; j++)
		nr += o->bin[i].by_outcome[j];
	return nr;
}

const char *gr_outcome_text(const struct gr_outcome *what, char *buf)
{
	const char *name = what->err ? strerrorname_np(what->err) : "success";

	(void)snprintf(buf, GR_OUTCOME_TEXT, "%s%s%s", name ? name : "error",
		       what->slow ? " slow-path" : "",
		       what->late ? " late" : "");
	return buf;
}
