// SPDX-License-Identifier: GPL-2.0-only
/*
 * Oracle ledger: at points where no pin is being taken or dropped, the kernel's
 * own counts must balance. It reads the references of the pgmap and the counts
 * of the pages from outside, and so gives a loss or a leak as a number, with
 * the pins that made it, before any teardown meets it.
 *
 * It cannot see a loss that a leak of the same count makes up for between two
 * looks; what it cannot see on a kernel, open() names.
 * Source: sys/pgmap.h; lib/percpu-refcount.c; mm/memremap.c.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "core/invalidate.h"
#include "core/pair.h"
#include "core/pin.h"
#include "oracle/ledger_internal.h"
#include "sys/fd.h"
#include "sys/process.h"

/* A put may be late: a worker does it (bio_dirty_fn), or a grace period. */
#define SETTLE_NS GR_NSEC_PER_SEC
#define LOOK_AGAIN_NS GR_NSEC_PER_MSEC

/* Who is woken runs at once, or is ready to: never so long asleep. */
#define ASLEEP_NS (2 * GR_NSEC_PER_SEC)

struct ledger {
	struct gr_pgmap *reader;

	/* of the case */
	struct gr_ledger_book book;
	struct gr_reason blind; /* "" = it sees */
	uint64_t pgmap; /* the last one seen; 0 = none */
	uint32_t iteration; /* in which it was */
	int64_t idle; /* references that it counts when idle */
	uint64_t nr_held; /* points at which held pins did show */
	uint64_t nr_samples;
	uint64_t sample_ns;
	uint64_t
		asleep_ns; /* since then it sleeps for idle pages; 0 = it does not */
	bool wait_told;
};

/* What is looked at: a physical address, and bytes. */
struct place {
	uint64_t start, bytes;
};

static int open_reader(const struct gr_ctx *ctx, struct gr_oracle *o,
		       struct gr_reason *why)
{
	struct ledger *l = o->priv;
	char text[GR_REASON_MAX] = "";
	int ret = gr_pgmap_open(&l->reader, text, sizeof(text));

	(void)ctx;
	gr_reason_set(why, "%s", ret ? text : gr_pgmap_limits(l->reader));
	return ret;
}

static int begin(struct gr_oracle *o, const struct gr_scene *scene)
{
	struct ledger *l = o->priv;
	struct gr_pgmap *reader = l->reader;

	(void)scene;
	memset(l, 0, sizeof(*l));
	l->reader = reader;
	return 0;
}

/* A mapping, and two leaves at least: what a stray put may hit as well. */
static uint64_t mapped_bytes(const struct gr_scene *s)
{
	const struct gr_facts *f = s->facts;
	uint64_t bytes = 2 * s->target->spec.align;

	for (uint32_t i = 0; i < f->nr_pinners && i < GR_PINNERS_MAX; i++)
		if (f->pin[i].map_len > bytes)
			bytes = f->pin[i].map_len;
	return bytes < s->target->size ? bytes : s->target->size;
}

/* A teardown makes a new pgmap, which may lie where the old one was. */
static bool is_new(const struct ledger *l, const struct gr_scene *s,
		   const struct gr_pgmap_ref *ref)
{
	bool torn = s->c->kind == GR_CASE_RACE &&
		    s->c->inv->flags & GR_INV_TEARDOWN;

	return ref->address != l->pgmap ||
	       (torn && s->facts->iteration != l->iteration);
}

/*
 * At the end all pages of the namespace: nobody has one any more. Of a device whose
 * driver hands its pages out always all, since any of them may be in use.
 */
static struct place place_of(const struct gr_scene *s, bool last)
{
	const struct gr_target *t = s->target;

	return last || t->ops->flags & GR_TARGET_MOVES
		       ? (struct place){t->whole_start, t->whole_size}
		       : (struct place){t->data_start, mapped_bytes(s)};
}

static int look_once(struct ledger *l, const struct gr_scene *s,
		     struct place at, struct gr_look *look)
{
	struct gr_pgmap_ref ref;
	int ret = gr_pgmap_ref(l->reader, at.start, &ref);

	if (!ret)
		ret = gr_pgmap_scan(l->reader, at.start, at.bytes,
				    &look->pages);
	if (ret)
		return ret;
	if (!look->anew && is_new(l, s, &ref)) {
		look->anew = true;
		l->idle = ref.idle ? ref.idle : ref.refs;
		l->pgmap = ref.address;
		l->iteration = s->facts->iteration;
	}
	/* another's counter moves for its own reasons */
	look->pgmap = ref.own ? ref.refs - l->idle : 0;
	if (ref.moves)
		look->pgmap -= (int64_t)look->pages.nr_used;
	return 0;
}

