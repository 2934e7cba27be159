// SPDX-License-Identifier: GPL-2.0-only
/*
 * One guest's life as seen from the host. Nothing here waits without a limit.
 */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>

#include "base/log.h"
#include "base/size.h"
#include "base/util.h"
#include "sys/fd.h"
#include "vm/frame.h"
#include "vm/internal.h"

/* A panicked kernel resets at once; QEMU then ends by itself. */
#define PANIC_GRACE_NS (5 * GR_NSEC_PER_SEC)
#define EVENT_LINE_MAX (256 * 1024)

struct session {
	const struct gr_vm *vm;
	const struct gr_vm_handlers *handlers;
	const struct gr_session_fds *fds;
	const struct gr_session_ready *ready;
	struct gr_process *qemu;
	struct gr_vm_result *result;
	struct gr_lines console;
	struct gr_lines events;
	struct gr_lines errors;
	char last_error[GR_VM_LINE_MAX]; /* of QEMU */
	char panic[GR_VM_LINE_MAX];
	uint64_t start_ns;
	uint64_t heard_ns; /* last frame; 0 = none yet */
	uint64_t panic_ns; /* 0 = none */
	int qemu_status;
	int err; /* the session cannot go on */
	bool ended; /* state is decided */
};

static void decide(struct session *s, enum gr_vm_state state)
{
	if (s->ended)
		return;
	s->ended = true;
	s->result->state = state;
}

static void keep_line(struct gr_vm_result *result, const char *line)
{
	if (result->nr_lines == GR_VM_CONSOLE_LINES) {
		memmove(result->line[0], result->line[1],
			sizeof(result->line) - sizeof(result->line[0]));
		result->nr_lines--;
	}
	snprintf(result->line[result->nr_lines++], GR_VM_LINE_MAX, "%s", line);
}

/* Without the time stamp: what follows "] ". */
static const char *message(const char *line)
{
	const char *bracket = strstr(line, "] ");

	return line[0] == '[' && bracket ? bracket + 2 : line;
}

static int take_console(void *arg, char *line)
{
	struct session *s = arg;

	keep_line(s->result, line);
	if (s->handlers->on_console)
		s->handlers->on_console(s->handlers->arg, line);
	if (!s->panic_ns && strstr(line, "Kernel panic - not syncing")) {
		s->panic_ns = gr_now_ns();
		snprintf(s->panic, sizeof(s->panic), "%s", message(line));
	}
	return 0;
}

static int take_event(struct session *s, const char *json)
{
	int ret = 0;

	if (s->handlers->on_event && !s->ended)
		ret = s->handlers->on_event(s->handlers->arg, json);
	if (ret)
		decide(s, GR_VM_STOPPED);
	return ret;
}

static int take_ready(struct session *s, enum gr_frame_type waits)
{
	int ret;

	if (s->ended)
		return 0; /* nobody goes on with it */
	ret = s->ready->ready(s->ready->arg, waits);
	if (ret)
		decide(s, GR_VM_STOPPED);
	if (ret != -ECANCELED)
		s->err = ret;
	return ret;
}

static void take_output(struct session *s, enum gr_vm_stream stream, char *text)
{
	size_t len = gr_frame_unescape(text);

	if (s->handlers->on_output)
		s->handlers->on_output(s->handlers->arg, stream, text, len);
}

/* Whatever else stands on that port (firmware, noise) is not for us. */
static int take_frame(void *arg, char *line)
{
	struct session *s = arg;

	if (!line[0] || line[1] != ' ')
		return 0;
	switch ((enum gr_frame_type)line[0]) {
	case GR_FRAME_EVENT:
		s->heard_ns = gr_now_ns();
		return take_event(s, line + 2);
	case GR_FRAME_STDOUT:
		take_output(s, GR_VM_STDOUT, line + 2);
		break;
	case GR_FRAME_STDERR:
		take_output(s, GR_VM_STDERR, line + 2);
		break;
	case GR_FRAME_EXIT:
		s->result->status = (int)strtol(line + 2, NULL, 10);
		decide(s, GR_VM_EXITED);
		break;
	case GR_FRAME_ALIVE:
		break;
	case GR_FRAME_READY:
	case GR_FRAME_ASKS:
		s->heard_ns = gr_now_ns();
		return take_ready(s, (enum gr_frame_type)line[0]);
	default:
		return 0;
	}
	s->heard_ns = gr_now_ns();
	return 0;
}

