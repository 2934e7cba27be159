// SPDX-License-Identifier: GPL-2.0-only
/*
 * Oracle integrity: data is where it was written, and nowhere else. After blocks
 * of a file were freed they are given to a canary file at once, full of tags; when
 * all pins are over, each of its blocks must still hold its tag, and so must each
 * block that the file has kept. What a device wrote late, into pages that the file
 * system thought idle, is found by the tag of who wrote it.
 *
 * With transient pins the keeper gives blocks away every 100 ms at the most.
 *
 * It says nothing of blocks that no canary got, and is BLIND where it got none at
 * all. It cannot see a write that was over before the canary was filled, nor one
 * into what pins may write of the file itself.
 * Source: Documentation/filesystems/dax.rst; fs/dax.c dax_layout_busy_page().
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "core/invalidate.h"
#include "core/oracle.h"
#include "core/pin.h"

#define NAME "integrity"

struct integrity_oracle {
	bool found;
	struct gr_data_facts last; /* of the case that was judged */
};

static int begin(struct gr_oracle *o, const struct gr_scene *scene)
{
	(void)scene;
	memset(o->priv, 0, sizeof(struct integrity_oracle));
	return 0;
}

static bool applies(const struct gr_scene *s)
{
	return s->c->kind == GR_CASE_RACE && s->c->inv->flags & GR_INV_FREES &&
	       s->target->ops->occupy;
}

/* Data of somebody in a block of another is the worse of the two. */
static enum gr_class class_of(const struct gr_data_wrong *w)
{
	return w->has_tag ? GR_CLASS_STALE_DMA : GR_CLASS_DATA;
}

static const char *signature_of(const struct gr_data_wrong *w)
{
	static const char *const words[2][2] = {
		{"wrong-bytes-in-file", "wrong-bytes-in-canary"},
		{"foreign-tag-in-file", "foreign-tag-in-canary"},
	};

	return words[w->has_tag][w->is_canary];
}

static void add_evidence(struct gr_finding *f, const struct gr_data_facts *d)
{
	const struct gr_data_wrong *w = &d->first;
	char must[80], found[80], bytes[3 * sizeof(w->bytes) + 1] = "";

	for (size_t i = 0; i < sizeof(w->bytes); i++)
		(void)snprintf(bytes + 3 * i, 4, "%02x ", w->bytes[i]);
	gr_finding_evidence(
		f,
		"%s, offset %" PRIu64 ", device offset %#" PRIx64
		", byte %u of the block, iteration %u\n"
		"expected: %s\nfound: %s\nbytes: %s\n"
		"so far %" PRIu64 " blocks are wrong of %" PRIu64
		" of canaries and %" PRIu64 " of the file\n",
		w->is_canary ? "canary file" : "file", w->off, w->dev, w->at,
		w->iteration, gr_tag_format(&w->must, must, sizeof(must)),
		w->has_tag ? gr_tag_format(&w->found, found, sizeof(found))
			   : "no tag",
		bytes, d->nr_wrong, d->nr_canary, d->nr_kept);
}

static void sample(struct gr_oracle *o, const struct gr_scene *s,
		   enum gr_point point, struct gr_findings *out)
{
	const struct gr_data_facts *d = &s->facts->data;
	struct integrity_oracle *x = o->priv;
	const struct gr_data_wrong *w = &d->first;
	struct gr_finding *f;
	char found[80];

	(void)point;
	if (x->found || !applies(s) ||
	    !__atomic_load_n(&d->nr_wrong, __ATOMIC_ACQUIRE))
		return;
	x->found = true;
	f = gr_finding_add(
		out, NAME, class_of(w), signature_of(w),
		"after %s of %s against %s, %s at offset %" PRIu64
		" (device offset %#" PRIx64 ") holds %s",
		s->c->inv->name, s->target->ns, s->c->pin->name,
		w->is_canary ? "a file that was given its blocks" : "the file",
		w->off, w->dev,
		w->has_tag ? gr_tag_format(&w->found, found, sizeof(found))
			   : "other bytes than were written");
	add_evidence(f, d);
}

static enum gr_sight judge(struct gr_oracle *o, const struct gr_scene *s,
			   struct gr_findings *out, struct gr_reason *why)
{
	const struct gr_data_facts *d = &s->facts->data;
	struct integrity_oracle *x = o->priv;