static int look_settled(struct ledger *l, const struct gr_scene *s,
			struct place at, struct gr_look *look)
{
	uint64_t begin = gr_now_ns(), now = begin;
	int ret;

	for (;;) {
		ret = look_once(l, s, at, look);
		if (ret || look->state == GR_QUIET_HELD ||
		    !gr_ledger_more(&l->book, look))
			break;
		/* what is judged was seen after the time, not before it */
		if (now >= begin + SETTLE_NS)
			break;
		(void)gr_fd_poll(NULL, 0, LOOK_AGAIN_NS);
		now = gr_now_ns();
	}
	l->nr_samples++;
	l->sample_ns += gr_now_ns() - begin;
	return ret;
}

/* Pages that are held must show: the proof that the reader sees. */
static void look_held(struct ledger *l, const struct gr_scene *s,
		      const struct gr_look *look)
{
	if (!gr_pin_stays(s->target->ops, s->c->pin))
		return; /* they are the system's by now */
	if (look->pages.refs_extra || look->pages.pins_extra)
		l->nr_held++;
	else
		gr_reason_set(&l->blind,
			      "pages that %s holds do not show in their counts",
			      s->c->pin->name);
}

static void look_at(struct ledger *l, const struct gr_scene *s, bool last,
		    struct gr_findings *out)
{
	const struct gr_quiet_facts *q = &s->facts->quiet;
	struct place at = place_of(s, last);
	struct gr_look look = {
		.state = last ? GR_QUIET_UNMAPPED : q->state,
		.nr_pins = q->nr_pins,
		.iteration = s->facts->iteration,
		.last = last,
	};
	int ret = -ENXIO;

	if (at.start != UINT64_MAX)
		ret = look_settled(l, s, at, &look);
	if (ret)
		gr_reason_set(&l->blind, "cannot read the pgmap of %s: %s",
			      s->target->ns, strerror(-ret));
	else if (look.state == GR_QUIET_HELD)
		look_held(l, s, &look);
	else
		gr_ledger_take(&l->book, s->c, &look, out);
}

/* Reports show the first lines; a stack is long. */
static void add_in_front(struct gr_finding *f, const char *line)
{
	char rest[sizeof(f->evidence)];

	memcpy(rest, f->evidence, sizeof(rest));
	f->evidence[0] = '\0';
	gr_finding_evidence(f, "%s\n%s", line, rest);
}

/* A teardown waits for its pgmap. */
static void look_at_pgmap(struct ledger *l, struct gr_finding *f)
{
	struct gr_pgmap_ref ref;
	char line[96];

	if (!l->pgmap || gr_pgmap_ref_again(l->reader, l->pgmap, &ref) ||
	    !ref.dead || !ref.atomic)
		return;
	(void)snprintf(line, sizeof(line),
		       "the pgmap still has %" PRId64 " reference%s", ref.refs,
		       ref.refs == 1 ? "" : "s");
	add_in_front(f, line);
}

static int scan_pages(struct ledger *l, const struct gr_scene *s,
		      struct gr_page_scan *scan)
{
	if (s->target->data_start == UINT64_MAX || !s->target->size)
		return -ENXIO;
	return gr_pgmap_scan(l->reader, s->target->data_start, mapped_bytes(s),
			     scan);
}

/* What frees blocks waits for pages; where none is held, for a wake-up. */
static void tell_wait(struct ledger *l, const struct gr_scene *s,
		      const struct gr_page_scan *scan, struct gr_findings *out)
{
	char place[GR_PIN_PLACE_MAX], stack[1024];
	struct gr_finding *f;

	if (l->wait_told)
		return;
	l->wait_told = true;
	f = gr_finding_add(out, GR_LEDGER_NAME, GR_CLASS_LEAK,
			   scan->nr_mapped ? "waits-for-mapping"
					   : "wake-up-lost",
			   "%s of %s waits for pages that nobody %s, after the "
			   "last unpin of %s%s",
			   s->c->inv->name, s->target->ns,
			   scan->nr_mapped ? "pins, and that are mapped again"
					   : "holds any more",
			   s->c->pin->name,
			   gr_pin_place(&s->facts->pin[0], s->target, place));
	f->hang = true;
	gr_process_stack(s->facts->inv.pid, stack, sizeof(stack));
	gr_finding_evidence(f, "%s", stack);
}

static void look_at_pages(struct ledger *l, const struct gr_scene *s,
			  struct gr_finding *f, struct gr_findings *out)
{
	struct gr_page_scan scan;
	char line[160];
	int ret = scan_pages(l, s, &scan);

