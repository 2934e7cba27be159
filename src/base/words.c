// SPDX-License-Identifier: GPL-2.0-only
#include "base/words.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int gr_words_add(struct gr_words *words, const char *fmt, ...)
{
	char **grown;
	char *word;
	va_list ap;
	int n;

	if (words->err)
		return words->err;
	va_start(ap, fmt);
	n = vasprintf(&word, fmt, ap);
	va_end(ap);
	if (n < 0)
		return words->err = -ENOMEM;
	grown = reallocarray(words->word, words->nr + 2, sizeof(*grown));
	if (!grown) {
		free(word);
		return words->err = -ENOMEM;
	}
	words->word = grown;
	words->word[words->nr++] = word;
	words->word[words->nr] = NULL;
	return 0;
}

bool gr_words_has(const struct gr_words *words, const char *word)
{
	for (size_t i = 0; i < words->nr; i++)
		if (!strcmp(words->word[i], word))
			return true;
	return false;
}

void gr_words_free(struct gr_words *words)
{
	for (size_t i = 0; i < words->nr; i++)
		free(words->word[i]);
	free(words->word);
	*words = (struct gr_words){0};
}
