// SPDX-License-Identifier: GPL-2.0-only
#include "report/table_internal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "report/internal.h"

#define LINES_MAX 100 /* pins, or invalidators */
#define TEXT_MAX 24

struct gr_table_case {
	char *name, *place, *pin, *inv;
	char *reason; /* of a SKIP */
	bool is_done;
	bool has_figures;
	enum gr_verdict verdict;
	uint64_t overlaps;
};

/* What one pair came to; the cases of a cell are folded. */
struct cell {
	unsigned int nr; /* cases; 0 = no race */
	unsigned int nr_done;
	bool has_figures;
	enum gr_verdict verdict;
	uint64_t overlaps;
	const char *reason; /* of a SKIP: the first one's */
	bool is_told; /* in the list of skips */
};

struct grid {
	const char *place;
	unsigned int nr_rows, nr_cols;
	const char *row[LINES_MAX], *col[LINES_MAX];
	struct cell cell[LINES_MAX][LINES_MAX];
};

/* ---- what is told of cases ---- */

static void free_case(struct gr_table_case *c)
{
	free(c->name);
	free(c->place);
	free(c->pin);
	free(c->inv);
	free(c->reason);
}

void gr_table_plan(struct gr_table *t, const struct gr_ev_plan *plan)
{
	struct gr_table_case c = {.is_done = false}, *of;

	if (!plan->cell.place || !plan->cell.pin || !plan->cell.inv)
		return;
	c.name = strdup(plan->name);
	c.place = strdup(plan->cell.place);
	c.pin = strdup(plan->cell.pin);
	c.inv = strdup(plan->cell.inv);
	of = reallocarray(t->of, t->nr + 1, sizeof(*of));
	if (of)
		t->of = of;
	if (of && c.name && c.place && c.pin && c.inv) {
		of[t->nr++] = c;
		return;
	}
	free_case(&c);
	t->is_out_of_memory = true;
}

void gr_table_end(struct gr_table *t, const struct gr_ev_case_end *end)
{
	struct gr_table_case *c = NULL;

	for (unsigned int i = 0; i < t->nr && !c; i++)
		if (!strcmp(t->of[i].name, end->name))
			c = &t->of[i];
	if (!c || c->is_done)
		return;
	c->is_done = true;
	c->verdict = end->verdict;
	c->overlaps = end->overlaps;
	c->has_figures = end->attempts;
	if (end->verdict == GR_SKIP)
		c->reason = strdup(end->reason ? end->reason : "");
}

void gr_table_fini(struct gr_table *t)
{
	for (unsigned int i = 0; i < t->nr; i++)
		free_case(&t->of[i]);
	free(t->of);
	memset(t, 0, sizeof(*t));
}

/* ---- the grid of one place ---- */

/* What the kernel must refuse is one case, no row of the table. */
static bool is_of(const struct gr_table_case *c, const char *place,
		  bool is_refused)
{
	return !strcmp(c->place, place) &&
	       !strcmp(c->inv, GR_CELL_REFUSED) == is_refused;
}

/* Sorted by name. */
static bool insert(const char **list, unsigned int *nr, const char *name)
{
	unsigned int at = 0;

	while (at < *nr && strcmp(list[at], name) < 0)
		at++;
	if (at < *nr && !strcmp(list[at], name))
		return true;
	if (*nr == LINES_MAX)
		return false;
	memmove(&list[at + 1], &list[at], (*nr - at) * sizeof(*list));
	list[at] = name;
	(*nr)++;
	return true;
}

static unsigned int index_of(const char *const *list, const char *name)
{
	unsigned int i = 0;

	while (strcmp(list[i], name))
		i++; /* it was inserted */
	return i;
}

static void fold(struct cell *cell, const struct gr_table_case *c)
{
	cell->nr++;
	if (!c->is_done)
		return;
	cell->verdict = cell->nr_done
				? gr_verdict_fold(cell->verdict, c->verdict)
				: c->verdict;
	cell->nr_done++;
	cell->has_figures |= c->has_figures;
	cell->overlaps += c->overlaps;
	if (!cell->reason)
		cell->reason = c->reason;
}

static bool fill(struct grid *g, const struct gr_table *t, const char *place)
{
	bool fits = true;

	memset(g, 0, sizeof(*g));
	g->place = place;
	for (unsigned int i = 0; i < t->nr && fits; i++) {
		const struct gr_table_case *c = &t->of[i];

		if (is_of(c, place, false))
			fits = insert(g->row, &g->nr_rows, c->pin) &&
			       insert(g->col, &g->nr_cols, c->inv);
	}
	for (unsigned int i = 0; i < t->nr && fits; i++) {
		const struct gr_table_case *c = &t->of[i];

		if (is_of(c, place, false))
			fold(&g->cell[index_of(g->row, c->pin)]
				     [index_of(g->col, c->inv)],
			     c);
	}
	return fits;
}