	if (ret) {
		(void)snprintf(line, sizeof(line),
			       "the counts of its pages cannot be read: %s",
			       strerror(-ret));
		add_in_front(f, line);
		return;
	}
	if (!scan.nr_off) {
		tell_wait(l, s, &scan, out);
		return;
	}
	(void)snprintf(line, sizeof(line),
		       "%" PRIu64 " pages are held, the first one at "
		       "%#" PRIx64 " by %" PRId64,
		       scan.nr_off, scan.off[0].offset,
		       scan.off[0].refs + scan.off[0].pins);
	add_in_front(f, line);
}

static bool frees_blocks(const struct gr_scene *s)
{
	const struct gr_inv_facts *inv = &s->facts->inv;

	return s->c->kind == GR_CASE_RACE && s->c->inv->flags & GR_INV_FILE &&
	       inv->begin_ns && !inv->end_ns;
}

/* Where file systems wait for the pages of a layout: the place that a stack begins with. */
static bool waits_for_layout(pid_t pid)
{
	char stack[1024];
	int state = gr_process_state(pid);

	if (state != 'S' && state != 'D')
		return false;
	gr_process_stack(pid, stack, sizeof(stack));
	stack[strcspn(stack, "\n")] = '\0';
	return strstr(stack, "layout") || strstr(stack, "wait_dax_page");
}

/*
 * That it is asleep there, and no page is held, all the time, is proof enough: what
 * can be said after 2 s need not wait for what has not returned after 10 s.
 */
static void look_at_wait(struct ledger *l, const struct gr_scene *s,
			 struct gr_findings *out)
{
	const struct gr_facts *f = s->facts;
	struct gr_page_scan scan;
	uint64_t now = gr_now_ns();

	if (!frees_blocks(s) || !f->pins_over_ns ||
	    !waits_for_layout(f->inv.pid) || scan_pages(l, s, &scan) ||
	    scan.nr_off)
		l->asleep_ns = 0;
	else if (!l->asleep_ns)
		l->asleep_ns = now;
	else if (now >= l->asleep_ns + ASLEEP_NS)
		tell_wait(l, s, &scan, out);
}

/* What a hang waits for. */
static void look_at_hang(struct ledger *l, const struct gr_scene *s,
			 struct gr_findings *out)
{
	unsigned int i = out->nr;

	while (i && !out->of[i - 1].hang)
		i--;
	if (i && frees_blocks(s))
		look_at_pages(l, s, &out->of[i - 1], out);
	else if (i)
		look_at_pgmap(l, &out->of[i - 1]);
}

static void sample(struct gr_oracle *o, const struct gr_scene *s,
		   enum gr_point point, struct gr_findings *out)
{
	struct ledger *l = o->priv;

	if (!(s->target->ops->flags & GR_TARGET_MAPS_DEVICE))
		return;
	if (point == GR_POINT_HANG)
		look_at_hang(l, s, out);
	else if (point == GR_POINT_POLL)
		look_at_wait(l, s, out);
	if (!s->facts->attached || !s->target->size)
		return;
	if (point == GR_POINT_QUIESCENT && s->facts->quiet.state)
		look_at(l, s, s->facts->quiet.state == GR_QUIET_LAST, out);
	else if (point == GR_POINT_END)
		look_at(l, s, true, out);
}

static enum gr_sight judge(struct gr_oracle *o, const struct gr_scene *s,
			   struct gr_findings *out, struct gr_reason *why)
{
	struct ledger *l = o->priv;

	(void)out;
	for (int i = 0; i < GR_NR_DRIFTS; i++)
		if (l->book.drift[i].told)
			return GR_SIGHT_VIOLATED;
	*why = l->blind;
	if (!why->text[0] && s->c->kind == GR_CASE_BALANCE && !l->nr_samples)
		gr_reason_set(why, "no quiescent point was reached");
	return why->text[0] ? GR_SIGHT_BLIND : GR_SIGHT_CLEAN;
}

static void figures(const struct gr_oracle *o, struct gr_figures *out)
{
	const struct ledger *l = o->priv;

	out->nr_samples += l->nr_samples;
	out->sample_ns += l->sample_ns;
}

static int selftest(const struct gr_ctx *ctx, struct gr_reason *why)
{
	int ret = gr_ledger_try_book(why);

	(void)ctx;
	return ret ? ret : gr_ledger_try_reader(why);
}

static void close_reader(struct gr_oracle *o)
{
	struct ledger *l = o->priv;

	gr_pgmap_close(l->reader);
	l->reader = NULL;
}

const struct gr_oracle_ops gr_oracle_ledger = {
	.name = "ledger",
	.summary = "the references of the pgmap and its pages balance",
	.required_for = 1u << GR_CASE_BALANCE,
	.priv_size = sizeof(struct ledger),
	.open = open_reader,
	.begin = begin,
	.sample = sample,
	.judge = judge,
	.figures = figures,
	.selftest = selftest,
	.close = close_reader,
};
