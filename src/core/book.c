// SPDX-License-Identifier: GPL-2.0-only
#include "core/book.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct gr_book_entry *gr_book_find(struct gr_book *book, const char *name)
{
	for (unsigned int i = 0; i < book->nr; i++)
		if (!strcmp(book->of[i].name, name))
			return &book->of[i];
	return NULL;
}

static int copy_word(const char **to, const char *word)
{
	*to = word ? strdup(word) : NULL;
	return word && !*to ? -ENOMEM : 0;
}

static void free_cell(struct gr_ev_cell *cell)
{
	free((char *)(uintptr_t)cell->place);
	free((char *)(uintptr_t)cell->pin);
	free((char *)(uintptr_t)cell->inv);
	free((char *)(uintptr_t)cell->range);
}

static int copy_cell(struct gr_ev_cell *to, const struct gr_ev_cell *cell)
{
	if (!copy_word(&to->place, cell->place) &&
	    !copy_word(&to->pin, cell->pin) &&
	    !copy_word(&to->inv, cell->inv) &&
	    !copy_word(&to->range, cell->range))
		return 0;
	free_cell(to);
	return -ENOMEM;
}

int gr_book_add(struct gr_book *book, const struct gr_ev_plan *plan)
{
	struct gr_book_entry *of;

	of = reallocarray(book->of, book->nr + 1, sizeof(*of));
	if (!of)
		return -ENOMEM;
	book->of = of;
	of += book->nr;
	memset(of, 0, sizeof(*of));
	of->name = strdup(plan->name);
	if (!of->name)
		return -ENOMEM;
	if (copy_cell(&of->cell, &plan->cell)) {
		free(of->name);
		return -ENOMEM;
	}
	(void)snprintf(of->known, sizeof(of->known), "%s",
		       plan->known ? plan->known : "");
	of->budget_ns = plan->budget_ns;
	book->nr++;
	return 0;
}

/* Append the pending cases of one kind to the names. */
static void collect(struct gr_book *book, bool known, unsigned int *nr)
{
	for (unsigned int i = 0; i < book->nr; i++)
		if (book->of[i].state == GR_BOOK_PENDING &&
		    !!book->of[i].known[0] == known)
			book->names[(*nr)++] = book->of[i].name;
}

int gr_book_names(struct gr_book *book, bool *repeat, unsigned int *nr)
{
	free(book->names);
	*nr = 0;
	*repeat = false;
	book->names = calloc(book->nr + 1, sizeof(*book->names));
	if (!book->names)
		return -ENOMEM;
	for (unsigned int i = 0; i < book->nr; i++) {
		if (book->of[i].state != GR_BOOK_PENDING ||
		    !book->of[i].nr_tries)
			continue;
		book->names[(*nr)++] = book->of[i].name;
		*repeat = true;
		return 0;
	}
	collect(book, false, nr);
	collect(book, true, nr);
	return 0;
}

unsigned int gr_book_nr(const struct gr_book *book, enum gr_book_state state)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < book->nr; i++)
		nr += book->of[i].state == state;
	return nr;
}

void gr_book_fini(struct gr_book *book)
{
	for (unsigned int i = 0; i < book->nr; i++) {
		free(book->of[i].name);
		free_cell(&book->of[i].cell);
	}
	free(book->of);
	free(book->names);
	memset(book, 0, sizeof(*book));
}
