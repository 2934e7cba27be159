// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs in a guest with gr_adjust loaded: makes counts of a real namespace wrong
 * by known numbers, demands these numbers of the ledger, takes them back, and
 * demands balance.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/size.h"
#include "core/case.h"
#include "core/ctx.h"
#include "core/oracle.h"
#include "core/pin.h"
#include "core/registry.h"
#include "guest/guest.h"
#include "sys/call.h"
#include "sys/pgmap.h"
#include "sys/sysfs.h"

#define PAGE_BYTES 4096ull

static struct gr_ctx ctx = {.in_guest = true};
static const struct gr_pin_ops pin = {.name = "test", .kind = GR_PIN_HELD};

/* One ledger and one namespace. */
struct bench {
	struct gr_oracle o;
	struct gr_case c;
	struct gr_target t;
	struct gr_facts facts;
	struct gr_scene scene;
	struct gr_findings found;
	struct gr_reason why;
	char leaf[8];
	bool own; /* the pgmap has a counter of its own */
};

static void adjust(const char *what, uint64_t phys, int by)
{
	char text[80];
	int ret;

	snprintf(text, sizeof(text), "%s %" PRIu64 " %d", what, phys, by);
	ret = gr_sysfs_write(text, "/sys/module/gr_adjust/parameters/adjust");
	check(!ret, "cannot adjust '%s': %s", text, strerror(-ret));
}

/* A case of one look. */
static enum gr_sight look(struct bench *b, enum gr_point point,
			  enum gr_quiet state)
{
	memset(&b->found, 0, sizeof(b->found));
	b->why.text[0] = '\0';
	b->facts.quiet.state = state;
	b->o.ops->begin(&b->o, &b->scene);
	b->o.ops->sample(&b->o, &b->scene, point, &b->found);
	return b->o.ops->judge(&b->o, &b->scene, &b->found, &b->why);
}

static void check_balanced(struct bench *b, const char *when)
{
	enum gr_sight sight = look(b, GR_POINT_QUIESCENT, GR_QUIET_MAPPED);

	check(sight == GR_SIGHT_CLEAN && !b->found.nr, "%s: %u findings: %s%s",
	      when, b->found.nr, b->found.of[0].summary, b->why.text);
	sight = look(b, GR_POINT_END, GR_QUIET_MAPPED);
	check(sight == GR_SIGHT_CLEAN && !b->found.nr,
	      "%s, all of it: %u findings: %s%s", when, b->found.nr,
	      b->found.of[0].summary, b->why.text);
}

/* The one finding there is says @count, and names @offset if it is a page's. */
static void check_found(struct bench *b, const char *count, uint64_t offset,
			bool page)
{
	const struct gr_finding *f = &b->found.of[0];
	char summary[128], where[64];

	snprintf(summary, sizeof(summary),
		 "test, %s leaf: %s before the first pin", b->leaf, count);
	check(b->found.nr == 1 && !strcmp(f->summary, summary),
	      "%u findings: '%s', want '%s'", b->found.nr, f->summary, summary);
	snprintf(where, sizeof(where), ", offset %#" PRIx64 ": ", offset);
	check(!page || (strstr(f->evidence, "pages off balance: 1\n") &&
			strstr(f->evidence, where)),
	      "'%s' is not in '%s'", where, f->evidence);
}

struct planted {
	const char *what; /* for gr_adjust */
	int by;
	const char *count; /* as it must be told */
};

static const struct planted planted[] = {
	{"pgmap", -1, "-1 pgmap reference"}, {"pgmap", 1, "+1 pgmap reference"},
	{"pgmap", 7, "+7 pgmap references"}, {"page", -1, "-1 page reference"},
	{"page", 1, "+1 page reference"},    {"page", 7, "+7 page references"},
	{"pin", 1, "+1 page pin"},	     {"pin", 7, "+7 page pins"},
};

