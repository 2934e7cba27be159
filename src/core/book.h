/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The cases of a run and how far each has come; the memory of core/session.
 */
#ifndef GR_CORE_BOOK_H
#define GR_CORE_BOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "core/event.h"
#include "core/reason.h"

enum gr_book_state {
	GR_BOOK_PENDING,
	GR_BOOK_IN_FLIGHT,
	GR_BOOK_DONE,
};

struct gr_book_entry {
	char *name;
	struct gr_ev_cell cell; /* with words of its own */
	/* id of the known bug that it is expected to meet; "" = none */
	char known[GR_KNOWN_ID_MAX];
	uint64_t budget_ns;
	enum gr_book_state state;
	unsigned int index; /* in the order of begin, from 1; 0 = not begun */
	unsigned int asked; /* number of the guest that was asked for it */
	unsigned int planned; /* number of the guest that planned it last */
	unsigned int nr_tries; /* that took their guest with them */
	enum gr_verdict first; /* of the first of these */
	char first_reason[GR_REASON_MAX];
};

struct gr_book {
	struct gr_book_entry *of;
	unsigned int nr;
	unsigned int nr_begun;
	const char **names; /* as given out last */
};

/** gr_book_find() - the entry of that name, or NULL; valid until an add. */
struct gr_book_entry *gr_book_find(struct gr_book *book, const char *name);

/**
 * gr_book_add() - append the case of a plan.
 *
 * Return: 0, or -ENOMEM.
 */
int gr_book_add(struct gr_book *book, const struct gr_ev_plan *plan);

/**
 * gr_book_names() - the pending cases in the order in which they shall be run.
 * @repeat: filled; the only name given is that of a case to be repeated.
 * @nr:     filled; number of names.
 *
 * Return: 0, or -ENOMEM. The names are in @book->names until the next call.
 */
int gr_book_names(struct gr_book *book, bool *repeat, unsigned int *nr);

/** gr_book_nr() - how many cases are in @state. */
unsigned int gr_book_nr(const struct gr_book *book, enum gr_book_state state);

/** gr_book_fini() - frees what the book points to. */
void gr_book_fini(struct gr_book *book);

#endif /* GR_CORE_BOOK_H */
