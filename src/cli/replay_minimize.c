// SPDX-License-Identifier: GPL-2.0-only
/*
 * guprace replay --minimize: one thing after the other is taken away from the
 * case, and stays away if the finding is still there.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/size.h"
#include "base/util.h"
#include "cli/replay.h"
#include "core/invalidate.h"
#include "core/pair.h"
#include "core/pin.h"
#include "core/recipe.h"
#include "core/verdict.h"
#include "report/reproducer_internal.h"
#include "sys/file.h"

/* A change stays when it was found in one of so many runs. */
#define TRIES 3

#define SLICE_MIN_NS (1000000000ull)

struct step {
	const char *what;
	bool (*make)(struct gr_replay *r); /* false: there is nothing to make */
};

static bool one_pinner(struct gr_replay *r)
{
	if (r->c.kind != GR_CASE_RACE || r->c.nr_pinners == 1)
		return false;
	r->c.nr_pinners = 1;
	r->nr_offsets = r->nr_offsets ? 1 : 0;
	return true;
}

static bool no_witness(struct gr_replay *r)
{
	if (!r->c.witness)
		return false;
	r->c.witness = false;
	return true;
}

static bool one_page(struct gr_replay *r)
{
	if (r->c.kind != GR_CASE_RACE || r->c.shape == GR_SHAPE_PAGE)
		return false;
	r->c.shape = GR_SHAPE_PAGE;
	return true;
}

static bool small_leaves(struct gr_replay *r)
{
	if (r->c.kind != GR_CASE_RACE || r->c.spec.align == 4 * GR_KIB)
		return false;
	r->c.spec.align = 4 * GR_KIB;
	return true;
}

static bool plain_map(struct gr_replay *r)
{
	if (r->c.kind != GR_CASE_RACE || r->c.spec.memmap != GR_MEMMAP_DEV)
		return false;
	r->c.spec.memmap = GR_MEMMAP_MEM;
	return true;
}

static bool half_the_time(struct gr_replay *r)
{
	if (r->slice_ns / 2 < SLICE_MIN_NS)
		return false;
	r->slice_ns /= 2;
	return true;
}

static const struct step steps[] = {
	{"one pinner", one_pinner},
	{"no witness", no_witness},
	{"one page", one_page},
	{"leaves of 4 KiB", small_leaves},
	{"struct pages in memory", plain_map},
	{"half the time", half_the_time},
	{"half of that", half_the_time},
};

/* Return: 1 it is still found, 0 it is not, -errno, -EINTR interrupted. */
static int still_found(const struct gr_replay *r)
{
	struct gr_replay_count count = {0};
	int ret = 0;

	for (int i = 0; i < TRIES && !ret && !count.hits; i++) {
		ret = gr_replay_try(r, 1, false, &count);
		if (!ret && count.interrupted)
			ret = -EINTR;
	}
	return ret ? ret : count.hits > 0;
}

static int try_step(struct gr_replay *r, const struct step *step)
{
	struct gr_replay old = *r;
	int found;

	if (!step->make(r))
		return 0;
	if (r->c.kind == GR_CASE_RACE) {
		if (!gr_pair_is_legal(r->c.target, &r->c.spec, r->c.pin,
				      r->c.inv)) {
			*r = old; /* no race that way */
			return 0;
		}
		gr_recipe_name(&r->c);
	}
	found = still_found(r);
	if (found >= 0)
		printf("%s: %s\n", step->what,
		       found ? "still found" : "not found, so it stays");
	if (found != 1)
		*r = old;
	return found < 0 ? found : 0;
}

static int write_file(const char *dir, const char *name, const char *text,
		      size_t len)
{
	char path[PATH_MAX];
	int ret = gr_path(path, "%s/%s", dir, name);

	if (!ret)
		ret = gr_file_replace(path, text, len);
	if (ret)
		return gr_err(ret, "cannot write '%s' in '%s'", name, dir);
	printf("wrote %s\n", path);
	return 0;
}

static void recipe_text(FILE *f, const struct gr_replay *r)
{
	char slice[24];

	fprintf(f,
		"; %s (%s), found on %s\n; guprace %srun replay.ini "
		"--seed %llu",
		r->class, r->signature, r->release, r->in_guest ? "vm -- " : "",
		(unsigned long long)r->seed);
	for (unsigned int i = 0; i < r->nr_offsets; i++)
		fprintf(f, " --offset=%lld", (long long)r->offset_ns[i]);
	(void)fputc('\n', f);
	(void)snprintf(
		slice, sizeof(slice), "%llus",
		(unsigned long long)((r->slice_ns + 999999999) / 1000000000));
	gr_recipe_write(f, &r->c, slice);
}

static void c_text(FILE *f, const struct gr_replay *r)
{
	char found[96];
	const struct gr_reproducer c = {
		.c = &r->c,
		.found = found,
		.release = r->release,
		.offset_ns = r->nr_offsets ? r->offset_ns[0] : 0,
	};

	(void)snprintf(found, sizeof(found), "%s (%s)", r->class, r->signature);
	gr_reproducer_write(f, &c);
}

static int write_text(const struct gr_replay *r, const char *dir,
		      const char *name,
		      void (*print)(FILE *f, const struct gr_replay *r))
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	int ret;

	if (!f)
		return gr_err(-ENOMEM, "cannot write '%s'", name);
	print(f, r);
	if (fclose(f)) {
		free(text);
		return gr_err(-ENOMEM, "cannot write '%s'", name);
	}
	ret = write_file(dir, name, text, len);
	free(text);
	return ret;
}

static int write_all(const struct gr_replay *r, const char *dir)
{
	int ret = write_text(r, dir, "replay.ini", recipe_text);

	if (ret || r->c.kind != GR_CASE_RACE)
		return ret;
	if (gr_reproducer_can(&r->c))
		return write_text(r, dir, "replay.c", c_text);
	printf("no C file: there is no plain C for %s against %s\n",
	       r->c.pin->name, r->c.inv->name);
	return 0;
}

int gr_replay_minimize(struct gr_replay *r, const char *dir)
{
	int ret = still_found(r);

	if (ret == 0) {
		puts("not reproduced: there is nothing to make smaller");
		return GR_EXIT_PASS;
	}
	for (size_t i = 0; i < GR_ARRAY_SIZE(steps) && ret >= 0; i++)
		ret = try_step(r, &steps[i]);
	if (ret == -EINTR)
		return 130;
	if (ret >= 0)
		ret = write_all(r, dir);
	return ret ? GR_EXIT_BROKEN : GR_EXIT_FAIL;
}
