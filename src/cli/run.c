// SPDX-License-Identifier: GPL-2.0-only
/*
 * guprace run: scenarios on this kernel. In a guest that guprace made, events
 * go to the host as they are; on a host they are shown here.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>

#include "base/log.h"
#include "base/words.h"
#include "cli/command.h"
#include "cli/run_options.h"
#include "cli/show.h"
#include "core/oracle.h"
#include "core/registry.h"
#include "core/verdict.h"
#include "engine/leftovers.h"
#include "engine/probe.h"
#include "engine/run.h"
#include "engine/setup.h"
#include "report/stream.h"
#include "sys/boot.h"
#include "sys/call.h"
#include "sys/fd.h"
#include "sys/guest.h"
#include "sys/kernel.h"
#include "vm/ask.h"

static int write_line(void *arg, const char *line, size_t len)
{
	const int *fd = arg;
	ssize_t n = gr_write(*fd, line, len);

	if (n != (ssize_t)len)
		return n < 0 ? (int)n : -EIO;
	return gr_fd_drain(*fd); /* a panic must not take it along */
}

static void to_host(void *arg, const struct gr_event *ev)
{
	if (gr_stream_write(ev, write_line, arg))
		gr_warn("an event was lost on its way to the host");
}

static int keep_answered(struct gr_plan *plan, const char *first,
			 const char *end)
{
	struct gr_words names = {0};
	int ret = gr_frame_command_words(first, end, &names);

	if (!ret && names.nr)
		gr_plan_keep(plan, (const char *const *)names.word);
	gr_words_free(&names);
	return ret;
}

/*
 * The plan is that of all cases in each guest; which of them are left the host says,
 * all when it names none. Guests that follow are copies of one that asked.
 */
static int ask_for_cases(struct gr_run *run)
{
	const int *fd = run->emit_arg;
	char *buf = malloc(GR_FRAME_COMMAND_MAX);
	const char *word;
	size_t used;
	int ret = -ENOMEM;

	gr_setup_targets(run->plan); /* under the eyes of the oracles */
	if (buf)
		ret = gr_ask(*fd, GR_FRAME_ASKS, buf, GR_FRAME_COMMAND_MAX,
			     &used);
	if (!ret)
		ret = gr_frame_command_parse(buf, used, &word);
	if (!ret)
		ret = keep_answered(run->plan, word, buf + used);
	free(buf);
	return ret ? gr_err(ret, "the host did not say which cases to run") : 0;
}

static int run_to(struct gr_run *run, const struct gr_run_options *opts)
{
	const struct gr_oracle_ops *const *oracles = gr_oracles();

	if (opts->oracles.nr)
		oracles = (const struct gr_oracle_ops *const *)opts->oracles.of;
	return gr_run_all(run, oracles);
}

static int run_in_guest(struct gr_run *run, const struct gr_run_options *opts,
			const char *port)
{
	int status, fd = gr_fd_serial(port);

	if (fd < 0)
		return gr_err(fd, "cannot open the port '%s'", port),
		       GR_EXIT_BROKEN;
	run->emit = to_host;
	run->emit_arg = &fd;
	run->ready = ask_for_cases;
	status = run_to(run, opts);
	gr_fd_close(fd);
	return status;
}

static int run_here(struct gr_run *run, const struct gr_run_options *opts)
{
	struct gr_show show;
	int status;

	if (gr_show_open(&show, opts))
		return GR_EXIT_BROKEN;
	run->emit = gr_show_event;
	run->emit_arg = &show;
	status = run_to(run, opts);
	if (gr_show_close(&show) && status == GR_EXIT_PASS)
		status = GR_EXIT_BROKEN;
	return status;
}

/* SIGINT and kin are blocked, in the workers too, and wait in a descriptor. */
struct signals {
	int fd;
	sigset_t saved;
	bool seen;
};

static bool interrupted(void *arg)
{
	struct signals *s = arg;
	struct signalfd_siginfo info;

	if (!s->seen)
		s->seen = gr_fd_read(s->fd, &info, sizeof(info)) ==
			  (ssize_t)sizeof(info);
	return s->seen;
}

