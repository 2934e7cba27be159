// SPDX-License-Identifier: GPL-2.0-only
#include "cli/guest_run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "cli/show.h"
#include "core/known.h"
#include "core/session.h"
#include "core/signature.h"
#include "core/verdict.h"
#include "report/stream.h"
#include "vm/guest.h"

/* Booting, or what lies between two cases, takes seconds under emulation. */
#define BETWEEN_NS (300 * GR_NSEC_PER_SEC)

struct host {
	struct gr_vm *vm;
	const struct gr_run_options *opts;
	struct gr_show show;
	struct gr_session *session;
	uint64_t begin_ns;
	unsigned int nr_guests;
	int interrupted; /* the signal; 0 = none */

	/* the running guest */
	bool spent; /* it said so itself */
	bool heard; /* it has sent an event: it came up */
	uint64_t last_ns; /* when it last did, or was started; since begin_ns */
	struct gr_sigset *set;
	struct gr_splat splat; /* of its console, in the case in flight */
	struct gr_findings console;
	struct gr_finding matched; /* the last of them that was told */
	/* the last known bug that it met, and in which case */
	char known_case[GR_CASE_NAME_MAX];
	const struct gr_known *known;
};

static uint64_t since_begin(const struct host *h)
{
	return gr_now_ns() - h->begin_ns;
}

/* ---- from the session to the reports ---- */

/* Without the release, which the event has already. */
static const char *how_it_runs(const struct gr_vm *vm)
{
	const char *text = gr_vm_describe(vm);
	const char *comma = strstr(text, ", ");

	return comma ? comma + 2 : text;
}

static void on_event(void *arg, const struct gr_event *ev)
{
	struct host *h = arg;
	struct gr_event copy = *ev;

	if (ev->type == GR_EV_RUN_BEGIN)
		copy.run_begin.machine = how_it_runs(h->vm);
	gr_show_event(&h->show, &copy);
}

/*
 * The known bug that the case has met, or that it may have died of before it could
 * say so: that has to tell its place.
 */
static const struct gr_known *known_of(const struct host *h,
				       const struct gr_ev_finding *ev)
{
	const struct gr_finding *f = ev->finding;

	if (h->known && !strcmp(h->known_case, ev->name))
		return h->known;
	if (!f->where[0] && strcmp(f->signature, "panic-after-oops"))
		return NULL;
	return gr_known_find(gr_session_expected(h->session, ev->name));
}

/* What the console of a dead guest shows may be a known bug, or follow from it. */
static void on_match(void *arg, struct gr_ev_finding *ev)
{
	struct host *h = arg;
	const struct gr_known *known = known_of(h, ev);

	h->matched = *ev->finding;
	h->matched.gone_page =
		gr_vm_has_struct_page(h->vm, ev->ns, h->matched.address);
	ev->finding = &h->matched;
	if (!known || !gr_known_explains(known->id, ev->finding))
		return;
	ev->known = known->id;
	ev->cause = known->cause;
}

static const struct gr_session_ops session_ops = {
	.event = on_event,
	.match = on_match,
};

static void emit_guest(struct host *h, enum gr_guest_state state,
		       const char *text)
{
	const struct gr_event ev = {
		.type = GR_EV_GUEST,
		.time_ns = since_begin(h),
		.guest = {.state = state, .nr = h->nr_guests, .text = text},
	};

	gr_show_event(&h->show, &ev);
}

/* ---- from the guest to the session ---- */

static void note_known(struct host *h, const struct gr_ev_finding *f)
{
	const struct gr_known *known =
		f->known ? gr_known_find(f->known) : NULL;

	if (!known)
		return;
	h->known = known;
	(void)snprintf(h->known_case, sizeof(h->known_case), "%s", f->name);
}

static void forget_console(struct host *h)
{
	memset(&h->splat, 0, sizeof(h->splat));
	memset(&h->console, 0, sizeof(h->console));
}

