// SPDX-License-Identifier: GPL-2.0-only
/*
 * guprace recover: takes back what a run that was killed has left.
 */
#include <argp.h>
#include <stdio.h>

#include "base/log.h"
#include "cli/command.h"
#include "core/verdict.h"
#include "sys/kernel.h"
#include "sys/undo.h"

struct recovery {
	unsigned int nr_lines;
	unsigned int nr_left;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	if (key != ARGP_KEY_ARG)
		return ARGP_ERR_UNKNOWN;
	argp_error(state, "'%s' is one too many: recover takes no words", arg);
	return 0;
}

static const struct argp argp = {
	.parser = parse,
	.doc = "Takes back what runs that were killed have left on this "
	       "machine: mounted file systems, null_blk and device-mapper "
	       "devices, namespaces that are out of use. What a run that goes "
	       "on uses is left alone.",
};

static void say(void *arg, bool done, const char *text)
{
	struct recovery *r = arg;

	r->nr_lines++;
	if (done) {
		printf("%s\n", text);
		return;
	}
	r->nr_left++;
	gr_err(0, "%s", text);
}

static int recover_main(int argc, char **argv)
{
	struct recovery r = {0};
	const struct gr_undo undo = {
		.path = GR_CHANGES_PATH,
		.kinds = GR_UNDO_ALL,
		.say = say,
		.arg = &r,
	};
	int ret;

	if (argp_parse(&argp, argc, argv, 0, NULL, NULL))
		return GR_EXIT_USAGE;
	if (!gr_is_root())
		return gr_err(0, "recover needs root"), GR_EXIT_BROKEN;
	ret = gr_undo(&undo);
	if (ret && !r.nr_left)
		gr_err(ret, "cannot read '%s'", undo.path);
	else if (!r.nr_lines)
		puts("nothing was left");
	return ret ? GR_EXIT_BROKEN : GR_EXIT_PASS;
}

const struct gr_command gr_command_recover = {
	.name = "recover",
	.summary = "take back what a killed run has left",
	.run = recover_main,
};