static int take_error(void *arg, char *line)
{
	struct session *s = arg;

	snprintf(s->last_error, sizeof(s->last_error), "%s", line);
	gr_debug("%s", line);
	return 0;
}

/* Reads what is there. @copy: descriptor of the kept file, -1 = none. */
static void drain(struct session *s, int fd, int copy, struct gr_lines *lines,
		  int (*take)(void *arg, char *line))
{
	char buf[8192];
	ssize_t n;

	while (fd >= 0 && (n = gr_fd_read(fd, buf, sizeof(buf))) > 0) {
		if (copy >= 0 && gr_fd_write_all(copy, buf, (size_t)n))
			gr_debug("a line of the guest could not be kept");
		if (gr_lines_feed(lines, buf, (size_t)n, take, s))
			return;
	}
}

static void drain_all(struct session *s)
{
	drain(s, s->fds->console, s->fds->keep_console, &s->console,
	      take_console);
	drain(s, s->fds->events, s->fds->keep_events, &s->events, take_frame);
	drain(s, s->fds->errors, -1, &s->errors, take_error);
}

static void take_signal(struct session *s)
{
	struct signalfd_siginfo info;

	if (gr_fd_read(s->vm->fd_signals, &info, sizeof(info)) != sizeof(info))
		return;
	s->result->signal = (int)info.ssi_signo;
	decide(s, GR_VM_INTERRUPTED);
}

struct limit {
	uint64_t at_ns;
	enum gr_vm_state state;
};

/* The limit that comes first. */
static struct limit next_limit(const struct session *s)
{
	const struct gr_vm_config *config = &s->vm->config;
	struct limit first = {config->deadline_ns
				      ? s->start_ns + config->deadline_ns
				      : UINT64_MAX,
			      GR_VM_DEADLINE};
	uint64_t silent = s->heard_ns ? s->heard_ns + config->silent_ns
				      : s->start_ns + config->boot_ns;

	uint64_t until =
		s->handlers->until ? s->handlers->until(s->handlers->arg) : 0;

	if (until && until < first.at_ns)
		first.at_ns = until;
	if (silent < first.at_ns)
		first = (struct limit){silent, GR_VM_SILENT};
	if (s->panic_ns && s->panic_ns + PANIC_GRACE_NS < first.at_ns)
		first = (struct limit){s->panic_ns + PANIC_GRACE_NS,
				       GR_VM_PANICKED};
	return first;
}

static int step(struct session *s)
{
	struct pollfd fds[] = {
		{.fd = s->fds->console, .events = POLLIN},
		{.fd = s->fds->events, .events = POLLIN},
		{.fd = s->fds->errors, .events = POLLIN},
		{.fd = s->qemu->pidfd, .events = POLLIN},
		{.fd = s->vm->fd_signals, .events = POLLIN},
	};
	struct limit limit = next_limit(s);
	uint64_t now = gr_now_ns();
	int n;

	if (now >= limit.at_ns) {
		decide(s, limit.state);
		return 0;
	}
	n = gr_fd_poll(fds, GR_ARRAY_SIZE(fds), limit.at_ns - now);
	if (n < 0)
		return n;
	take_signal(s);
	drain_all(s);
	if (fds[3].revents) {
		drain_all(s); /* what it wrote between the two looks */
		decide(s, s->panic_ns ? GR_VM_PANICKED : GR_VM_DIED);
	}
	return 0;
}

static void say(struct session *s, const char *fmt, ...) GR_PRINTF(2, 3);

