// SPDX-License-Identifier: GPL-2.0-only
#include "core/scenario.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/size.h"
#include "base/util.h"
#include "core/check.h"
#include "core/invalidate.h"
#include "core/pin.h"
#include "core/reason.h"
#include "core/registry.h"

#define DEFAULT_SLICE_NS (500 * GR_NSEC_PER_MSEC)

struct parser {
	struct gr_scenario *out;
	struct gr_reason why; /* the first error */
	bool seen_scenario;
};

/* One key of a block: takes one word of its list. */
typedef int (*take_fn)(struct parser *p, struct gr_block *b, const char *word);

struct key {
	const char *name;
	unsigned int kinds; /* 1 << enum gr_block_kind */
	take_fn take;
};

#define IN_CHECK (1u << GR_BLOCK_CHECK)
#define IN_RACE (1u << GR_BLOCK_RACE)

static int refuse(struct parser *p, const char *what, const char *word)
{
	gr_reason_set(&p->why, "'%s' is not %s", word, what);
	return -EINVAL;
}

static int full(struct parser *p, const char *what)
{
	gr_reason_set(&p->why, "more than %d %s in one list", GR_LIST_MAX,
		      what);
	return -EINVAL;
}

static int take_target(struct parser *p, struct gr_block *b, const char *word)
{
	b->target = gr_target_find(word);
	if (!b->target)
		return refuse(p, "a target; 'guprace list targets' names them",
			      word);
	return 0;
}

static int take_align(struct parser *p, struct gr_block *b, const char *word)
{
	uint64_t align;

	if (b->nr_aligns == GR_LIST_MAX)
		return full(p, "alignments");
	if (gr_size_parse(word, &align) ||
	    (align != 4 * GR_KIB && align != 2 * GR_MIB && align != GR_GIB))
		return refuse(p, "an alignment; say 4K, 2M or 1G", word);
	b->align[b->nr_aligns++] = align;
	return 0;
}

static int take_map(struct parser *p, struct gr_block *b, const char *word)
{
	if (b->nr_memmaps == GR_LIST_MAX)
		return full(p, "maps");
	if (strcmp(word, "mem") && strcmp(word, "dev"))
		return refuse(p, "a map; say mem or dev", word);
	b->memmap[b->nr_memmaps++] =
		strcmp(word, "mem") ? GR_MEMMAP_DEV : GR_MEMMAP_MEM;
	return 0;
}

static int take_check(struct parser *p, struct gr_block *b, const char *word)
{
	const struct gr_check_ops *ops = gr_check_find(word);

	if (b->nr_checks == GR_LIST_MAX)
		return full(p, "checks");
	if (!ops)
		return refuse(p, "a check; 'guprace list checks' names them",
			      word);
	b->check[b->nr_checks++] = ops;
	return 0;
}

static int take_pin(struct parser *p, struct gr_block *b, const char *word)
{
	const struct gr_pin_ops *ops = gr_pin_find(word);

	if (b->nr_pins == GR_LIST_MAX)
		return full(p, "pins");
	if (!ops)
		return refuse(p, "a pin; 'guprace list pins' names them", word);
	b->pin[b->nr_pins++] = ops;
	return 0;
}

static int take_inv(struct parser *p, struct gr_block *b, const char *word)
{
	const struct gr_invalidate_ops *ops = gr_invalidate_find(word);

	if (b->nr_invs == GR_LIST_MAX)
		return full(p, "invalidators");
	if (!ops)
		return refuse(p,
			      "an invalidator; 'guprace list invalidators' "
			      "names them",
			      word);
	b->inv[b->nr_invs++] = ops;
	return 0;
}

static int take_shape(struct parser *p, struct gr_block *b, const char *word)
{
	if (b->nr_shapes == GR_LIST_MAX)
		return full(p, "ranges");
	if (gr_shape_parse(word, &b->shape[b->nr_shapes]))
		return refuse(p, "a range; say page, cross or mixed", word);
	b->nr_shapes++;
	return 0;
}

static int take_pinners(struct parser *p, struct gr_block *b, const char *word)
{
	char *end;
	unsigned long n = strtoul(word, &end, 10);

	if (*end || n < 1 || n > 2)
		return refuse(p, "a number of pinners; say 1 or 2", word);
	b->nr_pinners = (unsigned int)n;
	return 0;
}

static int take_witness(struct parser *p, struct gr_block *b, const char *word)
{
	if (strcmp(word, "yes") && strcmp(word, "no"))
		return refuse(p, "yes or no", word);
	b->witness = !strcmp(word, "yes");
	return 0;
}

static int take_slice(struct parser *p, struct gr_block *b, const char *word)
{
	if (gr_duration_parse(word, &b->slice_ns))
		return refuse(p, "a duration such as 500ms", word);
	return 0;
}

static const struct key keys[] = {
	{"align", IN_CHECK | IN_RACE, take_align},
	{"check", IN_CHECK, take_check},
	{"invalidate", IN_RACE, take_inv},
	{"map", IN_CHECK | IN_RACE, take_map},
	{"pin", IN_RACE, take_pin},
	{"pinners", IN_RACE, take_pinners},
	{"range", IN_RACE, take_shape},
	{"slice", IN_CHECK | IN_RACE, take_slice},
	{"target", IN_CHECK | IN_RACE, take_target},
	{"witness", IN_RACE, take_witness},
};

