// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check gup_parity: the same request by gup-fast and by gup-slow gets the same answer and
 * leaves the page in the same place with the same rights, whatever state it was in: on a
 * device, in the system, not there yet, read-only, out of reach, and shared with a child.
 * References and pins, for reading and for writing, long-term ones as well. Each is
 * tried on two pages in the same state, by the kernel's own gup_test.
 *
 * What real users of the two paths get is the check hmm_pinned.
 * Source: mm/gup.c internal_get_user_pages_fast(), __gup_longterm_locked().
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "base/log.h"
#include "base/util.h"
#include "check/hmm_internal.h"
#include "sys/access.h"
#include "sys/call.h"
#include "sys/gup_test.h"
#include "sys/process.h"

#define TAG 5

/* Of the same request by both paths. */
enum {
	FAST,
	SLOW,
	NR_PATHS
};

static const struct request {
	const char *name;
	enum gr_gup_how how[NR_PATHS];
} requests[] = {
	{"FOLL_GET", {GR_GUP_GET_FAST, GR_GUP_GET}},
	{"FOLL_PIN", {GR_GUP_PIN_FAST, GR_GUP_PIN}},
	{"FOLL_PIN | FOLL_LONGTERM",
	 {GR_GUP_PIN_LONGTERM_FAST, GR_GUP_PIN_LONGTERM}},
};

static const struct state {
	const char *name;
	bool written; /* else never touched */
	bool placed; /* the device has it */
	bool shared; /* with a child that lives */
	int prot;
} states[] = {
	{"in the system", true, false, false, PROT_READ | PROT_WRITE},
	{"on the device", true, true, false, PROT_READ | PROT_WRITE},
	{"not there", false, false, false, PROT_READ | PROT_WRITE},
	{"begun on the device", false, true, false, PROT_READ | PROT_WRITE},
	{"in the system, read-only", true, false, false, PROT_READ},
	{"on the device, read-only", true, true, false, PROT_READ},
	{"on the device, out of reach", true, true, false, PROT_NONE},
	{"in the system, of two", true, false, true, PROT_READ | PROT_WRITE},
	{"on the device, of two", true, true, true, PROT_READ | PROT_WRITE},
};

/* What became of one page. */
struct outcome {
	int got;
	enum gr_where where;
	bool writable; /* as a snapshot says */
};

struct parity {
	struct gr_area area;
	int fd;
	unsigned int longterm; /* the flag */
	const struct state *state;
	const struct request *request;
	bool write;
};

static pid_t share(void)
{
	uint32_t never = 0;
	pid_t pid = gr_fork(-1);

	if (pid)
		return pid;
	for (;;) /* it dies with its parent, or is killed */
		(void)gr_futex_wait(&never, 0, 1000000000ull);
}

static int prepare(struct parity *x, pid_t *child)
{
	struct gr_area *a = &x->area;
	size_t len = (size_t)NR_PATHS * GR_CHECK_PAGE;
	int ret = gr_madvise(a->base, len, MADV_DONTNEED);

	if (ret)
		return ret;
	if (x->state->written)
		gr_fill_pattern(a->base, len, TAG);
	if (x->state->placed)
		ret = gr_check_place(a->env, &a->map, a->base, len);
	if (!ret && x->state->shared)
		*child = share();
	if (!ret && *child < 0)
		ret = *child;
	return ret ? ret : gr_mprotect(a->base, len, x->state->prot);
}

static int ask(struct parity *x, int path, struct outcome *out)
{
	struct gr_area *a = &x->area;
	char *page = gr_area_page(a, (size_t)path);

	gr_check_op(a->env, "%s for %s by the %s path, of memory %s",
		    x->request->name, x->write ? "writing" : "reading",
		    path == FAST ? "fast" : "slow", x->state->name);
	out->got = gr_gup_test_page(x->fd, x->request->how[path], x->write,
				    x->longterm, page);
	if (out->got < 0)
		return gr_err(out->got, "cannot ask gup_test");
	out->where = gr_area_where(a, (size_t)path);
	if (gr_dmirror_do(a->d, GR_DMIRROR_SNAPSHOT, page, 1) == 1)
		out->writable = a->d->room[0] & GR_DMIRROR_IS_WRITE &&
				a->d->room[0] != GR_DMIRROR_IS_ERROR;
	return 0;
}