static void say(struct session *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(s->result->reason, sizeof(s->result->reason), fmt,
			ap); /* cut is fine */
	va_end(ap);
}

static void say_limit(struct session *s, uint64_t limit_ns, const char *what)
{
	char text[32];

	say(s, "the guest %s %s", what,
	    gr_duration_format(limit_ns, text, sizeof(text)));
}

/* QEMU ended by itself: a reset (status 0) is the guest kernel's doing. */
static void explain_death(struct session *s)
{
	if (s->qemu_status >= 128)
		say(s, "QEMU was killed by signal %d (%s)",
		    s->qemu_status - 128, strsignal(s->qemu_status - 128));
	else if (s->qemu_status)
		say(s, "QEMU ended with status %d: %s", s->qemu_status,
		    s->last_error[0] ? s->last_error : "it gave no reason");
	else if (!s->heard_ns)
		say(s, "the guest's kernel reset before init reported");
	else
		say(s, "the guest's kernel reset without a word");
	if (!s->qemu_status)
		s->result->state = GR_VM_PANICKED;
}

static void explain(struct session *s)
{
	const struct gr_vm_config *config = &s->vm->config;

	switch (s->result->state) {
	case GR_VM_EXITED:
		break;
	case GR_VM_STOPPED:
		say(s, "the guest was powered off");
		break;
	case GR_VM_PANICKED:
		say(s, "the guest's kernel died: %s", s->panic);
		break;
	case GR_VM_DIED:
		explain_death(s);
		break;
	case GR_VM_SILENT:
		if (s->heard_ns)
			say_limit(s, config->silent_ns,
				  "gave no sign of life for");
		else
			say_limit(s, config->boot_ns, "did not come up within");
		break;
	case GR_VM_DEADLINE:
		if (!config->deadline_ns ||
		    gr_now_ns() < s->start_ns + config->deadline_ns)
			say(s,
			    "the guest did not get on in the time it was given");
		else
			say_limit(s, config->deadline_ns,
				  "was not done within");
		break;
	case GR_VM_INTERRUPTED:
		say(s, "interrupted (%s)", strsignal(s->result->signal));
		break;
	}
}

static void end_qemu(struct session *s)
{
	/* one that ended by itself leaves its status */
	if (gr_process_wait(s->qemu, 0, &s->qemu_status))
		gr_process_kill(s->qemu);
	drain(s, s->fds->console, s->fds->keep_console, &s->console,
	      take_console);
	(void)gr_lines_rest(&s->console, take_console, s); /* returns 0 */
	/* what it printed before it was stopped is on its way yet */
	drain(s, s->fds->events, s->fds->keep_events, &s->events, take_frame);
	drain(s, s->fds->errors, -1, &s->errors, take_error);
	(void)gr_lines_rest(&s->errors, take_error, s); /* returns 0 */
}

int gr_session_run(const struct gr_vm *vm, struct gr_process *qemu,
		   const struct gr_session_fds *fds,
		   const struct gr_session_ready *ready,
		   const struct gr_vm_handlers *handlers,
		   struct gr_vm_result *result)
{
	char console[4096], errors[1024];
	struct session s = {
		.vm = vm,
		.handlers = handlers,
		.fds = fds,
		.ready = ready,
		.qemu = qemu,
		.result = result,
		.console = {.buf = console, .room = sizeof(console)},
		.events = {.buf = malloc(EVENT_LINE_MAX),
			   .room = EVENT_LINE_MAX},
		.errors = {.buf = errors, .room = sizeof(errors)},
		.start_ns = gr_now_ns(),
	};
	int ret = s.events.buf ? 0 : -ENOMEM;

	while (!ret && !s.ended) {
		ret = step(&s);
		if (!ret)
			ret = s.err;
	}
	end_qemu(&s);
	free(s.events.buf);
	if (ret)
		return gr_err(ret, "cannot watch the guest");
	explain(&s);
	return 0;
}
