/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A growing, NULL-terminated list of strings: command lines, lists of files.
 * Its error is sticky, so that a caller checks once, at the end.
 */
#ifndef GR_BASE_WORDS_H
#define GR_BASE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/util.h"

struct gr_words {
	char **word; /* NULL-terminated; NULL while it is empty */
	size_t nr;
	int err; /* 0, or -ENOMEM: some word is missing */
};

/**
 * gr_words_add() - append one word.
 * @words: all zero is an empty list.
 * @fmt:   printf format; the result is copied.
 *
 * Return: 0, or @words->err.
 * Errors: -ENOMEM, kept in @words->err.
 */
int gr_words_add(struct gr_words *words, const char *fmt, ...) GR_PRINTF(2, 3);

/** gr_words_has() - true when @word is in the list. */
bool gr_words_has(const struct gr_words *words, const char *word);

/** gr_words_free() - release all; the list is empty again. */
void gr_words_free(struct gr_words *words);

#endif /* GR_BASE_WORDS_H */
