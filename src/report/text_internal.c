// SPDX-License-Identifier: GPL-2.0-only
#include <stdbool.h>
#include <string.h>

#include "report/internal.h"

static bool is_tail(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* Bytes that a character takes by its first one; 0 = none starts so. */
static size_t len_by_lead(unsigned char c)
{
	if (c < 0x80)
		return 1;
	if (c >= 0xc2 && c <= 0xdf)
		return 2;
	if (c >= 0xe0 && c <= 0xef)
		return 3;
	return c >= 0xf0 && c <= 0xf4 ? 4 : 0;
}

size_t gr_utf8_len(const char *s)
{
	unsigned char c = (unsigned char)s[0], d = (unsigned char)s[1];
	size_t len = len_by_lead(c);

	for (size_t i = 1; i < len; i++)
		if (!is_tail(s[i])) /* a NUL ends the loop, too */
			return 0;
	if ((c == 0xe0 && d < 0xa0) || (c == 0xf0 && d < 0x90))
		return 0; /* longer than need be */
	if ((c == 0xed && d > 0x9f) || (c == 0xf4 && d > 0x8f))
		return 0; /* a surrogate; above U+10FFFF */
	return len;
}

static bool is_control(const char *s, size_t len)
{
	unsigned char c = (unsigned char)s[0];

	if (len == 2)
		return c == 0xc2 && (unsigned char)s[1] < 0xa0;
	return c < 0x20 || c == 0x7f;
}

void gr_put_text(FILE *out, const char *text, size_t nr_bytes, char avoid)
{
	size_t i = 0, len;

	while (i < nr_bytes && text[i]) {
		len = gr_utf8_len(text + i);
		if (len > nr_bytes - i)
			return;
		if (text[i] == '\t')
			(void)fputc(' ', out);
		else if (!len || text[i] == avoid || is_control(text + i, len))
			(void)fputc('?', out);
		else
			(void)fwrite(text + i, 1, len, out);
		i += len ? len : 1;
	}
}

void gr_put_lines(FILE *out, const char *text, const char *prefix,
		  unsigned int max)
{
	unsigned int nr = 0, nr_left = 0;
	size_t len;

	for (; *text; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		if (!len)
			continue;
		if (nr == max) {
			nr_left++;
			continue;
		}
		nr++;
		(void)fputs(prefix, out);
		gr_put_text(out, text, len, '\0');
		(void)fputc('\n', out);
	}
	if (nr_left)
		fprintf(out, "%s(and %u more lines)\n", prefix, nr_left);
}
