// SPDX-License-Identifier: GPL-2.0-only
#include "core/scenario_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "base/util.h"
#include "core/check.h"
#include "core/invalidate.h"
#include "core/pin.h"
#include "core/registry.h"

/* One key of a block: takes one word of its list. */
typedef int (*take_fn)(struct gr_scenario_parser *p, struct gr_block *b,
		       const char *word);

struct key {
	const char *name;
	unsigned int kinds; /* 1 << enum gr_block_kind */
	take_fn take;
	bool is_list; /* else it takes one word */
};

#define IN_CHECK (1u << GR_BLOCK_CHECK)
#define IN_RACE (1u << GR_BLOCK_RACE)
#define IN_BALANCE (1u << GR_BLOCK_BALANCE)
#define IN_PINS (IN_RACE | IN_BALANCE)
#define IN_ALL (IN_CHECK | IN_PINS)

int gr_scenario_refuse(struct gr_scenario_parser *p, const char *what,
		       const char *word)
{
	gr_reason_set(&p->why, "'%s' is not %s", word, what);
	return -EINVAL;
}

static int full(struct gr_scenario_parser *p, const char *what)
{
	gr_reason_set(&p->why, "more than %d %s in one list", GR_LIST_MAX,
		      what);
	return -EINVAL;
}

static int take_target(struct gr_scenario_parser *p, struct gr_block *b,
		       const char *word)
{
	b->target = gr_target_find(word);
	if (!b->target)
		return gr_scenario_refuse(
			p, "a target; 'guprace list targets' names them", word);
	return 0;
}

static int take_fs(struct gr_scenario_parser *p, struct gr_block *b,
		   const char *word)
{
	if (b->nr_fs == GR_LIST_MAX)
		return full(p, "file systems");
	if (gr_target_fs_parse(word, &b->fs[b->nr_fs]))
		return gr_scenario_refuse(
			p, "a file system; say ext4, xfs or xfs-reflink", word);
	b->nr_fs++;
	return 0;
}

static int take_mapping(struct gr_scenario_parser *p, struct gr_block *b,
			const char *word)
{
	if (b->nr_plain == GR_LIST_MAX)
		return full(p, "mappings");
	if (strcmp(word, "sync") && strcmp(word, "plain"))
		return gr_scenario_refuse(p, "a mapping; say sync or plain",
					  word);
	b->plain[b->nr_plain++] = !strcmp(word, "plain");
	return 0;
}

static int take_source(struct gr_scenario_parser *p, struct gr_block *b,
		       const char *word)
{
	if (b->nr_sources == GR_LIST_MAX)
		return full(p, "sources");
	if (strcmp(word, "anon") && strcmp(word, "file"))
		return gr_scenario_refuse(p, "a source; say anon or file",
					  word);
	b->source[b->nr_sources++] =
		strcmp(word, "anon") ? GR_SOURCE_FILE : GR_SOURCE_ANON;
	return 0;
}

static int take_align(struct gr_scenario_parser *p, struct gr_block *b,
		      const char *word)
{
	uint64_t align;

	if (b->nr_aligns == GR_LIST_MAX)
		return full(p, "alignments");
	if (gr_size_parse(word, &align) ||
	    (align != 4 * GR_KIB && align != 2 * GR_MIB && align != GR_GIB))
		return gr_scenario_refuse(p, "an alignment; say 4K, 2M or 1G",
					  word);
	b->align[b->nr_aligns++] = align;
	return 0;
}

static int take_map(struct gr_scenario_parser *p, struct gr_block *b,
		    const char *word)
{
	if (b->nr_memmaps == GR_LIST_MAX)
		return full(p, "maps");
	if (strcmp(word, "mem") && strcmp(word, "dev"))
		return gr_scenario_refuse(p, "a map; say mem or dev", word);
	b->memmap[b->nr_memmaps++] =
		strcmp(word, "mem") ? GR_MEMMAP_DEV : GR_MEMMAP_MEM;
	return 0;
}

/* "all" takes what the registry has, also what is added to it later. */
static int take_check(struct gr_scenario_parser *p, struct gr_block *b,
		      const char *word)
{
	const struct gr_check_ops *ops = gr_check_find(word);
	int ret = 0;

	if (!strcmp(word, "all")) {
		b->all_checks = true;
		for (size_t i = 0; gr_checks()[i] && !ret; i++)
			ret = take_check(p, b, gr_checks()[i]->name);
		return ret;
	}
	if (b->nr_checks == GR_LIST_MAX)
		return full(p, "checks");
	if (!ops)
		return gr_scenario_refuse(
			p, "a check; 'guprace list checks' names them", word);
	b->check[b->nr_checks++] = ops;
	return 0;
}

static int take_pin(struct gr_scenario_parser *p, struct gr_block *b,
		    const char *word)
{
	const struct gr_pin_ops *ops = gr_pin_find(word);
	int ret = 0;

	if (!strcmp(word, "all")) {
		for (size_t i = 0; gr_pins()[i] && !ret; i++)
			ret = take_pin(p, b, gr_pins()[i]->name);
		return ret;
	}
	if (b->nr_pins == GR_LIST_MAX)
		return full(p, "pins");
	if (!ops)
		return gr_scenario_refuse(
			p, "a pin; 'guprace list pins' names them", word);
	b->pin[b->nr_pins++] = ops;
	return 0;
}

