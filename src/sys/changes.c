// SPDX-License-Identifier: GPL-2.0-only
#include "sys/changes.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "sys/file.h"
#include "sys/lines.h"
#include "sys/process.h"

#define LINE_MAX_BYTES 320

static const char *const kind_names[] = {
	[GR_CHANGE_DM] = "dm",
	[GR_CHANGE_FILE] = "file",
	[GR_CHANGE_MOUNT] = "mount",
	[GR_CHANGE_NAMESPACE] = "namespace",
	[GR_CHANGE_NULLBLK] = "null_blk",
};

static int kind_of(const char *name)
{
	for (int i = 0; i < GR_NR_CHANGES; i++)
		if (!strcmp(kind_names[i], name))
			return i;
	return -EINVAL;
}

/* Return: 0, or -EINVAL it is no line of ours. */
static int parse(const char *line, struct gr_change *c)
{
	char kind[16];
	int run, at = 0, known;

	memset(c, 0, sizeof(*c));
	if (sscanf(line, "%15s %d %" SCNu64 " %31s %n", kind, &run, &c->began,
		   c->before, &at) != 4 ||
	    !at)
		return -EINVAL;
	known = kind_of(kind);
	if (known < 0 || strlen(line + at) >= sizeof(c->what) || run <= 0)
		return -EINVAL;
	c->kind = (enum gr_change_kind)known;
	c->run = run;
	if (!strcmp(c->before, "-"))
		c->before[0] = '\0';
	(void)snprintf(c->what, sizeof(c->what), "%.*s",
		       (int)strcspn(line + at, "\n"), line + at);
	return c->what[0] ? 0 : -EINVAL;
}

static bool is_same(const char *line, const void *arg)
{
	const struct gr_change *want = arg;
	struct gr_change c;

	return !parse(line, &c) && c.kind == want->kind &&
	       !strcmp(c.what, want->what);
}

ssize_t gr_changes_read(const char *path, struct gr_change **out)
{
	struct gr_change *all;
	char *text, *line;
	size_t nr = 0, max = 1;
	int ret = gr_file_read(path, &text, NULL);

	*out = NULL;
	if (ret)
		return ret == -ENOENT ? 0 : ret;
	for (const char *p = text; *p; p++)
		max += *p == '\n';
	all = calloc(max, sizeof(*all));
	for (char *rest = text; all && (line = strsep(&rest, "\n"));)
		nr += !parse(line, &all[nr]);
	free(text);
	if (!all)
		return -ENOMEM;
	*out = all;
	return (ssize_t)nr;
}

/* What was noted of a namespace first is how the person had it. */
static void keep_before(const char *path, struct gr_change *change)
{
	struct gr_change *all;
	ssize_t nr = gr_changes_read(path, &all);

	for (ssize_t i = 0; i < nr; i++)
		if (all[i].kind == change->kind &&
		    !strcmp(all[i].what, change->what) && all[i].before[0])
			memcpy(change->before, all[i].before,
			       sizeof(change->before));
	if (nr >= 0)
		free(all);
}

int gr_change_put(const char *path, struct gr_change *change)
{
	char line[LINE_MAX_BYTES];
	int ret;

	if (change->run <= 0)
		return -EINVAL; /* nobody could tell whether that run lives */
	ret = gr_process_began(change->run, &change->began);
	if (ret)
		return ret;
	if (strchr(change->what, '\n') || !change->what[0])
		return -EINVAL;
	if (change->kind == GR_CHANGE_NAMESPACE)
		keep_before(path, change);
	(void)snprintf(line, sizeof(line), "%s %d %" PRIu64 " %s %s\n",
		       kind_names[change->kind], (int)change->run,
		       change->began, change->before[0] ? change->before : "-",
		       change->what);
	return gr_lines_put(path, is_same, change, line);
}

int gr_change_take(const char *path, enum gr_change_kind kind, const char *what)
{
	struct gr_change change = {.kind = kind};

	(void)snprintf(change.what, sizeof(change.what), "%s", what);
	if (!gr_lines_have(path, is_same, &change))
		return 0;
	return gr_lines_put(path, is_same, &change, NULL);
}

int gr_change_begin(pid_t run, enum gr_change_kind kind, const char *what,
		    const char *before)
{
	struct gr_change change = {.kind = kind, .run = run};
	int ret = -ENAMETOOLONG;

	if ((size_t)snprintf(change.what, sizeof(change.what), "%s", what) <
	    sizeof(change.what)) {
		(void)snprintf(change.before, sizeof(change.before), "%s",
			       before ? before : "");
		ret = gr_change_put(GR_CHANGES_PATH, &change);
	}
	return ret ? gr_err(ret, "cannot note '%s' in '" GR_CHANGES_PATH "'",
			    what)
		   : 0;
}

void gr_change_end(enum gr_change_kind kind, const char *what)
{
	int ret = gr_change_take(GR_CHANGES_PATH, kind, what);

	if (ret)
		gr_warn("cannot strike '%s' out of '" GR_CHANGES_PATH "': %s",
			what, strerror(-ret));
}

bool gr_change_is_alive(const struct gr_change *change)
{
	uint64_t began;
	int state = gr_process_state(change->run);

	return state > 0 && state != 'Z' && state != 'X' &&
	       !gr_process_began(change->run, &began) && began == change->began;
}
