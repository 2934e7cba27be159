// SPDX-License-Identifier: GPL-2.0-only
#include "core/event.h"

static const char *const event_names[] = {
	[GR_EV_RUN_BEGIN] = "run_begin",
	[GR_EV_PLAN] = "plan",
	[GR_EV_CASE_BEGIN] = "case_begin",
	[GR_EV_OP] = "op",
	[GR_EV_FINDING] = "finding",
	[GR_EV_CASE_END] = "case_end",
	[GR_EV_NOTE] = "note",
	[GR_EV_GUEST] = "guest",
	[GR_EV_RUN_END] = "run_end",
};

static const char *const guest_state_names[] = {
	[GR_GUEST_STARTED] = "started",
	[GR_GUEST_SPENT] = "spent",
	[GR_GUEST_DIED] = "died",
	[GR_GUEST_SILENT] = "silent",
};

const char *gr_event_name(enum gr_event_type type)
{
	return event_names[type];
}

const char *gr_guest_state_name(enum gr_guest_state state)
{
	return guest_state_names[state];
}