static int take_inv(struct gr_scenario_parser *p, struct gr_block *b,
		    const char *word)
{
	const struct gr_invalidate_ops *ops = gr_invalidate_find(word);
	int ret = 0;

	if (!strcmp(word, "all")) {
		for (size_t i = 0; gr_invalidators()[i] && !ret; i++)
			ret = take_inv(p, b, gr_invalidators()[i]->name);
		return ret;
	}
	if (b->nr_invs == GR_LIST_MAX)
		return full(p, "invalidators");
	if (!ops)
		return gr_scenario_refuse(
			p,
			"an invalidator; 'guprace list invalidators' "
			"names them",
			word);
	b->inv[b->nr_invs++] = ops;
	return 0;
}

static int take_shape(struct gr_scenario_parser *p, struct gr_block *b,
		      const char *word)
{
	if (b->nr_shapes == GR_LIST_MAX)
		return full(p, "ranges");
	if (gr_shape_parse(word, &b->shape[b->nr_shapes]))
		return gr_scenario_refuse(
			p,
			"a range; say page, cross, far, mixed, untouched "
			"or short",
			word);
	if (b->shape[b->nr_shapes] >= GR_SHAPE_UNTOUCHED &&
	    b->kind != GR_BLOCK_BALANCE)
		return gr_scenario_refuse(p, "a range of a race", word);
	b->nr_shapes++;
	return 0;
}

static int take_pinners(struct gr_scenario_parser *p, struct gr_block *b,
			const char *word)
{
	char *end;
	unsigned long n = strtoul(word, &end, 10);

	if (*end || n < 1 || n > 2)
		return gr_scenario_refuse(p, "a number of pinners; say 1 or 2",
					  word);
	b->nr_pinners = (unsigned int)n;
	return 0;
}

static int take_yes(struct gr_scenario_parser *p, const char *word, bool *yes)
{
	if (strcmp(word, "yes") && strcmp(word, "no"))
		return gr_scenario_refuse(p, "yes or no", word);
	*yes = !strcmp(word, "yes");
	return 0;
}

static int take_witness(struct gr_scenario_parser *p, struct gr_block *b,
			const char *word)
{
	return take_yes(p, word, &b->witness);
}

static int take_slice(struct gr_scenario_parser *p, struct gr_block *b,
		      const char *word)
{
	if (gr_duration_parse(word, &b->slice_ns))
		return gr_scenario_refuse(p, "a duration such as 500ms", word);
	return 0;
}

static const struct key keys[] = {
	{"align", IN_ALL, take_align, true},
	{"check", IN_CHECK, take_check, true},
	{"fs", IN_ALL, take_fs, true},
	{"invalidate", IN_RACE, take_inv, true},
	{"map", IN_ALL, take_map, true},
	{"mapping", IN_ALL, take_mapping, true},
	{"pin", IN_PINS, take_pin, true},
	{"pinners", IN_RACE, take_pinners, false},
	{"range", IN_PINS, take_shape, true},
	{"slice", IN_ALL, take_slice, false},
	{"source", IN_ALL, take_source, true},
	{"target", IN_ALL, take_target, false},
	{"witness", IN_RACE, take_witness, false},
};

static int take_word(struct gr_scenario_parser *p, struct gr_block *b,
		     const struct key *key, const char *word, unsigned int nr)
{
	if (!nr || key->is_list)
		return key->take(p, b, word);
	gr_reason_set(&p->why, "'%s' is one too many: '%s' takes one word",
		      word, key->name);
	return -EINVAL;
}

static int split_words(struct gr_scenario_parser *p, struct gr_block *b,
		       const struct key *key, const char *value)
{
	char *copy = strdup(value), *save = NULL;
	int ret = copy ? 0 : -ENOMEM;
	unsigned int nr = 0;

	for (char *w = copy ? strtok_r(copy, " ,\t", &save) : NULL; w && !ret;
	     w = strtok_r(NULL, " ,\t", &save), nr++)
		ret = take_word(p, b, key, w, nr);
	if (!ret && !nr) {
		gr_reason_set(&p->why, "it has no value");
		ret = -EINVAL;
	}
	free(copy);
	return ret;
}

int gr_scenario_block_key(struct gr_scenario_parser *p, struct gr_block *b,
			  const char *name, const char *value)
{
	for (size_t i = 0; i < GR_ARRAY_SIZE(keys); i++) {
		if (strcmp(keys[i].name, name))
			continue;
		if (!(keys[i].kinds & (1u << b->kind)))
			break;
		return split_words(p, b, &keys[i], value);
	}
	return gr_scenario_refuse(p, "a key of this kind of section", name);
}

int gr_scenario_key(struct gr_scenario_parser *p, const char *name,
		    const char *value)
{
	struct gr_scenario *s = p->out;

	p->seen_scenario = true;
	if (!strcmp(name, "name")) {
		(void)snprintf(s->name, sizeof(s->name), "%s", value);
	} else if (!strcmp(name, "summary")) {
		(void)snprintf(s->summary, sizeof(s->summary), "%s", value);
	} else if (!strcmp(name, "time")) {
		if (gr_duration_parse(value, &s->time_ns))
			return gr_scenario_refuse(p, "a duration such as 90s",
						  value);
	} else if (!strcmp(name, "table")) {
		return take_yes(p, value, &s->table);
	} else {
		return gr_scenario_refuse(p, "a key of [scenario]", name);
	}
	return 0;
}
