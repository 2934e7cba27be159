// SPDX-License-Identifier: GPL-2.0-only
#include "cli/run_options.h"

#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/size.h"
#include "core/registry.h"
#include "core/verdict.h"

enum {
	OPT_ALIGN = 256,
	OPT_ALLOW_CRASH,
	OPT_CASE,
	OPT_FORCE,
	OPT_FORMAT,
	OPT_FS,
	OPT_INVALIDATE,
	OPT_NAMESPACE,
	OPT_OFFSET,
	OPT_ORACLE,
	OPT_OUTPUT,
	OPT_PIN,
	OPT_SEED,
	OPT_SLICE,
	OPT_STRICT,
	OPT_TARGET,
	OPT_TEXT,
	OPT_TIME,
};

static const struct argp_option options[] = {
	{"namespace", OPT_NAMESPACE, "N", 0,
	 "a namespace that may be used, and will be overwritten; may be given "
	 "again; needed on a host",
	 0},
	{"target", OPT_TARGET, "T,...", 0, "only these targets", 0},
	{"pin", OPT_PIN, "P,...", 0, "only these pins", 0},
	{"invalidate", OPT_INVALIDATE, "I,...", 0, "only these invalidators",
	 0},
	{"oracle", OPT_ORACLE, "O,...", 0, "only these oracles judge", 0},
	{"align", OPT_ALIGN, "SIZE", 0, "only this alignment: 4K, 2M or 1G", 0},
	{"fs", OPT_FS, "F,...", 0,
	 "only files on these file systems: ext4, xfs or xfs-reflink", 0},
	{"case", OPT_CASE, "PATTERN", 0,
	 "only cases of this name, * and ? allowed; may be given again", 0},
	{"time", OPT_TIME, "TIME", 0, "scale the whole run to about this", 0},
	{"slice", OPT_SLICE, "TIME", 0, "the time of each case", 0},
	{"seed", OPT_SEED, "N", 0, "decides all that chance decides", 0},
	{"offset", OPT_OFFSET, "NS", 0,
	 "aim pins of races at this offset only: so many nanoseconds after the "
	 "invalidation begins, or before it (-NS); again for a second pinner",
	 0},
	{"strict", OPT_STRICT, NULL, 0, "known kernel bugs fail the run", 0},
	{"force", OPT_FORCE, NULL, 0,
	 "use the named namespaces although they carry something", 0},
	{"allow-crash", OPT_ALLOW_CRASH, NULL, 0,
	 "run cases that are known to kill this kernel", 0},
	{"format", OPT_FORMAT, "F", 0, "human (default), json or ktap", 0},
	{"output", OPT_OUTPUT, "DIR", 0, "write RUN.json there as well", 0},
	{"text", OPT_TEXT, "FILE\nTEXT", OPTION_HIDDEN,
	 "a scenario of the host's file system", 0},
	{0},
};

static void add(struct argp_state *state, struct gr_run_list *list,
		const void *what)
{
	if (list->nr == GR_RUN_WORDS_MAX)
		argp_error(state, "too many words in one list");
	else
		list->of[list->nr++] = what;
}

static const void *find_target(const char *name)
{
	return gr_target_find(name);
}

static const void *find_pin(const char *name)
{
	return gr_pin_find(name);
}

static const void *find_inv(const char *name)
{
	return gr_invalidate_find(name);
}

static const void *find_oracle(const char *name)
{
	return gr_oracle_find(name);
}

struct kind {
	const char *what; /* "a pin; 'guprace list pins' names them" */
	const void *(*find)(const char *name);
};

static const struct kind target_kind = {
	"a target; 'guprace list targets' names them", find_target};
static const struct kind pin_kind = {"a pin; 'guprace list pins' names them",
				     find_pin};
static const struct kind inv_kind = {
	"an invalidator; 'guprace list invalidators' names them", find_inv};
static const struct kind oracle_kind = {
	"an oracle; 'guprace list oracles' names them", find_oracle};

static void add_named(struct argp_state *state, struct gr_run_list *list,
		      char *words, const struct kind *kind)
{
	char *word;

	while ((word = strsep(&words, ","))) {
		const void *ops = kind->find(word);

		if (ops)
			add(state, list, ops);
		else
			argp_error(state, "'%s' is not %s", word, kind->what);
	}
}

static void add_fs(struct argp_state *state, struct gr_run_options *o,
		   char *words)
{
	enum gr_fs fs;
	char *word;

	while ((word = strsep(&words, ",")))
		if (gr_target_fs_parse(word, &fs))
			argp_error(state,
				   "'%s' is not a file system: ext4, xfs or "
				   "xfs-reflink",
				   word);
		else
			o->file_systems |= 1u << fs;
}