static void try_planted(struct bench *b, const struct planted *p)
{
	bool page = strcmp(p->what, "pgmap") != 0;
	uint64_t offset = b->c.spec.align; /* the second leaf */

	if (!page && !b->own)
		return; /* it is in no count that is looked at */
	begin("%s: %s %+d", b->leaf, p->what, p->by);
	adjust(p->what, b->t.data_start + offset, p->by);
	look(b, GR_POINT_QUIESCENT, GR_QUIET_MAPPED);
	check_found(b, p->count, offset, page);
	adjust(p->what, b->t.data_start + offset, -p->by);
	check_balanced(b, "taken back");
}

/* A page that nobody maps is looked at when the case ends; of no file, too. */
static void try_far(struct bench *b)
{
	uint64_t offset = b->t.whole_size - b->c.spec.align;

	begin("%s: the last leaf", b->leaf);
	adjust("page", b->t.whole_start + offset, 1);
	look(b, GR_POINT_QUIESCENT, GR_QUIET_MAPPED);
	check(!b->found.nr, "looked at more than is mapped");
	look(b, GR_POINT_END, GR_QUIET_MAPPED);
	check_found(b, "+1 page reference", offset, true);
	adjust("page", b->t.whole_start + offset, -1);
	check_balanced(b, "taken back");
}

/* The same pgmap by any page of a leaf; and what a look costs. */
static void try_reader(struct bench *b)
{
	bool file = b->t.ops->flags & GR_TARGET_FILE;
	char why[GR_REASON_MAX] = "";
	struct gr_pgmap_ref head, tail;
	struct gr_page_scan scan;
	struct gr_pgmap *r;
	uint64_t begun;
	int ret;

	begin("%s: reader", b->leaf);
	if (!check(!gr_pgmap_open(&r, why, sizeof(why)), "%s", why))
		return;
	ret = gr_pgmap_ref(r, b->t.data_start, &head);
	check(!ret && (file ? head.fs_dax : head.device_dax) && !head.dead,
	      "no pgmap");
	b->own = head.own;
	check(head.own || file, "device-dax without a counter of its own");
	ret = gr_pgmap_ref(r, b->t.data_start + PAGE_BYTES, &tail);
	check(!ret && tail.address == head.address && tail.refs == head.refs,
	      "the second page has another pgmap");
	check(head.refs == head.idle || !head.own,
	      "%" PRId64 " references, not %" PRId64, head.refs, head.idle);
	ret = gr_pgmap_ref_again(r, head.address, &tail);
	check(!ret && tail.refs == head.refs, "not found again");
	begun = gr_now_ns();
	gr_pgmap_ref(r, b->t.data_start, &head);
	printf("a look at the pgmap: %" PRIu64 " us\n",
	       (gr_now_ns() - begun) / 1000);
	begun = gr_now_ns();
	gr_pgmap_scan(r, b->t.whole_start, b->t.whole_size, &scan);
	printf("a scan of %" PRIu64 " MiB: %" PRIu64 " us\n",
	       b->t.whole_size >> 20, (gr_now_ns() - begun) / 1000);
	gr_pgmap_close(r);
}

/* Mapped, faulted in and held for real. */
static void try_held(struct bench *b)
{
	struct gr_map_req req = {
		.len = 2 * b->c.spec.align,
		.prot = PROT_READ | PROT_WRITE,
	};
	struct gr_mapping m;
	struct iovec iov;
	int fds[2];

	begin("%s: held", b->leaf);
	if (!check(!b->t.ops->map(&b->t, &req, &m), "cannot map"))
		return;
	memset(m.range.addr, 1, PAGE_BYTES);
	memset((char *)m.range.addr + b->c.spec.align, 1, PAGE_BYTES);
	check_balanced(b, "mapped");
	check(look(b, GR_POINT_QUIESCENT, GR_QUIET_HELD) == GR_SIGHT_BLIND,
	      "saw a pin that is not there");
	iov = (struct iovec){m.range.addr, PAGE_BYTES};
	check(!gr_pipe(fds) && gr_vmsplice(fds[1], &iov, 1, 0) > 0,
	      "cannot vmsplice");
	check(look(b, GR_POINT_QUIESCENT, GR_QUIET_HELD) == GR_SIGHT_CLEAN,
	      "did not see the pin: %s", b->why.text);
	look(b, GR_POINT_QUIESCENT, GR_QUIET_MAPPED);
	check_found(b, "+1 page reference", 0, true);
	gr_close(fds[0]);
	gr_close(fds[1]);
	check_balanced(b, "dropped");
	check(!b->t.ops->unmap(&m), "cannot unmap");
	check_balanced(b, "unmapped");
}

