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
	const char *text;
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
	bool is_list; /* else it takes one word */
};

#define IN_CHECK (1u << GR_BLOCK_CHECK)
#define IN_RACE (1u << GR_BLOCK_RACE)
#define IN_BALANCE (1u << GR_BLOCK_BALANCE)
#define IN_PINS (IN_RACE | IN_BALANCE)
#define IN_ALL (IN_CHECK | IN_PINS)

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

static int take_fs(struct parser *p, struct gr_block *b, const char *word)
{
	if (b->nr_fs == GR_LIST_MAX)
		return full(p, "file systems");
	if (gr_target_fs_parse(word, &b->fs[b->nr_fs]))
		return refuse(p, "a file system; say ext4, xfs or xfs-reflink",
			      word);
	b->nr_fs++;
	return 0;
}

static int take_mapping(struct parser *p, struct gr_block *b, const char *word)
{
	if (b->nr_plain == GR_LIST_MAX)
		return full(p, "mappings");
	if (strcmp(word, "sync") && strcmp(word, "plain"))
		return refuse(p, "a mapping; say sync or plain", word);
	b->plain[b->nr_plain++] = !strcmp(word, "plain");
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
		return refuse(p,
			      "a range; say page, cross, far, mixed, untouched "
			      "or short",
			      word);
	if (b->shape[b->nr_shapes] >= GR_SHAPE_UNTOUCHED &&
	    b->kind != GR_BLOCK_BALANCE)
		return refuse(p, "a range of a race", word);
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
	{"target", IN_ALL, take_target, false},
	{"witness", IN_RACE, take_witness, false},
};

static int take_word(struct parser *p, struct gr_block *b,
		     const struct key *key, const char *word, unsigned int nr)
{
	if (!nr || key->is_list)
		return key->take(p, b, word);
	gr_reason_set(&p->why, "'%s' is one too many: '%s' takes one word",
		      word, key->name);
	return -EINVAL;
}

static int split_words(struct parser *p, struct gr_block *b,
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

static int block_key(struct parser *p, struct gr_block *b, const char *name,
		     const char *value)
{
	for (size_t i = 0; i < GR_ARRAY_SIZE(keys); i++) {
		if (strcmp(keys[i].name, name))
			continue;
		if (!(keys[i].kinds & (1u << b->kind)))
			break;
		return split_words(p, b, &keys[i], value);
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

/* The line of the first heading of that name after line @after; 1 = none. */
static unsigned int line_of(const char *text, const char *section,
			    unsigned int after)
{
	size_t len = strlen(section);

	for (unsigned int line = 1; text; line++) {
		const char *at = text + strspn(text, " \t");

		if (line > after && *at == '[' &&
		    !strncmp(at + 1, section, len) && at[1 + len] == ']')
			return line;
		text = strchr(text, '\n');
		text = text ? text + 1 : NULL;
	}
	return 1;
}

static const char *const block_names[] = {
	[GR_BLOCK_CHECK] = "check",
	[GR_BLOCK_RACE] = "race",
	[GR_BLOCK_BALANCE] = "balance",
};

/* "race pairs": the kind; the label is what follows. -EINVAL = no such kind */
static int block_kind(const char *section, const char **label)
{
	for (size_t i = 0; i < GR_ARRAY_SIZE(block_names); i++) {
		size_t len = strlen(block_names[i]);

		if (strncmp(section, block_names[i], len) ||
		    section[len] != ' ')
			continue;
		*label = section + len + 1;
		return (int)i;
	}
	return -EINVAL;
}

static struct gr_block *add_block(struct parser *p, const char *section)
{
	struct gr_scenario *s = p->out;
	unsigned int after = s->nr_blocks ? s->block[s->nr_blocks - 1].line : 0;
	struct gr_block *b;

	if (s->nr_blocks == GR_SCENARIO_BLOCKS_MAX) {
		gr_reason_set(&p->why, "more than %d sections",
			      GR_SCENARIO_BLOCKS_MAX);
		return NULL;
	}
	b = &s->block[s->nr_blocks++];
	b->line = line_of(p->text, section, after);
	b->nr_pinners = 1;
	b->slice_ns = DEFAULT_SLICE_NS;
	return b;
}

/* The block of this heading; made when the heading is new. */
static struct gr_block *find_block(struct parser *p, const char *section)
{
	struct gr_scenario *s = p->out;
	const char *label;
	struct gr_block *b;
	int kind = block_kind(section, &label);

	if (kind < 0) {
		refuse(p,
		       "a section; say [scenario], [check X], [race X] or "
		       "[balance X]",
		       section);
		return NULL;
	}
	b = s->nr_blocks ? &s->block[s->nr_blocks - 1] : NULL;
	if (b && b->kind == (enum gr_block_kind)kind &&
	    !strcmp(b->label, label))
		return b;
	b = add_block(p, section);
	if (!b)
		return NULL;
	b->kind = (enum gr_block_kind)kind;
	(void)snprintf(b->label, sizeof(b->label), "%s", label);
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
	return b->nr_invs || b->kind == GR_BLOCK_BALANCE ? NULL : "invalidate";
}

static void fill_defaults(struct gr_block *b)
{
	if (!b->nr_fs)
		b->fs[b->nr_fs++] = GR_FS_EXT4;
	if (!b->nr_plain)
		b->plain[b->nr_plain++] = false;
	if (!b->nr_aligns)
		b->align[b->nr_aligns++] = 4 * GR_KIB;
	if (!b->nr_memmaps)
		b->memmap[b->nr_memmaps++] = GR_MEMMAP_MEM;
	if (!b->nr_shapes)
		b->shape[b->nr_shapes++] = GR_SHAPE_PAGE;
}

static int bad(const char *file, unsigned int line, const char *why)
{
	gr_err(0, "%s:%u: %s", file, line, why);
	return -EINVAL;
}

static int finish(struct parser *p, const char *file)
{
	struct gr_scenario *s = p->out;

	if (!p->seen_scenario || !s->name[0])
		return bad(file, line_of(p->text, "scenario", 0),
			   "no 'name' in a [scenario] section");
	if (!s->nr_blocks)
		return bad(file, line_of(p->text, "scenario", 0),
			   "no [check X], [race X] or [balance X] section");
	for (unsigned int i = 0; i < s->nr_blocks; i++) {
		struct gr_block *b = &s->block[i];
		const char *missing = missing_key(b);
		bool is_file = b->target && b->target->flags & GR_TARGET_FILE;

		if (missing) {
			gr_reason_set(&p->why, "this section has no '%s'",
				      missing);
			return bad(file, b->line, p->why.text);
		}
		if (!is_file && (b->nr_fs || b->nr_plain)) {
			gr_reason_set(&p->why, "target '%s' has no file system",
				      b->target->name);
			return bad(file, b->line, p->why.text);
		}
		fill_defaults(b);
	}
	return 0;
}

int gr_scenario_parse(const char *text, const char *file,
		      struct gr_scenario *out)
{
	struct parser p = {.text = text, .out = out};
	int line;

	memset(out, 0, sizeof(*out));
	line = ini_parse_string(text, on_key, &p);
	if (line < 0)
		return gr_err(-ENOMEM, "cannot read '%s'", file);
	if (line > 0)
		return bad(file, (unsigned int)line,
			   p.why.text[0] ? p.why.text
					 : "not a 'key = value' line");
	return finish(&p, file);
}