static void differ(struct parity *x, const char *what, const char *fast,
		   const char *slow)
{
	gr_check_fail(x->area.env, GR_CLASS_POLICY, "paths-differ",
		      "%s for %s of memory %s: after gup-fast %s %s, after "
		      "gup-slow %s",
		      x->request->name, x->write ? "writing" : "reading",
		      x->state->name, what, fast, slow);
}

static void compare(struct parity *x, const struct outcome *o)
{
	const struct outcome *f = &o[FAST], *s = &o[SLOW];

	if (f->got != s->got)
		differ(x, "the page", f->got ? "was had" : "was not had",
		       s->got ? "was had" : "was not had");
	if (f->where != s->where)
		differ(x, "it is", gr_where_name(f->where),
		       gr_where_name(s->where));
	if (f->writable != s->writable)
		differ(x, "it may be", f->writable ? "written" : "read only",
		       s->writable ? "written" : "read only");
}

/* What a long-term pin has must not be a device's to take away. */
static void judge(struct parity *x, const struct outcome *o)
{
	bool is_long = x->request == &requests[2];
	bool denied = x->state->prot == PROT_NONE ||
		      (x->write && !(x->state->prot & PROT_WRITE));

	if (o->got == denied)
		gr_check_fail(x->area.env, GR_CLASS_POLICY, "gup-answered",
			      "%s for %s of memory %s was %s", x->request->name,
			      x->write ? "writing" : "reading", x->state->name,
			      o->got ? "given" : "refused");
	if (o->got && is_long && o->where == GR_AT_DEVICE)
		gr_check_fail(x->area.env, GR_CLASS_POLICY, "pinned-on-device",
			      "%s for %s left memory %s there",
			      x->request->name,
			      x->write ? "writing" : "reading", x->state->name);
}

static int one(struct parity *x)
{
	struct gr_area *a = &x->area;
	size_t len = (size_t)NR_PATHS * GR_CHECK_PAGE;
	struct outcome o[NR_PATHS] = {{0}};
	pid_t child = 0;
	int status, ret = prepare(x, &child);

	if (ret)
		return gr_err(ret, "cannot prepare memory %s", x->state->name);
	for (int path = 0; path < NR_PATHS && !ret; path++)
		ret = ask(x, path, &o[path]);
	if (child > 0) {
		(void)gr_kill(child, 9); /* it has no other end */
		(void)gr_reap(child, 10000, &status);
	}
	if (ret)
		return ret;
	compare(x, o);
	for (int path = 0; path < NR_PATHS; path++)
		judge(x, &o[path]);
	ret = gr_mprotect(a->base, len, PROT_READ | PROT_WRITE);
	if (!ret && x->state->written)
		(void)gr_area_holds(a, false, 0, NR_PATHS, TAG,
				    "memory that was asked for");
	return ret;
}

/*
 * What was never touched is the zero page to who reads it, of which a pin is none:
 * gup_test warns of that (verify_dma_pinned()), whose right it is not to know.
 */
static bool can_be_asked(const struct parity *x)
{
	return x->write || x->state->written || x->state->placed ||
	       x->request->how[SLOW] == GR_GUP_GET;
}

static int run(struct gr_check_env *env)
{
	struct parity x = {.fd = gr_gup_test_open()};
	int ret;

	if (x.fd < 0) {
		gr_check_skip(env, "needs '%s' (CONFIG_GUP_TEST): %s",
			      GR_GUP_TEST_PATH, strerror(-x.fd));
		return 0;
	}
	x.longterm = gr_gup_test_longterm();
	ret = gr_area_map(&x.area, env, NR_PATHS, 0);
	for (size_t s = 0; s < GR_ARRAY_SIZE(states) && !ret; s++)
		for (size_t r = 0; r < GR_ARRAY_SIZE(requests) && !ret; r++)
			for (int write = 0; write < 2 && !ret; write++) {
				x.state = &states[s];
				x.request = &requests[r];
				x.write = write;
				if (can_be_asked(&x))
					ret = one(&x);
			}
	if (!ret)
		gr_area_unmap(&x.area);
	(void)gr_close(x.fd); /* it holds nothing */
	return ret;
}

const struct gr_check_ops gr_check_gup_parity = {
	.name = "gup_parity",
	.summary =
		"gup-fast and gup-slow give the same, of memory in each state",
	.needs = {.root = true},
	.wants = GR_TARGET_MOVES,
	.run = run,
};
