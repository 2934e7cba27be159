// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each event as one JSON object on a line of its own, for programs to read.
 * The fields are described in docs/json.md; they are those of the stream that
 * a guest sends.
 */
#include <stdlib.h>

#include "core/report.h"
#include "report/internal.h"

static void json_event(struct gr_report *r, const struct gr_event *ev)
{
	char *line;

	if (gr_event_encode(ev, &line)) {
		(void)fputs("{\"event\":\"lost\"}\n", r->out);
		return;
	}
	fprintf(r->out, "%s\n", line);
	free(line);
}

const struct gr_report_ops gr_report_json = {
	.name = "json",
	.summary = "each event as a JSON object on a line, for programs",
	.on =
		{
			[GR_EV_RUN_BEGIN] = json_event,
			[GR_EV_PLAN] = json_event,
			[GR_EV_CASE_BEGIN] = json_event,
			[GR_EV_OP] = json_event,
			[GR_EV_FINDING] = json_event,
			[GR_EV_CASE_END] = json_event,
			[GR_EV_NOTE] = json_event,
			[GR_EV_GUEST] = json_event,
			[GR_EV_RUN_END] = json_event,
		},
};
