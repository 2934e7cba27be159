// SPDX-License-Identifier: GPL-2.0-only
/*
 * guprace replay: the case of a saved finding, with its seed and its offsets,
 * again and again, and how often it failed.
 */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/size.h"
#include "cli/command.h"
#include "cli/replay.h"
#include "core/interval.h"
#include "core/recipe.h"
#include "core/verdict.h"
#include "report/stream.h"
#include "sys/file.h"

#define RUNS 20
#define SLICE_NS (10 * 1000000000ull)

struct options {
	const char *file;
	const char *name; /* of the case; NULL = the first finding */
	unsigned int runs;
	uint64_t slice_ns;
	bool minimize;
	const char *output;
	char **where;
};

enum {
	OPT_CASE = 256,
	OPT_MINIMIZE,
	OPT_OUTPUT,
	OPT_RUNS,
	OPT_SLICE,
};

static const struct argp_option options[] = {
	{"case", OPT_CASE, "NAME", 0,
	 "the finding of this case (the first that is new, else the first)", 0},
	{"runs", OPT_RUNS, "N", 0, "so many runs (20)", 0},
	{"slice", OPT_SLICE, "TIME", 0, "the time of each (10s)", 0},
	{"minimize", OPT_MINIMIZE, NULL, 0,
	 "make the case smaller as long as the finding stays, and write it as a "
	 "scenario and as a C file",
	 0},
	{"output", OPT_OUTPUT, "DIR", 0,
	 "where these are written (the current folder)", 0},
	{0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;
	uint64_t nr;

	switch (key) {
	case OPT_CASE:
		o->name = arg;
		return 0;
	case OPT_MINIMIZE:
		o->minimize = true;
		return 0;
	case OPT_OUTPUT:
		o->output = arg;
		return 0;
	case OPT_RUNS:
		if (gr_size_parse(arg, &nr) || !nr || nr > 10000)
			argp_error(state, "'%s' is not a number of runs", arg);
		o->runs = (unsigned int)nr;
		return 0;
	case OPT_SLICE:
		if (gr_duration_parse(arg, &o->slice_ns) || !o->slice_ns)
			argp_error(state, "'%s' is not a time such as 10s",
				   arg);
		return 0;
	case ARGP_KEY_ARG:
		if (o->file)
			return ARGP_ERR_UNKNOWN;
		o->file = arg;
		return 0;
	case ARGP_KEY_ARGS:
		o->where = state->argv + state->next;
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "say which run: the RUN.json that --output "
				  "of a run wrote");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "RUN.json [-- OPTION...]",
	.doc = "Runs the case of a finding again, at its offsets, and says how "
	       "often it failed. Options behind -- are those of guprace vm "
	       "where it was found in a guest, else those of guprace run.",
};

/* ---- the finding ---- */

struct choice {
	const struct options *o;
	struct gr_replay *r;
	bool has, has_new;
};

/*
 * What is seen in its own iteration was done at the offset of that. The ledger
 * looks now and then: what it finds was most likely done where outcomes change.
 */
static void take_offsets(struct gr_replay *r, const struct gr_ev_finding *ev)
{
	const struct gr_ev_aimed *aimed = &ev->aimed;

	r->nr_offsets = aimed->nr_offsets;
	memcpy(r->offset_ns, aimed->offset_ns, sizeof(r->offset_ns));
	if (aimed->nr_offsets && aimed->has_focus &&
	    !strcmp(ev->finding->oracle, "ledger"))
		r->offset_ns[0] = aimed->focus_ns;
}

static void take_finding(struct choice *ch, const struct gr_ev_finding *ev)
{
	struct gr_replay *r = ch->r;
	struct gr_case c;

	if (ch->o->name ? strcmp(ch->o->name, ev->name) || ch->has
			: ch->has_new || (ch->has && ev->known))
		return;
	if (gr_recipe_parse(ev->name, &c))
		return;
	ch->has = true;
	ch->has_new = !ev->known;
	r->c = c;
	(void)snprintf(r->class, sizeof(r->class), "%s",
		       gr_class_name(ev->finding->class));
	(void)snprintf(r->signature, sizeof(r->signature), "%s",
		       ev->finding->signature);
	take_offsets(r, ev);
}

static void take_event(struct choice *ch, const struct gr_event *ev)
{
	struct gr_replay *r = ch->r;

	if (ev->type == GR_EV_FINDING)
		return take_finding(ch, &ev->finding);
	if (ev->type != GR_EV_RUN_BEGIN)
		return;
	r->seed = ev->run_begin.seed;
	r->in_guest = strcmp(ev->run_begin.machine, "host") != 0;
	(void)snprintf(r->release, sizeof(r->release), "%s",
		       ev->run_begin.release);
}

static int take_line(struct choice *ch, const char *line)
{
	struct gr_event ev;
	void *arena;
	int ret = gr_stream_parse(line, &ev, &arena);

	if (ret)
		return gr_err(ret, "'%s' has a line that is no event",
			      ch->o->file);
	take_event(ch, &ev);
	gr_stream_parsed_free(arena);
	return 0;
}

static int read_finding(const struct options *o, struct gr_replay *r)
{
	struct choice ch = {.o = o, .r = r};
	char *text, *rest, *line;
	int ret = gr_file_read(o->file, &text, NULL);

	if (ret)
		return gr_err(ret, "cannot read '%s'", o->file);
	rest = text;
	while (!ret && (line = strsep(&rest, "\n")))
		if (*line)
			ret = take_line(&ch, line);
	free(text);
	if (!ret && !ch.has)
		ret = gr_err(-ENOENT,
			     "'%s' has no finding%s%s of a case that "
			     "can be run again",
			     o->file, o->name ? " of " : "",
			     o->name ? o->name : "");
	return ret;
}

/* ---- the result ---- */

static void print_task(const struct gr_replay *r)
{
	printf("seed %llu: %s, %s (%s), found on %s",
	       (unsigned long long)r->seed, r->c.name, r->class, r->signature,
	       r->release);
	for (unsigned int i = 0; i < r->nr_offsets; i++)
		printf("%s%lld", i ? ", " : ", at offset (ns) ",
		       (long long)r->offset_ns[i]);
	putchar('\n');
}

static int conclude(const struct gr_replay_count *count)
{
	const struct gr_interval in =
		gr_interval_wilson(count->hits, count->nr);

	if (!count->nr) {
		puts("no run tested anything");
		return GR_EXIT_BROKEN;
	}
	if (count->others)
		printf("%u run%s found something else\n", count->others,
		       count->others == 1 ? "" : "s");
	if (!count->hits) {
		printf("not reproduced in %u run%s: this kernel does not show "
		       "it, or in less than %.1f %% of such runs (95 %% "
		       "confidence)\n",
		       count->nr, count->nr == 1 ? "" : "s", 100 * in.to);
		return GR_EXIT_PASS;
	}
	printf("reproduced in %u of %u runs: %.0f %%, with 95 %% confidence "
	       "%.1f to %.1f %%\n",
	       count->hits, count->nr, 100.0 * count->hits / count->nr,
	       100 * in.from, 100 * in.to);
	return GR_EXIT_FAIL;
}

static int replay(struct gr_replay *r, const struct options *o)
{
	struct gr_replay_count count;

	if (o->minimize)
		return gr_replay_minimize(r, o->output);
	if (gr_replay_try(r, o->runs, true, &count))
		return GR_EXIT_BROKEN;
	return count.interrupted ? 130 : conclude(&count);
}

static int replay_main(int argc, char **argv)
{
	static char *nowhere[] = {NULL};
	struct options o = {.runs = RUNS, .slice_ns = SLICE_NS, .output = "."};
	struct gr_replay *r;
	int status = GR_EXIT_USAGE;

	if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &o))
		return status;
	r = calloc(1, sizeof(*r));
	if (!r)
		return gr_err(-ENOMEM, "cannot start"), GR_EXIT_BROKEN;
	r->where = o.where ? o.where : nowhere;
	r->slice_ns = o.slice_ns;
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!read_finding(&o, r)) {
		print_task(r);
		status = GR_EXIT_BROKEN;
		if (!gr_temp_dir(r->folder)) {
			status = replay(r, &o);
			gr_tree_remove(r->folder);
		}
	}
	free(r);
	return status;
}

const struct gr_command gr_command_replay = {
	.name = "replay",
	.summary = "run the case of a saved finding again",
	.run = replay_main,
};