static int split_words(struct parser *p, struct gr_block *b, take_fn take,
		       const char *value)
{
	char *copy = strdup(value), *save = NULL;
	int ret = copy ? 0 : -ENOMEM;
	unsigned int nr = 0;

	for (char *w = copy ? strtok_r(copy, " ,\t", &save) : NULL; w && !ret;
	     w = strtok_r(NULL, " ,\t", &save), nr++)
		ret = take(p, b, w);
	if (!ret && !nr) {
		gr_reason_set(&p->why, "it has no value");
		ret = -EINVAL;
	}
	free(copy);
	return ret;
}

static int block_key(struct parser *p, struct gr_block *b, const char *name,
		     const char *value)
{
	for (size_t i = 0; i < GR_ARRAY_SIZE(keys); i++) {
		if (strcmp(keys[i].name, name))
			continue;
		if (!(keys[i].kinds & (1u << b->kind)))
			break;
		return split_words(p, b, keys[i].take, value);
	}
	return refuse(p, "a key of this kind of section", name);
}

static int scenario_key(struct parser *p, const char *name, const char *value)
{
	struct gr_scenario *s = p->out;

	p->seen_scenario = true;
	if (!strcmp(name, "name")) {
		(void)snprintf(s->name, sizeof(s->name), "%s", value);
	} else if (!strcmp(name, "summary")) {
		(void)snprintf(s->summary, sizeof(s->summary), "%s", value);
	} else if (!strcmp(name, "time")) {
		if (gr_duration_parse(value, &s->time_ns))
			return refuse(p, "a duration such as 90s", value);
	} else {
		return refuse(p, "a key of [scenario]", name);
	}
	return 0;
}

/* The block of this heading; made when the heading is new. */
static struct gr_block *find_block(struct parser *p, const char *section)
{
	struct gr_scenario *s = p->out;
	bool race = !strncmp(section, "race ", 5);
	const char *label;
	struct gr_block *b;

	if (!race && strncmp(section, "check ", 6)) {
		refuse(p, "a section; say [scenario], [check X] or [race X]",
		       section);
		return NULL;
	}
	label = strchr(section, ' ') + 1;
	b = s->nr_blocks ? &s->block[s->nr_blocks - 1] : NULL;
	if (b && (b->kind == GR_BLOCK_RACE) == race && !strcmp(b->label, label))
		return b;
	if (s->nr_blocks == GR_SCENARIO_BLOCKS_MAX) {
		gr_reason_set(&p->why, "more than %d sections",
			      GR_SCENARIO_BLOCKS_MAX);
		return NULL;
	}
	b = &s->block[s->nr_blocks++];
	b->kind = race ? GR_BLOCK_RACE : GR_BLOCK_CHECK;
	(void)snprintf(b->label, sizeof(b->label), "%s", label);
	b->nr_pinners = 1;
	b->slice_ns = DEFAULT_SLICE_NS;
	return b;
}

/* libinih: 1 = go on, 0 = error in this line */
static int on_key(void *arg, const char *section, const char *name,
		  const char *value)
{
	struct parser *p = arg;
	struct gr_block *b;

	if (p->why.text[0])
		return 0;
	if (!strcmp(section, "scenario"))
		return !scenario_key(p, name, value);
	b = find_block(p, section);
	return b && !block_key(p, b, name, value);
}

static const char *missing_key(const struct gr_block *b)
{
	if (!b->target)
		return "target";
	if (b->kind == GR_BLOCK_CHECK)
		return b->nr_checks ? NULL : "check";
	if (!b->nr_pins)
		return "pin";
	return b->nr_invs ? NULL : "invalidate";
}

static void fill_defaults(struct gr_block *b)
{
	if (!b->nr_aligns)
		b->align[b->nr_aligns++] = 4 * GR_KIB;
	if (!b->nr_memmaps)
		b->memmap[b->nr_memmaps++] = GR_MEMMAP_MEM;
	if (!b->nr_shapes)
		b->shape[b->nr_shapes++] = GR_SHAPE_PAGE;
}

static int finish(struct parser *p, const char *file)
{
	struct gr_scenario *s = p->out;

	if (!p->seen_scenario || !s->name[0])
		return gr_err(-EINVAL, "%s: no 'name' in a [scenario] section",
			      file);
	if (!s->nr_blocks)
		return gr_err(-EINVAL, "%s: no [check X] or [race X] section",
			      file);
	for (unsigned int i = 0; i < s->nr_blocks; i++) {
		struct gr_block *b = &s->block[i];
		const char *missing = missing_key(b);

		if (missing)
			return gr_err(-EINVAL,
				      "%s: section [%s %s] has no '%s'", file,
				      b->kind == GR_BLOCK_RACE ? "race"
							       : "check",
				      b->label, missing);
		fill_defaults(b);
	}
	return 0;
}

int gr_scenario_parse(const char *text, const char *file,
		      struct gr_scenario *out)
{
	struct parser p = {.out = out};
	int line;

	memset(out, 0, sizeof(*out));
	line = ini_parse_string(text, on_key, &p);
	if (line < 0)
		return gr_err(-ENOMEM, "cannot read '%s'", file);
	if (line > 0)
		return gr_err(0, "%s:%d: %s", file, line,
			      p.why.text[0] ? p.why.text
					    : "not a 'key = value' line"),
		       -EINVAL;
	return finish(&p, file);
}