static int may_run(const struct gr_ctx *ctx)
{
	struct gr_reason why;
	int ret;

	if (!gr_is_root())
		return gr_err(0, "run needs root; 'guprace vm -- run ...' does "
				 "not"),
		       GR_EXIT_BROKEN;
	gr_leftovers_tell();
	if (!ctx->in_guest && !ctx->nr_ns)
		return gr_err(0, "on a host, name what may be overwritten: "
				 "--namespace N; or use 'guprace vm -- run "
				 "...'"),
		       GR_EXIT_USAGE;
	ret = gr_setup_guards(ctx, &why);
	if (!ret)
		return 0;
	gr_err(0, "%s", why.text);
	return ret == -ENXIO ? GR_EXIT_BROKEN : GR_EXIT_USAGE;
}

static char *join_scenarios(const struct gr_run_options *opts)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return NULL;
	for (unsigned int i = 0; i < opts->scenarios.nr; i++)
		fprintf(f, "%s%s", i ? " " : "",
			(const char *)opts->scenarios.of[i]);
	for (unsigned int i = 0; i < opts->texts.nr; i++) {
		const char *file = opts->texts.of[i];

		fprintf(f, "%s%.*s", i || opts->scenarios.nr ? " " : "",
			(int)strcspn(file, "\n"), file);
	}
	if (!fclose(f))
		return text;
	free(text);
	return NULL;
}

static void find_struct_pages(struct gr_run *run)
{
	int ret = gr_vmemmap_read(&run->vmemmap);

	if (ret)
		gr_warn("cannot tell where the kernel has its struct pages "
			"(%s): an oops at one that is gone is called new, also "
			"where the bug is known",
			strerror(-ret));
}

static int plan_and_run(const struct gr_run_options *opts, struct gr_ctx *ctx,
			struct signals *signals)
{
	const char *port = getenv(GR_GUEST_EVENTS_ENV);
	char *scenarios = join_scenarios(opts);
	struct gr_prober prober;
	struct gr_answers answers;
	struct gr_plan plan;
	struct gr_run *run;
	int status, ret;

	gr_prober_init(&prober, &answers, ctx);
	ret = gr_run_options_plan(opts, &prober, &plan);
	gr_answers_fini(&answers);
	if (ret) {
		free(scenarios);
		return ret == -ENOMEM ? GR_EXIT_BROKEN : GR_EXIT_USAGE;
	}
	run = calloc(1, sizeof(*run));
	if (!run || !scenarios) {
		gr_err(-ENOMEM, "cannot start the run");
		status = GR_EXIT_BROKEN;
	} else {
		run->ctx = ctx;
		run->scenarios = scenarios;
		run->machine = ctx->in_guest ? "guest" : "host";
		run->plan = &plan;
		run->interrupted = interrupted;
		run->interrupted_arg = signals;
		run->known = prober.known;
		find_struct_pages(run);
		status = port ? run_in_guest(run, opts, port)
			      : run_here(run, opts);
	}
	free(run);
	gr_plan_fini(&plan);
	free(scenarios);
	return status;
}

/* Whatever ends the run, what it set up is put back. */
static int run_guarded(const struct gr_run_options *opts, struct gr_ctx *ctx)
{
	static const int wanted[] = {SIGINT, SIGTERM, SIGHUP, 0};
	struct signals signals = {.seen = false};
	int status;

	signals.fd = gr_fd_signals(wanted, &signals.saved);
	if (signals.fd < 0)
		return gr_err(signals.fd, "cannot watch for signals"),
		       GR_EXIT_BROKEN;
	gr_setup(ctx);
	status = plan_and_run(opts, ctx, &signals);
	gr_setup_undo(ctx);
	if (signals.seen)
		status = 128 + SIGINT;
	gr_fd_signals_restore(signals.fd, &signals.saved);
	return status;
}

static int run_main(int argc, char **argv)
{
	struct gr_run_options *opts = malloc(sizeof(*opts));
	struct gr_ctx ctx;
	int status;

	if (!opts)
		return gr_err(-ENOMEM, "cannot start"), GR_EXIT_BROKEN;
	status = GR_EXIT_USAGE;
	if (!gr_run_options_parse(argc, argv, opts) &&
	    !gr_run_options_check(opts)) {
		gr_run_options_ctx(opts, &ctx);
		ctx.in_guest = gr_in_guest();
		status = may_run(&ctx);
		if (!status)
			status = run_guarded(opts, &ctx);
	}
	free(opts);
	return status;
}

const struct gr_command gr_command_run = {
	.name = "run",
	.summary = "run scenarios on this kernel and judge it",
	.run = run_main,
};
