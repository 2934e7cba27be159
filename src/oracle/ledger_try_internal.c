// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the ledger is tried on: counts that are known to be wrong, and a page of
 * our own that is held a known number of times.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "core/invalidate.h"
#include "core/pin.h"
#include "oracle/ledger_internal.h"
#include "sys/call.h"

#define PAGE_BYTES 4096
#define AT_MAX 4

/* The last pin of the synthetic case; blocks double after the single ones. */
#define PINS 20000

/* A count that goes wrong by so much, in a rhythm or at these pins. */
struct planted {
	const char *summary; /* what must be said; NULL = nothing at all */
	const char *signature;
	int64_t pgmap, refs, pins; /* each time */
	uint64_t every; /* pins; 0 = at these */
	uint64_t at[AT_MAX]; /* pins, ascending; 0 = no more */
	bool held;
};

static const struct planted planted[] = {
	{.summary = NULL},
	{
		.summary = "-1 pgmap reference for every pin",
		.signature = "pgmap-ref-lost",
		.pgmap = -1,
		.every = 1,
	},
	{
		.summary = "+1 pgmap reference for every pin",
		.signature = "pgmap-ref-extra",
		.pgmap = 1,
		.every = 1,
	},
	{
		.summary = "+7 pgmap references for every pin and unpin",
		.signature = "pgmap-ref-extra",
		.pgmap = 7,
		.every = 1,
		.held = true,
	},
	{
		.summary = "-1 pgmap reference for every 1 of 10 pins",
		.signature = "pgmap-ref-lost",
		.pgmap = -1,
		.every = 10,
	},
	{
		/* two changes are no rhythm */
		.summary = "-2 pgmap references between pin 25 and pin 50",
		.signature = "pgmap-ref-lost",
		.pgmap = -1,
		.every = 25,
	},
	{
		.summary = "-3 pgmap references between pin 3 and pin 9",
		.signature = "pgmap-ref-lost",
		.pgmap = -1,
		.at = {3, 4, 9},
	},
	{
		.summary = "+1 pgmap reference between pin 8255 and pin 16446",
		.signature = "pgmap-ref-extra",
		.pgmap = 1,
		.at = {10000},
	},
	{
		.summary = "+1 page reference at pin 1",
		.signature = "page-ref-extra",
		.refs = 1,
		.at = {1},
	},
	{
		.summary = "-1 page reference at pin 64",
		.signature = "page-ref-lost",
		.refs = -1,
		.at = {64},
	},
	{
		.summary = "+1 page pin for every 1 of 2 pins and unpins",
		.signature = "page-pin-extra",
		.pins = 1,
		.every = 2,
		.held = true,
	},
	{
		.summary = "-1 page pin for every pin",
		.signature = "page-pin-lost",
		.pins = -1,
		.every = 1,
	},
};

static uint64_t times(const struct planted *p, uint64_t pins)
{
	uint64_t nr = 0;

	if (p->every)
		return pins / p->every;
	while (nr < AT_MAX && p->at[nr] && p->at[nr] <= pins)
		nr++;
	return nr;
}

/* One page is off by what a loss or a leak adds up to. */
static void set_pages(struct gr_page_scan *s, int64_t refs, int64_t pins)
{
	memset(s, 0, sizeof(*s));
	if (!refs && !pins)
		return;
	s->nr_off = s->nr_shown = 1;
	s->off[0] = (struct gr_page_off){0x100201, 0x1000, refs, pins};
	*(refs < 0 ? &s->refs_lost : &s->refs_extra) = refs < 0 ? -refs : refs;
	*(pins < 0 ? &s->pins_lost : &s->pins_extra) = pins < 0 ? -pins : pins;
}

static void feed(const struct planted *p, const struct gr_case *c,
		 struct gr_findings *found)
{
	struct gr_ledger_book book = {.nr_pins = 0};
	struct gr_look look = {.iteration = 1, .anew = true};
	uint64_t block = 1;

	for (uint64_t pins = 0; pins < PINS; pins += block) {
		int64_t nr = (int64_t)times(p, pins);

		if (pins == GR_BALANCE_SINGLES)
			block = 2;
		else if (pins > GR_BALANCE_SINGLES)
			block *= 2;
		look.state = pins ? GR_QUIET_DROPPED : GR_QUIET_MAPPED;
		look.nr_pins = pins;
		look.pgmap = nr * p->pgmap;
		set_pages(&look.pages, nr * p->refs, nr * p->pins);
		gr_ledger_take(&book, c, &look, found);
		look.anew = false;
	}
	look.last = true;
	gr_ledger_take(&book, c, &look, found);
}

static bool said(const struct planted *p, const struct gr_findings *found)
{
	const struct gr_finding *f = &found->of[0];
	const char *says = strchr(f->summary, ':');
	bool pages = p->refs || p->pins;

	if (!p->summary)
		return !found->nr;
	return found->nr == 1 && !strcmp(f->signature, p->signature) && says &&
	       !strcmp(says + 2, p->summary) && f->spends_kernel &&
	       !strncmp(f->summary, "selftest, 4 KiB leaf: ", 22) &&
	       !!strstr(f->evidence, "pfn 0x100201, offset 0x1000") == pages;
}