static error_t parse_pick(int key, char *arg, struct argp_state *state)
{
	struct gr_run_options *o = state->input;

	switch (key) {
	case OPT_NAMESPACE:
		add(state, &o->namespaces, arg);
		return 0;
	case OPT_TARGET:
		add_named(state, &o->targets, arg, &target_kind);
		return 0;
	case OPT_PIN:
		add_named(state, &o->pins, arg, &pin_kind);
		return 0;
	case OPT_INVALIDATE:
		add_named(state, &o->invs, arg, &inv_kind);
		return 0;
	case OPT_ORACLE:
		add_named(state, &o->oracles, arg, &oracle_kind);
		return 0;
	case OPT_FS:
		add_fs(state, o, arg);
		return 0;
	case OPT_TEXT:
		add(state, &o->texts, arg);
		return 0;
	case OPT_CASE:
		add(state, &o->cases, arg);
		return 0;
	case OPT_ALIGN:
		if (gr_size_parse(arg, &o->align))
			argp_error(state, "'%s' is not a size such as 2M", arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void parse_seed(struct argp_state *state, const char *arg,
		       struct gr_run_options *o)
{
	uint64_t seed;

	if (gr_size_parse(arg, &seed))
		argp_error(state, "'%s' is not a number", arg);
	o->seed = seed;
	o->has_seed = true;
}

static void parse_offset(struct argp_state *state, const char *arg,
			 struct gr_run_options *o)
{
	bool before = *arg == '-';
	uint64_t ns;

	if (gr_size_parse(arg + before, &ns) || ns > INT64_MAX)
		argp_error(state, "'%s' is not a number of nanoseconds", arg);
	else if (o->nr_offsets == GR_CTX_OFFSETS_MAX)
		argp_error(state, "no race has more than %d pinners",
			   GR_CTX_OFFSETS_MAX);
	else
		o->offset_ns[o->nr_offsets++] =
			before ? -(int64_t)ns : (int64_t)ns;
}

static void parse_time(struct argp_state *state, const char *arg, uint64_t *ns)
{
	if (gr_duration_parse(arg, ns) || !*ns)
		argp_error(state, "'%s' is not a time such as 90s", arg);
}

static void check_times(struct argp_state *state,
			const struct gr_run_options *o)
{
	if (o->time_ns && o->slice_ns)
		argp_error(state, "say --time or --slice, not both: one "
				  "follows from the other");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct gr_run_options *o = state->input;

	switch (key) {
	case OPT_TIME:
		parse_time(state, arg, &o->time_ns);
		return 0;
	case OPT_SLICE:
		parse_time(state, arg, &o->slice_ns);
		return 0;
	case ARGP_KEY_END:
		check_times(state, o);
		return 0;
	case OPT_SEED:
		parse_seed(state, arg, o);
		return 0;
	case OPT_OFFSET:
		parse_offset(state, arg, o);
		return 0;
	case OPT_STRICT:
		o->strict = true;
		return 0;
	case OPT_FORCE:
		o->force = true;
		return 0;
	case OPT_ALLOW_CRASH:
		o->allow_crash = true;
		return 0;
	case OPT_FORMAT:
		o->format = gr_report_find(arg);
		if (!o->format)
			argp_error(state,
				   "'%s' is not a format: human, json "
				   "or ktap",
				   arg);
		return 0;
	case OPT_OUTPUT:
		o->output = arg;
		return 0;
	case ARGP_KEY_ARG:
		add(state, &o->scenarios, arg);
		return 0;
	case ARGP_KEY_NO_ARGS:
		if (!o->texts.nr)
			argp_error(state,
				   "say what to run; 'guprace list scenarios' "
				   "names the built-in ones");
		return 0;
	default:
		return parse_pick(key, arg, state);
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "SCENARIO...",
	.doc = "Runs scenarios: built-in ones by name (\"all\" = every one), "
	       "others by the path of their file, and judges the kernel.",
};

static void draw_seed(struct gr_run_options *o)
{
	uint32_t seed;

	if (getrandom(&seed, sizeof(seed), 0) != (ssize_t)sizeof(seed))
		seed = (uint32_t)gr_now_ns();
	o->seed = seed;
}

int gr_run_options_parse(int argc, char **argv, struct gr_run_options *opts)
{
	memset(opts, 0, sizeof(*opts));
	if (argp_parse(&argp, argc, argv, 0, NULL, opts))
		return -EINVAL;
	if (!opts->has_seed)
		draw_seed(opts);
	if (!opts->format)
		opts->format = gr_report_find("human");
	return 0;
}