/* ---- how it looks ---- */

/* At most 4 characters: 999, 1.2k, 12k, 123k, 1.2M ... */
static void format_count(uint64_t nr, char *buf, size_t len)
{
	static const char units[] = "kMGTPE";
	int unit = -1;
	double value = (double)nr;

	while (value >= 999.5) {
		value /= 1000;
		unit++;
	}
	if (unit < 0)
		(void)snprintf(buf, len, "%.0f", value);
	else
		(void)snprintf(buf, len, "%.*f%c", value < 9.95, value,
			       units[unit]);
}

static void format_cell(const struct cell *c, char *buf, size_t len)
{
	char count[16];

	if (!c->nr) {
		(void)snprintf(buf, len, "-");
	} else if (!c->nr_done) {
		(void)snprintf(buf, len, "not run");
	} else {
		format_count(c->overlaps, count, sizeof(count));
		(void)snprintf(buf, len, "%s%s%s",
			       c->verdict == GR_INCONCLUSIVE
				       ? "INCONC"
				       : gr_verdict_name(c->verdict),
			       c->has_figures ? " " : "",
			       c->has_figures ? count : "");
	}
}

/* A name is cut behind each '_': part @nr of it. */
static size_t part(const char *name, unsigned int nr, const char **at)
{
	for (; nr && *name; nr--) {
		name += strcspn(name, "_");
		name += *name == '_';
	}
	*at = name;
	return strcspn(name, "_") + (name[strcspn(name, "_")] == '_');
}

static size_t width_of(const struct grid *g, unsigned int col)
{
	char text[TEXT_MAX];
	const char *at;
	size_t width = 0, len;

	for (unsigned int i = 0; (len = part(g->col[col], i, &at)); i++)
		width = GR_MAX(width, len);
	for (unsigned int row = 0; row < g->nr_rows; row++) {
		format_cell(&g->cell[row][col], text, sizeof(text));
		width = GR_MAX(width, strlen(text));
	}
	return width;
}

static size_t width_of_rows(const struct grid *g)
{
	size_t width = 0;

	for (unsigned int row = 0; row < g->nr_rows; row++)
		width = GR_MAX(width, strlen(g->row[row]));
	return width;
}

/* Names come from a guest. */
static void put(FILE *out, const char *text, size_t len, size_t width)
{
	gr_put_text(out, text, len, '\0');
	for (; len < width; len++)
		(void)fputc(' ', out);
}

/* A line of the columns from @from to @to: @text gives each, len bytes of it. */
struct strip {
	const struct grid *g;
	size_t first; /* width of the names of the rows */
	unsigned int from, to;
};

static void put_head(FILE *out, const struct strip *s)
{
	const char *at;
	bool more = true;

	for (unsigned int line = 0; more; line++) {
		more = false;
		put(out, "", 0, s->first);
		for (unsigned int c = s->from; c < s->to; c++) {
			size_t len = part(s->g->col[c], line, &at);

			(void)fputs("  ", out);
			put(out, at, len,
			    c + 1 < s->to ? width_of(s->g, c) : 0);
			more |= at[len] != '\0';
		}
		(void)fputc('\n', out);
	}
}

static void put_strip(FILE *out, const struct strip *s)
{
	char text[TEXT_MAX];

	put_head(out, s);
	for (unsigned int r = 0; r < s->g->nr_rows; r++) {
		put(out, s->g->row[r], strlen(s->g->row[r]), s->first);
		for (unsigned int c = s->from; c < s->to; c++) {
			format_cell(&s->g->cell[r][c], text, sizeof(text));
			(void)fputs("  ", out);
			put(out, text, strlen(text),
			    c + 1 < s->to ? width_of(s->g, c) : 0);
		}
		(void)fputc('\n', out);
	}
}

static void put_strips(FILE *out, const struct grid *g)
{
	struct strip s = {.g = g, .first = width_of_rows(g)};

	while (s.to < g->nr_cols) {
		size_t width = s.first;

		s.from = s.to;
		do
			width += 2 + width_of(g, s.to++);
		while (s.to < g->nr_cols &&
		       width + 2 + width_of(g, s.to) <= GR_TABLE_WIDTH);
		if (s.from)
			(void)fputc('\n', out);
		put_strip(out, &s);
	}
}

/* ---- what was skipped ---- */

static bool is_skip(const struct cell *c, const char *reason)
{
	return c->nr_done && c->verdict == GR_SKIP && c->reason &&
	       !strcmp(c->reason, reason);
}