static int try_planted(const struct planted *p, struct gr_reason *why)
{
	const struct gr_pin_ops pin = {
		.name = "selftest",
		.kind = p->held ? GR_PIN_HELD : GR_PIN_TRANSIENT,
	};
	const struct gr_case c = {
		.kind = GR_CASE_BALANCE,
		.pin = &pin,
		.spec = {.align = PAGE_BYTES},
	};
	struct gr_findings *found = calloc(1, sizeof(*found));
	int ret = 0;

	if (!found)
		return -ENOMEM;
	feed(p, &c, found);
	if (!said(p, found)) {
		gr_reason_set(why, "gave %u findings (%s) for '%s'", found->nr,
			      found->of[0].summary,
			      p->summary ? p->summary : "balanced counts");
		ret = -EINVAL;
	}
	free(found);
	return ret;
}

/* A race names the iteration; a page lost does not make up for one extra. */
static int try_race(struct gr_reason *why)
{
	const struct gr_pin_ops pin = {.name = "pins"};
	const struct gr_invalidate_ops inv = {.name = "takes"};
	const struct gr_case c = {
		.kind = GR_CASE_RACE,
		.pin = &pin,
		.inv = &inv,
		.spec = {.align = 1u << 21},
	};
	struct gr_findings *found = calloc(1, sizeof(*found));
	struct gr_ledger_book book = {.nr_pins = 0};
	struct gr_look look = {.state = GR_QUIET_UNMAPPED};
	bool right;

	if (!found)
		return -ENOMEM;
	for (look.iteration = 1; look.iteration <= 5; look.iteration++) {
		look.pages.refs_lost = look.pages.refs_extra =
			look.iteration == 5;
		gr_ledger_take(&book, &c, &look, found);
	}
	right = found->nr == 2 &&
		!strcmp(found->of[0].summary,
			"iteration 5 of pins against takes, 2 MiB leaf: "
			"-1 page reference") &&
		!strcmp(found->of[1].summary,
			"iteration 5 of pins against takes, 2 MiB leaf: "
			"+1 page reference");
	if (!right)
		gr_reason_set(why, "gave %u findings (%s) for iteration 5",
			      found->nr, found->of[0].summary);
	free(found);
	return right ? 0 : -EINVAL;
}

int gr_ledger_try_book(struct gr_reason *why)
{
	int ret = try_race(why);

	for (size_t i = 0; i < GR_ARRAY_SIZE(planted) && !ret; i++)
		ret = try_planted(&planted[i], why);
	return ret;
}

/* The page must count @held more than @idle. */
static int expect(struct gr_pgmap *r, int64_t idle, int64_t held,
		  struct gr_reason *why)
{
	int64_t refs = 0;
	int ret = gr_pgmap_own_refs(r, &refs);

	if (ret)
		gr_reason_set(why, "cannot read a page of its own: %s",
			      strerror(-ret));
	else if (refs != idle + held)
		gr_reason_set(why,
			      "saw %+" PRId64 " references where %+" PRId64
			      " are held",
			      refs - idle, held);
	return ret ? ret : refs == idle + held ? 0 : -EINVAL;
}

static int hold(int fd, void *page, int nr)
{
	struct iovec iov = {page, PAGE_BYTES};
	ssize_t n = PAGE_BYTES;

	for (int i = 0; i < nr && n == PAGE_BYTES; i++)
		n = gr_vmsplice(fd, &iov, 1, 0);
	return n == PAGE_BYTES ? 0 : n < 0 ? (int)n : -EIO;
}

static int try_pipe(struct gr_pgmap *r, int nr, struct gr_reason *why)
{
	int64_t idle = 0;
	int fds[2];
	int ret = gr_pgmap_own_refs(r, &idle);

	if (ret) {
		gr_reason_set(why, "cannot read a page of its own: %s",
			      strerror(-ret));
		return ret;
	}
	ret = gr_pipe(fds);
	if (ret)
		return ret;
	ret = hold(fds[1], gr_pgmap_own_page(r), nr);
	if (!ret)
		ret = expect(r, idle, nr, why);
	(void)gr_close(fds[0]); /* pages go with the last end */
	(void)gr_close(fds[1]);
	return ret ? ret : expect(r, idle, 0, why);
}

int gr_ledger_try_reader(struct gr_reason *why)
{
	char text[GR_REASON_MAX] = "";
	struct gr_pgmap *r;
	int ret = gr_pgmap_open(&r, text, sizeof(text));

	if (ret) {
		gr_reason_set(why, "%s", text);
		return -EOPNOTSUPP;
	}
	ret = try_pipe(r, 1, why);
	if (!ret)
		ret = try_pipe(r, 7, why);
	gr_pgmap_close(r);
	return ret;
}