	sample(o, s, GR_POINT_END, out);
	x->last = *d;
	if (x->found)
		return GR_SIGHT_VIOLATED;
	if (!applies(s) || !d->nr_freed || d->nr_reused)
		return GR_SIGHT_CLEAN;
	gr_reason_set(why,
		      "none of %" PRIu64 " blocks that %s has freed could be "
		      "given to another file",
		      d->nr_freed, s->c->inv->name);
	return GR_SIGHT_BLIND;
}

static void figures(const struct gr_oracle *o, struct gr_figures *out)
{
	const struct integrity_oracle *x = o->priv;

	out->nr_freed = x->last.nr_freed;
	out->nr_reused = x->last.nr_reused;
	out->nr_verified = x->last.nr_canary + x->last.nr_kept;
}

/* Facts, what has to be said of them, and how well it sees. */
static const struct example {
	const char *signature; /* NULL = nothing */
	enum gr_sight sight;
	struct gr_data_facts data;
} examples[] = {
	{
		.sight = GR_SIGHT_CLEAN,
		.data = {.nr_asked = 1, .nr_freed = 9, .nr_reused = 1},
	},
	{
		.sight = GR_SIGHT_BLIND,
		.data = {.nr_asked = 1, .nr_freed = 9},
	},
	{
		.signature = "foreign-tag-in-canary",
		.sight = GR_SIGHT_VIOLATED,
		.data = {.nr_wrong = 1,
			 .first = {.is_canary = true, .has_tag = true}},
	},
	{
		.signature = "wrong-bytes-in-canary",
		.sight = GR_SIGHT_VIOLATED,
		.data = {.nr_wrong = 1, .first = {.is_canary = true}},
	},
	{
		.signature = "foreign-tag-in-file",
		.sight = GR_SIGHT_VIOLATED,
		.data = {.nr_wrong = 2, .first = {.has_tag = true}},
	},
	{
		.signature = "wrong-bytes-in-file",
		.sight = GR_SIGHT_VIOLATED,
		.data = {.nr_wrong = 1},
	},
};

static int give(struct gr_target *t, uint32_t iteration,
		struct gr_data_facts *data)
{
	(void)t, (void)iteration, (void)data;
	return 0;
}

static int selftest_one(const struct example *e, struct gr_findings *found,
			struct gr_reason *why)
{
	static const struct gr_target_ops ops = {.occupy = give};
	static const struct gr_invalidate_ops inv = {.name = "selftest",
						     .flags = GR_INV_FREES};
	static const struct gr_pin_ops pin = {.name = "selftest"};
	const struct gr_case c = {
		.kind = GR_CASE_RACE, .inv = &inv, .pin = &pin};
	const struct gr_target t = {.ops = &ops};
	const struct gr_facts facts = {.data = e->data};
	const struct gr_scene scene = {.c = &c, .target = &t, .facts = &facts};
	struct integrity_oracle state = {0};
	struct gr_oracle o = {.priv = &state};
	const char *is = "";
	enum gr_sight sight;

	memset(found, 0, sizeof(*found));
	sample(&o, &scene, GR_POINT_POLL, found);
	sight = judge(&o, &scene, found, why);
	if (found->nr == 1)
		is = found->of[0].signature;
	if (sight == e->sight && found->nr == (e->signature ? 1 : 0) &&
	    !strcmp(is, e->signature ? e->signature : ""))
		return 0;
	gr_reason_set(why, "gave %u findings (%s), sight %d, for facts of '%s'",
		      found->nr, is, (int)sight,
		      e->signature ? e->signature : "no trouble");
	return -EINVAL;
}

static int selftest(const struct gr_ctx *ctx, struct gr_reason *why)
{
	struct gr_findings *found = calloc(1, sizeof(*found));
	int ret = found ? 0 : -ENOMEM;

	(void)ctx;
	for (size_t i = 0; i < GR_ARRAY_SIZE(examples) && !ret; i++)
		ret = selftest_one(&examples[i], found, why);
	free(found);
	return ret;
}

const struct gr_oracle_ops gr_oracle_integrity = {
	.name = "integrity",
	.summary = "blocks that were freed and reused, and those that were "
		   "kept, hold what was written",
	.required_for = 1u << GR_CASE_RACE,
	.priv_size = sizeof(struct integrity_oracle),
	.begin = begin,
	.sample = sample,
	.judge = judge,
	.figures = figures,
	.selftest = selftest,
};
