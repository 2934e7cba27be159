// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tries of a replay: each is guprace run, or guprace vm -- run, as a person
 * would type it, and its events are read.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/words.h"
#include "cli/replay.h"
#include "core/recipe.h"
#include "core/verdict.h"
#include "report/stream.h"
#include "sys/file.h"
#include "sys/spawn.h"

static int write_scenario(const struct gr_replay *r, char *path)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	int ret = gr_path(path, "%s/replay.ini", r->folder);

	if (!f)
		return gr_err(-ENOMEM, "cannot write a scenario");
	gr_recipe_write(f, &r->c, "10s");
	if (fclose(f))
		ret = -ENOMEM;
	if (!ret)
		ret = gr_file_replace(path, text, len);
	free(text);
	return ret ? gr_err(ret, "cannot write '%s'", path) : 0;
}

static bool names_kernel(char *const *where)
{
	for (; *where; where++)
		if (!strncmp(*where, "--kernel", strlen("--kernel")))
			return true;
	return false;
}

static void add_where(const struct gr_replay *r, struct gr_words *argv)
{
	for (char *const *word = r->where; *word; word++)
		(void)gr_words_add(argv, "%s", *word); /* sticky */
}

static int make_words(const struct gr_replay *r, const char *scenario,
		      struct gr_words *argv)
{
	(void)gr_words_add(argv, "/proc/self/exe"); /* an error is kept */
	if (r->in_guest) {
		(void)gr_words_add(argv, "vm");
		if (!names_kernel(r->where))
			(void)gr_words_add(argv, "--kernel=%s", r->release);
		add_where(r, argv);
		(void)gr_words_add(argv, "--");
	}
	(void)gr_words_add(argv, "run");
	if (!r->in_guest)
		add_where(r, argv);
	(void)gr_words_add(argv, "--format=json");
	(void)gr_words_add(argv, "--case=%s", r->c.name);
	(void)gr_words_add(argv, "--seed=%llu", (unsigned long long)r->seed);
	(void)gr_words_add(argv, "--slice=%lluns",
			   (unsigned long long)r->slice_ns);
	for (unsigned int i = 0; i < r->nr_offsets; i++)
		(void)gr_words_add(argv, "--offset=%lld",
				   (long long)r->offset_ns[i]);
	return gr_words_add(argv, "%s", scenario);
}

/* What one try came to. */
struct outcome {
	bool tested, hit, other;
	double seconds; /* to the first hit */
	char said[GR_REASON_MAX];
};

static void take_finding(const struct gr_replay *r, const struct gr_event *ev,
			 struct outcome *out)
{
	const struct gr_finding *f = ev->finding.finding;

	if (strcmp(gr_class_name(f->class), r->class) ||
	    strcmp(f->signature, r->signature)) {
		out->other = true;
		return;
	}
	if (!out->hit)
		out->seconds = (double)ev->time_ns / 1e9;
	out->hit = true;
	out->tested = true;
}

static void take_event(const struct gr_replay *r, const struct gr_event *ev,
		       struct outcome *out)
{
	if (ev->type == GR_EV_FINDING)
		take_finding(r, ev, out);
	if (ev->type != GR_EV_CASE_END)
		return;
	out->tested |= ev->case_end.verdict != GR_SKIP &&
		       ev->case_end.verdict != GR_BROKEN &&
		       ev->case_end.verdict != GR_INCONCLUSIVE;
	(void)snprintf(out->said, sizeof(out->said), "%s%s%s",
		       gr_verdict_name(ev->case_end.verdict),
		       ev->case_end.reason[0] ? ": " : "", ev->case_end.reason);
}

/* Lines that are no events are what it said to people. */
static void take_output(const struct gr_replay *r, char *text,
			struct outcome *out)
{
	char *line;

	while ((line = strsep(&text, "\n"))) {
		struct gr_event ev;
		void *arena;

		if (*line != '{' || gr_stream_parse(line, &ev, &arena)) {
			if (!strncmp(line, "guprace: ", strlen("guprace: ")))
				(void)snprintf(out->said, sizeof(out->said),
					       "%s", line);
			continue;
		}
		take_event(r, &ev, out);
		gr_stream_parsed_free(arena);
	}
}

static int try_once(const struct gr_replay *r, const char *scenario,
		    struct outcome *out, bool *interrupted)
{
	struct gr_words argv = {0};
	char *text = NULL;
	int status = 0, ret;

	memset(out, 0, sizeof(*out));
	ret = make_words(r, scenario, &argv);
	if (!ret)
		ret = gr_process_output(argv.word, &text, &status);
	gr_words_free(&argv);
	if (ret)
		return gr_err(ret, "cannot run the case again");
	take_output(r, text, out);
	free(text);
	*interrupted = status == 128 + SIGHUP || status == 128 + SIGINT ||
		       status == 128 + SIGTERM;
	if (status == GR_EXIT_USAGE)
		return gr_err(-EINVAL, "the case cannot be run again: %s",
			      out->said);
	return 0;
}

static void say(unsigned int i, unsigned int nr, const struct outcome *out)
{
	if (out->hit)
		printf("%u/%u: found after %.1f s\n", i, nr, out->seconds);
	else
		printf("%u/%u: %s\n", i, nr, out->said);
}

int gr_replay_try(const struct gr_replay *r, unsigned int nr, bool verbose,
		  struct gr_replay_count *count)
{
	char scenario[PATH_MAX];
	struct outcome out;
	int ret;

	memset(count, 0, sizeof(*count));
	ret = write_scenario(r, scenario);
	for (unsigned int i = 1; i <= nr && !ret && !count->interrupted; i++) {
		ret = try_once(r, scenario, &out, &count->interrupted);
		if (ret || count->interrupted)
			break;
		count->nr += out.tested;
		count->hits += out.hit;
		count->others += out.tested && !out.hit && out.other;
		if (verbose)
			say(i, nr, &out);
	}
	return ret;
}
