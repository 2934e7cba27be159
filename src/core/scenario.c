// SPDX-License-Identifier: GPL-2.0-only
#include "core/scenario_internal.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/size.h"
#include "base/util.h"
#include "core/pair.h"

#define DEFAULT_SLICE_NS (500 * GR_NSEC_PER_MSEC)

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

static struct gr_block *add_block(struct gr_scenario_parser *p,
				  const char *section)
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
static struct gr_block *find_block(struct gr_scenario_parser *p,
				   const char *section)
{
	struct gr_scenario *s = p->out;
	const char *label;
	struct gr_block *b;
	int kind = block_kind(section, &label);

	if (kind < 0) {
		gr_scenario_refuse(
			p,
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
	struct gr_scenario_parser *p = arg;
	struct gr_block *b;

	if (p->why.text[0])
		return 0;
	if (!strcmp(section, "scenario"))
		return !gr_scenario_key(p, name, value);
	b = find_block(p, section);
	return b && !gr_scenario_block_key(p, b, name, value);
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
	if (!b->nr_sources)
		b->source[b->nr_sources++] = GR_SOURCE_ANON;
	if (!b->nr_aligns)
		b->align[b->nr_aligns++] = 4 * GR_KIB;
	if (!b->nr_memmaps)
		b->memmap[b->nr_memmaps++] = GR_MEMMAP_MEM;
	if (!b->nr_shapes)
		b->shape[b->nr_shapes++] = GR_SHAPE_PAGE;
}

/* What is not about the target is left out where "all" is said, and else a mistake. */
static bool checks_fit(struct gr_block *b, struct gr_reason *why)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < b->nr_checks; i++) {
		if (gr_check_fits(b->target, b->check[i])) {
			b->check[nr++] = b->check[i];
		} else if (!b->all_checks) {
			gr_reason_set(why, "check '%s' is not for target '%s'",
				      b->check[i]->name, b->target->name);
			return false;
		}
	}
	b->nr_checks = nr;
	return true;
}

static bool makes_sense(struct gr_block *b, struct gr_reason *why)
{
	const char *missing = missing_key(b);

	if (missing)
		gr_reason_set(why, "this section has no '%s'", missing);
	else if (!(b->target->flags & GR_TARGET_FILE) &&
		 (b->nr_fs || b->nr_plain))
		gr_reason_set(why, "target '%s' has no file system",
			      b->target->name);
	else if (!(b->target->flags & GR_TARGET_MOVES) && b->nr_sources)
		gr_reason_set(why, "memory of target '%s' has no source",
			      b->target->name);
	else
		return checks_fit(b, why);
	return false;
}

static int bad(const char *file, unsigned int line, const char *why)
{
	gr_err(0, "%s:%u: %s", file, line, why);
	return -EINVAL;
}

static int finish(struct gr_scenario_parser *p, const char *file)
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

		if (!makes_sense(b, &p->why))
			return bad(file, b->line, p->why.text);
		fill_defaults(b);
	}
	return 0;
}

int gr_scenario_parse(const char *text, const char *file,
		      struct gr_scenario *out)
{
	struct gr_scenario_parser p = {.text = text, .out = out};
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