/* Is all of that row or column skipped for that reason? Then it is told so. */
static bool take_line(struct grid *g, unsigned int at, bool is_row,
		      const char *reason)
{
	unsigned int nr = is_row ? g->nr_cols : g->nr_rows, nr_skips = 0;

	for (unsigned int i = 0; i < nr; i++) {
		const struct cell *c =
			is_row ? &g->cell[at][i] : &g->cell[i][at];

		if (c->nr && !c->is_told && !is_skip(c, reason))
			return false;
		nr_skips += c->nr && !c->is_told;
	}
	for (unsigned int i = 0; i < nr; i++)
		(is_row ? &g->cell[at][i] : &g->cell[i][at])->is_told = true;
	return nr_skips;
}

struct list {
	FILE *out;
	size_t used; /* columns */
	unsigned int nr;
};

/* "a: b, c" in as many lines as it takes. */
static void put_item(struct list *l, const char *one, const char *mark,
		     const char *other)
{
	char text[96];
	size_t len;

	(void)snprintf(text, sizeof(text), "%s%s%s", one, mark, other);
	len = strlen(text);
	(void)fputs(l->nr++ ? "," : "", l->out);
	if (l->used + 2 + len > GR_TABLE_WIDTH - 1) {
		(void)fputs("\n   ", l->out);
		l->used = 3;
	}
	(void)fputc(' ', l->out);
	put(l->out, text, len, 0);
	l->used += 2 + len;
}

static void put_skip(FILE *out, struct grid *g, const char *reason)
{
	struct list l = {.out = out};

	(void)fputs("SKIP, ", out);
	put(out, reason, strlen(reason), 0);
	(void)fputc(':', out);
	l.used = 7 + strlen(reason);
	for (unsigned int r = 0; r < g->nr_rows; r++)
		if (take_line(g, r, true, reason))
			put_item(&l, g->row[r], "", "");
	for (unsigned int c = 0; c < g->nr_cols; c++)
		if (take_line(g, c, false, reason))
			put_item(&l, g->col[c], "", "");
	for (unsigned int r = 0; r < g->nr_rows; r++)
		for (unsigned int c = 0; c < g->nr_cols; c++) {
			struct cell *cell = &g->cell[r][c];

			if (cell->is_told || !is_skip(cell, reason))
				continue;
			put_item(&l, g->row[r], "/", g->col[c]);
			cell->is_told = true;
		}
	(void)fputc('\n', out);
}

static void put_skips(FILE *out, struct grid *g)
{
	for (unsigned int r = 0; r < g->nr_rows; r++)
		for (unsigned int c = 0; c < g->nr_cols; c++) {
			const struct cell *cell = &g->cell[r][c];

			if (cell->reason && !cell->is_told &&
			    is_skip(cell, cell->reason))
				put_skip(out, g, cell->reason);
		}
}

static void put_refused(FILE *out, const struct gr_table *t, const char *place)
{
	struct list l = {.out = out};

	for (unsigned int i = 0; i < t->nr; i++) {
		const struct gr_table_case *c = &t->of[i];

		if (!is_of(c, place, true) || c->reason)
			continue;
		if (!l.used)
			(void)fputs("refused by the kernel, as they must be:",
				    out);
		l.used = l.used ? l.used : 39;
		put_item(&l, c->pin, " ",
			 c->is_done ? gr_verdict_name(c->verdict) : "not run");
	}
	if (l.used)
		(void)fputc('\n', out);
	for (unsigned int i = 0; i < t->nr; i++) {
		const struct gr_table_case *c = &t->of[i];

		if (!is_of(c, place, true) || !c->reason)
			continue;
		(void)fputs("SKIP, ", out);
		put(out, c->reason, strlen(c->reason), 0);
		fprintf(out, ": refusal of ");
		put(out, c->pin, strlen(c->pin), 0);
		(void)fputc('\n', out);
	}
}

static bool is_first_of_place(const struct gr_table *t, unsigned int at)
{
	for (unsigned int i = 0; i < at; i++)
		if (!strcmp(t->of[i].place, t->of[at].place))
			return false;
	return true;
}

void gr_table_print(FILE *out, struct gr_table *t)
{
	struct grid *g = malloc(sizeof(*g));

	for (unsigned int i = 0; g && i < t->nr; i++) {
		if (!is_first_of_place(t, i))
			continue;
		t->is_out_of_memory |= !fill(g, t, t->of[i].place);
		(void)fputc('\n', out);
		put(out, g->place, strlen(g->place), 0);
		(void)fputs(": verdict and pins that overlapped; - is no "
			    "race\n\n",
			    out);
		put_strips(out, g);
		put_refused(out, t, g->place);
		put_skips(out, g);
	}
	if (!g || t->is_out_of_memory)
		(void)fputs("cases are missing above: out of memory\n", out);
	free(g);
}