static void try_target(struct bench *b)
{
	check_balanced(b, "idle");
	try_reader(b);
	for (size_t i = 0; i < GR_ARRAY_SIZE(planted); i++)
		try_planted(b, &planted[i]);
	try_far(b);
	try_held(b);
}

static void set_target(struct bench *b, const char *target,
		       const struct gr_target_spec *spec)
{
	char size[24];

	gr_size_format(spec->align, size, sizeof(size));
	snprintf(b->leaf, sizeof(b->leaf), "%c %ciB", size[0], size[1]);
	b->c.spec = *spec;
	b->t = (struct gr_target){
		.ops = gr_target_find(target),
		.spec = *spec,
	};
}

static void try_shape(struct bench *b, uint64_t align, enum gr_memmap memmap)
{
	const struct gr_target_spec spec = {.align = align, .memmap = memmap};

	set_target(b, "devdax", &spec);
	begin("namespace of %s leaves, struct pages in %s", b->leaf,
	      memmap == GR_MEMMAP_DEV ? "itself" : "memory");
	if (check(!b->t.ops->acquire(&ctx, &b->t), "cannot acquire it"))
		try_target(b);
}

/* Pages are of the file system while it is mounted, and nobody's after it. */
static void try_file(struct bench *b, uint64_t align, enum gr_fs fs)
{
	const struct gr_target_spec spec = {.align = align, .fs = fs};

	set_target(b, "fsdax", &spec);
	begin("file of %s leaves on %s", b->leaf, gr_target_fs_name(fs));
	if (!check(!b->t.ops->acquire(&ctx, &b->t), "cannot acquire it"))
		return;
	try_target(b);
	begin("%s: unmounted", b->leaf);
	check(!b->t.ops->release(&ctx, &b->t), "cannot release it");
	check_balanced(b, "unmounted");
}

int main(void)
{
	struct bench *b = calloc(1, sizeof(*b));

	if (!b)
		return EXIT_FAILURE;
	ctx.run = getpid(); /* whose changes of namespaces are noted */
	b->o.ops = gr_oracle_find("ledger");
	b->o.priv = calloc(1, b->o.ops->priv_size);
	b->c.kind = GR_CASE_BALANCE;
	b->c.pin = &pin;
	b->facts.attached = 1;
	b->facts.iteration = 1;
	b->scene = (struct gr_scene){
		.c = &b->c, .target = &b->t, .facts = &b->facts, .op = ""};
	begin("open");
	if (check(b->o.priv && !b->o.ops->open(&ctx, &b->o, &b->why),
		  "the ledger is blind: %s", b->why.text)) {
		if (b->why.text[0])
			printf("cannot be seen here: %s\n", b->why.text);
		try_shape(b, GR_KIB * 4, GR_MEMMAP_MEM);
		try_shape(b, GR_KIB * 4, GR_MEMMAP_DEV);
		try_shape(b, GR_MIB * 2, GR_MEMMAP_MEM);
		try_shape(b, GR_MIB * 2, GR_MEMMAP_DEV);
		try_file(b, GR_KIB * 4, GR_FS_EXT4);
		try_file(b, GR_MIB * 2, GR_FS_EXT4);
		try_file(b, GR_KIB * 4, GR_FS_XFS);
		try_file(b, GR_MIB * 2, GR_FS_XFS);
	}
	b->o.ops->close(&b->o);
	free(b->o.priv);
	free(b);
	return finish();
}