static void take_event(struct host *h, const struct gr_event *ev)
{
	/* the guest itself has judged what it printed until here */
	if (ev->type == GR_EV_CASE_BEGIN || ev->type == GR_EV_CASE_END)
		forget_console(h);
	if (ev->type == GR_EV_FINDING)
		note_known(h, &ev->finding);
	if (ev->type == GR_EV_GUEST) {
		h->spent = ev->guest.state == GR_GUEST_SPENT;
		emit_guest(h, ev->guest.state, ev->guest.text);
		return;
	}
	if (gr_session_event(h->session, ev) == -ENOMEM)
		gr_session_stop(h->session, "no memory for the run's book");
}

/*
 * A guest that is spent has nothing more to say after its RUN_END, and may not
 * be able to end: an oops that killed a kworker leaves a workqueue that never
 * runs again, and all that waits for it.
 */
static int on_line(void *arg, const char *json)
{
	struct host *h = arg;
	struct gr_event ev;
	void *arena;
	bool over;

	if (gr_stream_parse(json, &ev, &arena)) {
		gr_warn("a line of the guest's events cannot be read");
		return 0;
	}
	h->last_ns = since_begin(h);
	if (!h->heard && h->last_ns >= ev.time_ns)
		gr_session_guest_began(h->session, h->last_ns - ev.time_ns);
	h->heard = true;
	take_event(h, &ev);
	over = h->spent && ev.type == GR_EV_RUN_END;
	gr_stream_parsed_free(arena);
	return over || gr_session_stopped(h->session) ? -ECANCELED : 0;
}

static void on_output(void *arg, enum gr_vm_stream stream, const void *buf,
		      size_t len)
{
	(void)arg, (void)stream;
	(void)fwrite(buf, 1, len, stderr); /* the report has stdout */
}

static void on_console(void *arg, const char *line)
{
	struct host *h = arg;
	const char *stamp = strstr(line, "] ");

	if (line[0] == '[' && stamp)
		line = stamp + 2;
	if (gr_splat_feed(&h->splat, h->set, line))
		(void)gr_splat_take(&h->splat, GR_ORACLE_CONSOLE, &h->console);
}

/*
 * When the case in flight has used up what the plan gave it; between cases, and
 * before the first one, when the guest has told nothing for long: its init
 * lives, but what it runs does not get on.
 */
static uint64_t give_up_at(void *arg)
{
	struct host *h = arg;
	struct gr_flight flight;

	if (!gr_session_in_flight(h->session, &flight))
		return h->begin_ns + h->last_ns + BETWEEN_NS;
	if (!flight.budget_ns)
		return 0;
	return h->begin_ns + flight.begin_ns + flight.budget_ns;
}

/* ---- one guest after the other ---- */

static const enum gr_guest_end_kind end_kinds[] = {
	[GR_VM_EXITED] = GR_END_FINISHED,
	[GR_VM_STOPPED] = GR_END_ABANDONED,
	[GR_VM_PANICKED] = GR_END_DIED,
	[GR_VM_DIED] = GR_END_ABANDONED,
	[GR_VM_SILENT] = GR_END_SILENT,
	[GR_VM_DEADLINE] = GR_END_DEADLINE,
	[GR_VM_INTERRUPTED] = GR_END_ABANDONED,
};

static void report_end(struct host *h, const struct gr_vm_result *result)
{
	switch (result->state) {
	case GR_VM_EXITED:
	case GR_VM_STOPPED:
		break;
	case GR_VM_SILENT:
		emit_guest(h, GR_GUEST_SILENT, result->reason);
		break;
	case GR_VM_INTERRUPTED:
		h->interrupted = result->signal;
		gr_session_stop(h->session, result->reason);
		break;
	default:
		emit_guest(h, GR_GUEST_DIED, result->reason);
	}
}

static char *join_lines(const struct gr_vm_result *result)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return NULL;
	for (unsigned int i = 0; i < result->nr_lines; i++)
		fprintf(f, "%s\n", result->line[i]);
	if (!fclose(f))
		return text;
	free(text);
	return NULL;
}

