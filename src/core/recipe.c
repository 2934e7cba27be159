// SPDX-License-Identifier: GPL-2.0-only
#include "core/recipe.h"

#include <errno.h>
#include <string.h>

#include "base/size.h"
#include "core/check.h"
#include "core/invalidate.h"
#include "core/pin.h"
#include "core/registry.h"

#define PARTS_MAX 7

struct parts {
	char text[GR_CASE_NAME_MAX];
	unsigned int nr;
	char *of[PARTS_MAX];
};

static int split(struct parts *p, const char *name)
{
	char *rest = p->text;

	if (strlen(name) >= sizeof(p->text))
		return -EINVAL;
	strncpy(p->text, name, sizeof(p->text) - 1);
	p->text[sizeof(p->text) - 1] = '\0';
	p->nr = 0;
	while (rest && p->nr < PARTS_MAX)
		p->of[p->nr++] = strsep(&rest, "/");
	return rest || p->nr < 3 ? -EINVAL : 0;
}

/* Cut @suffix off, if it is there. */
static bool cut(char *text, const char *suffix)
{
	size_t len = strlen(text), cut = strlen(suffix);

	if (len <= cut || strcmp(text + len - cut, suffix))
		return false;
	text[len - cut] = '\0';
	return true;
}

/* "devdax", "fsdax-ext4", "fsdax-xfs-reflink-plain", "hmm_private-file" */
static int parse_target(char *text, struct gr_case *c)
{
	char *fs;

	c->target = gr_target_find(text);
	if (c->target)
		return 0;
	if (cut(text, "-file")) {
		c->spec.source = GR_SOURCE_FILE;
		c->target = gr_target_find(text);
		return c->target ? 0 : -EINVAL;
	}
	c->spec.plain = cut(text, "-plain");
	fs = strchr(text, '-');
	if (!fs)
		return -EINVAL;
	*fs++ = '\0';
	c->target = gr_target_find(text);
	return c->target ? gr_target_fs_parse(fs, &c->spec.fs) : -EINVAL;
}

/* "4K", "2M-dev" */
static int parse_align(char *text, struct gr_case *c)
{
	if (cut(text, "-dev"))
		c->spec.memmap = GR_MEMMAP_DEV;
	return gr_size_parse(text, &c->spec.align);
}

static int parse_race(const struct parts *p, struct gr_case *c)
{
	unsigned int i = 5;

	c->kind = GR_CASE_RACE;
	c->inv = gr_invalidate_find(p->of[3]);
	c->nr_pinners = 1;
	if (i < p->nr && !strcmp(p->of[i], "two")) {
		c->nr_pinners = 2;
		i++;
	}
	if (i < p->nr && !strcmp(p->of[i], "witness")) {
		c->witness = true;
		i++;
	}
	return c->inv && i == p->nr ? 0 : -EINVAL;
}

static int parse_rest(const struct parts *p, struct gr_case *c)
{
	if (p->nr == 3) {
		c->kind = GR_CASE_CHECK;
		c->check = gr_check_find(p->of[2]);
		return c->check ? 0 : -EINVAL;
	}
	c->pin = gr_pin_find(p->of[2]);
	if (p->nr < 5 || !c->pin || gr_shape_parse(p->of[4], &c->shape))
		return -EINVAL;
	if (strcmp(p->of[3], "balance"))
		return parse_race(p, c);
	c->kind = GR_CASE_BALANCE;
	return p->nr == 5 ? 0 : -EINVAL;
}

int gr_recipe_parse(const char *name, struct gr_case *c)
{
	struct parts p;

	memset(c, 0, sizeof(*c));
	if (split(&p, name) || parse_target(p.of[0], c) ||
	    parse_align(p.of[1], c) || parse_rest(&p, c))
		return -EINVAL;
	(void)snprintf(c->name, sizeof(c->name), "%s", name);
	return 0;
}

void gr_recipe_name(struct gr_case *c)
{
	size_t used;

	gr_case_place(c, c->name, sizeof(c->name));
	used = strlen(c->name);
	(void)snprintf(c->name + used, sizeof(c->name) - used, "/%s/%s/%s%s%s",
		       c->pin->name, c->inv->name, gr_shape_name(c->shape),
		       c->nr_pinners > 1 ? "/two" : "",
		       c->witness ? "/witness" : "");
}

static void write_place(FILE *out, const struct gr_case *c)
{
	char align[24];

	fprintf(out, "target = %s\n", c->target->name);
	if (c->target->flags & GR_TARGET_FILE)
		fprintf(out, "fs = %s\nmapping = %s\n",
			gr_target_fs_name(c->spec.fs),
			c->spec.plain ? "plain" : "sync");
	if (c->spec.source == GR_SOURCE_FILE)
		fprintf(out, "source = file\n");
	fprintf(out, "align = %s\nmap = %s\n",
		gr_size_format(c->spec.align, align, sizeof(align)),
		c->spec.memmap == GR_MEMMAP_DEV ? "dev" : "mem");
}

static const char *const kinds[] = {
	[GR_CASE_CHECK] = "check",
	[GR_CASE_RACE] = "race",
	[GR_CASE_BALANCE] = "balance",
};

void gr_recipe_write(FILE *out, const struct gr_case *c, const char *slice)
{
	fprintf(out, "[scenario]\nname = replay\nsummary = %s\n\n[%s one]\n",
		c->name, kinds[c->kind]);
	write_place(out, c);
	if (c->check)
		fprintf(out, "check = %s\n", c->check->name);
	if (c->pin)
		fprintf(out, "pin = %s\nrange = %s\n", c->pin->name,
			gr_shape_name(c->shape));
	if (c->inv)
		fprintf(out, "invalidate = %s\npinners = %u\nwitness = %s\n",
			c->inv->name, c->nr_pinners, c->witness ? "yes" : "no");
	fprintf(out, "slice = %s\n", slice);
}
