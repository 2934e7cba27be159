// SPDX-License-Identifier: GPL-2.0-only
#include "engine/leftovers.h"

#include <signal.h>
#include <stdlib.h>

#include "base/log.h"
#include "sys/changes.h"
#include "sys/process.h"
#include "sys/undo.h"

/* What blocks on a device may block for ever. */
#define UNDO_MS 10000u

#define HOW "'guprace recover' takes back what is left"

void gr_leftovers_tell(void)
{
	struct gr_change *all;
	ssize_t nr = gr_changes_read(GR_CHANGES_PATH, &all);
	unsigned int nr_left = 0;

	for (ssize_t i = 0; i < nr; i++)
		nr_left += !gr_change_is_alive(&all[i]);
	if (nr_left)
		gr_warn("a run that was killed has left %u change%s of this "
			"machine: " HOW,
			nr_left, nr_left == 1 ? "" : "s");
	if (nr >= 0)
		free(all);
}

static bool has_left(pid_t run, unsigned int kinds)
{
	struct gr_change *all;
	ssize_t nr = gr_changes_read(GR_CHANGES_PATH, &all);
	bool found = false;

	for (ssize_t i = 0; i < nr; i++)
		found |= all[i].run == run && kinds & (1u << all[i].kind);
	if (nr >= 0)
		free(all);
	return found;
}

static void say(void *arg, bool done, const char *text)
{
	(void)arg;
	if (done)
		gr_info("%s", text);
	else
		gr_warn("%s: " HOW, text);
}

void gr_leftovers_undo(const struct gr_ctx *ctx, unsigned int kinds)
{
	const struct gr_undo undo = {
		.path = GR_CHANGES_PATH,
		.run = ctx->run,
		.kinds = kinds,
		.say = say,
	};
	int status;
	pid_t pid;

	if (!ctx->run || !has_left(ctx->run, kinds))
		return;
	pid = gr_fork(-1);
	if (!pid) {
		(void)gr_undo(&undo); /* has said what is left */
		gr_exit_now(0);
	}
	if (pid > 0 && gr_reap(pid, UNDO_MS, &status))
		return;
	if (pid > 0)
		(void)gr_kill(pid, SIGKILL); /* it may be stuck in the kernel */
	gr_warn("what the run changed is not all taken back: " HOW);
}
