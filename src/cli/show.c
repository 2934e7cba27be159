// SPDX-License-Identifier: GPL-2.0-only
#include "cli/show.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "core/registry.h"
#include "sys/call.h"

static int open_file(struct gr_show *show, const struct gr_run_options *opts)
{
	char path[PATH_MAX];
	int ret;

	ret = gr_mkdir(opts->output, 0755);
	if (ret && ret != -EEXIST)
		return gr_err(ret, "cannot make the output folder '%s'",
			      opts->output);
	(void)snprintf(path, sizeof(path), "%s/RUN.json", opts->output);
	show->json = fopen(path, "we");
	if (!show->json)
		return gr_err(-EIO, "cannot write '%s'", path);
	return gr_report_new(gr_report_find("json"), show->json, false,
			     opts->strict, &show->file);
}

int gr_show_open(struct gr_show *show, const struct gr_run_options *opts)
{
	int ret;

	memset(show, 0, sizeof(*show));
	ret = gr_report_new(opts->format, stdout, isatty(1), opts->strict,
			    &show->out);
	if (!ret && opts->output)
		ret = open_file(show, opts);
	if (ret)
		(void)gr_show_close(show); /* the first error counts */
	return ret;
}

void gr_show_event(void *arg, const struct gr_event *ev)
{
	struct gr_show *show = arg;

	gr_report_event(show->out, ev);
	if (show->file)
		gr_report_event(show->file, ev);
}

int gr_show_close(struct gr_show *show)
{
	int ret = 0;

	gr_report_free(show->out);
	gr_report_free(show->file);
	if (show->json && fclose(show->json))
		ret = gr_err(-EIO, "cannot write RUN.json whole");
	if (fflush(stdout))
		ret = gr_err(-EIO, "cannot write the report whole");
	memset(show, 0, sizeof(*show));
	return ret;
}