static void end_guest(struct host *h, const struct gr_vm_result *result)
{
	char *console = join_lines(result);
	struct gr_guest_end end = {
		.kind = end_kinds[result->state],
		.time_ns = since_begin(h),
		.console = console,
		.findings = &h->console,
	};

	if (h->spent &&
	    (result->state == GR_VM_EXITED || result->state == GR_VM_STOPPED))
		end.kind = GR_END_SPENT;
	/*
	 * One that did not come up says nothing of the cases: the next one may.
	 * Emulators have bugs of their own there; three in a row are BROKEN.
	 */
	if (!h->heard && end.kind != GR_END_FINISHED)
		end.kind = GR_END_ABANDONED;
	if (end.kind != GR_END_ABANDONED && end.kind != GR_END_SPENT &&
	    end.kind != GR_END_FINISHED)
		(void)gr_splat_take(&h->splat, GR_ORACLE_CONSOLE, &h->console);
	else
		end.findings = NULL; /* the guest lived to judge it */
	report_end(h, result);
	gr_session_guest_ended(h->session, &end);
	free(console);
}

static int boot(struct host *h, const struct gr_words *words,
		const struct gr_words *left, struct gr_vm_result *result)
{
	char *const all[] = {NULL};
	const struct gr_vm_handlers handlers = {
		.arg = h,
		.on_event = on_line,
		.on_output = on_output,
		.on_console = on_console,
		.answer = left->nr ? left->word : all,
		.until = give_up_at,
	};

	h->nr_guests++;
	h->spent = false;
	h->heard = false;
	h->last_ns = since_begin(h);
	forget_console(h);
	if (h->nr_guests > 1)
		emit_guest(h, GR_GUEST_STARTED, gr_vm_describe(h->vm));
	gr_session_guest_started(h->session, since_begin(h));
	return gr_vm_run(h->vm, words->word, &handlers, result);
}

/* Of all cases no name is said. */
static int add_names(struct gr_words *left, const struct gr_next *next)
{
	int ret = 0;

	for (unsigned int i = 0; !ret && i < next->nr; i++)
		ret = gr_words_add(left, "%s", next->names[i]);
	return ret;
}

/* Return: 1 go on, 0 the run is complete, -errno no guest can be had. */
static int one_guest(struct host *h, struct gr_vm_result *result)
{
	struct gr_words words = {0}, left = {0};
	struct gr_next next;
	int ret;

	ret = gr_session_next(h->session, &next);
	if (ret || next.kind == GR_NEXT_DONE || next.kind == GR_NEXT_STOPPED)
		return ret;
	ret = gr_run_options_words(h->opts, &words);
	if (!ret)
		ret = add_names(&left, &next);
	if (!ret)
		ret = boot(h, &words, &left, result);
	gr_words_free(&words);
	gr_words_free(&left);
	if (ret)
		return ret;
	end_guest(h, result);
	/* bad words, no root: the guest has said why on stderr */
	if (h->nr_guests == 1 && result->state == GR_VM_EXITED &&
	    next.kind == GR_NEXT_ALL && result->status == GR_EXIT_USAGE)
		return -EINVAL;
	return 1;
}

static int all_guests(struct host *h)
{
	struct gr_vm_result *result = malloc(sizeof(*result));
	int status, ret = -ENOMEM;

	if (!result)
		return gr_err(ret, "cannot start a guest"), GR_EXIT_BROKEN;
	do {
		ret = one_guest(h, result);
	} while (ret > 0);
	free(result);
	if (ret == -EINVAL)
		return GR_EXIT_USAGE;
	if (ret)
		gr_session_stop(h->session, "no guest can be started");
	status = gr_session_finish(h->session, since_begin(h));
	return h->interrupted ? 128 + h->interrupted : status;
}

int gr_guest_run(struct gr_vm *vm, const struct gr_run_options *opts)
{
	struct host *h = calloc(1, sizeof(*h));
	int status = GR_EXIT_BROKEN;

	if (!h)
		return gr_err(-ENOMEM, "cannot start the run"), GR_EXIT_BROKEN;
	h->vm = vm;
	h->opts = opts;
	h->begin_ns = gr_now_ns();
	if (gr_sigset_new(&h->set))
		goto err_free;
	if (gr_session_new(&session_ops, h, opts->strict, &h->session))
		goto err_set;
	if (gr_show_open(&h->show, opts))
		goto err_session;
	status = all_guests(h);
	if (gr_show_close(&h->show) && status == GR_EXIT_PASS)
		status = GR_EXIT_BROKEN;
err_session:
	gr_session_free(h->session);
err_set:
	gr_sigset_free(h->set);
err_free:
	free(h);
	return status;
}
