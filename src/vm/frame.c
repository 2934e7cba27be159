// SPDX-License-Identifier: GPL-2.0-only
#include "vm/frame.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t put_escaped(char *out, unsigned char byte)
{
	static const char hex[] = "0123456789abcdef";

	if (byte >= ' ' && byte < 0x7f && byte != '\\') {
		out[0] = (char)byte;
		return 1;
	}
	out[0] = '\\';
	if (byte == '\\' || byte == '\n') {
		out[1] = byte == '\n' ? 'n' : '\\';
		return 2;
	}
	out[1] = 'x';
	out[2] = hex[byte >> 4];
	out[3] = hex[byte & 15];
	return 4;
}

size_t gr_frame_output(char *frame, enum gr_frame_type type, const void *buf,
		       size_t len)
{
	const unsigned char *bytes = buf;
	size_t used = 0;

	frame[used++] = (char)type;
	frame[used++] = ' ';
	for (size_t i = 0; i < len; i++)
		used += put_escaped(frame + used, bytes[i]);
	frame[used++] = '\n';
	return used;
}

static int hex_digit(char c)
{
	return c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}

/* Bytes of the escape at @text, 0 = none; its value goes to @byte. */
static size_t get_escaped(const char *text, char *byte)
{
	if (text[0] != '\\')
		return 0;
	if (text[1] == 'n' || text[1] == '\\') {
		*byte = text[1] == 'n' ? '\n' : '\\';
		return 2;
	}
	if (text[1] != 'x' || !isxdigit((unsigned char)text[2]) ||
	    !isxdigit((unsigned char)text[3]))
		return 0;
	*byte = (char)(hex_digit(text[2]) << 4 | hex_digit(text[3]));
	return 4;
}

size_t gr_frame_unescape(char *text)
{
	const char *from = text;
	char *to = text;
	size_t taken;
	char byte;

	while (*from) {
		taken = get_escaped(from, &byte);
		*to++ = taken ? byte : *from;
		from += taken ? taken : 1;
	}
	return (size_t)(to - text);
}

static size_t command_bytes(char *const *argv, const char *events)
{
	size_t bytes = strlen(events) + 1;

	for (; *argv; argv++)
		bytes += strlen(*argv) + 1;
	return bytes;
}

ssize_t gr_frame_command(char *buf, char *const *argv, bool events)
{
	const char *first =
		events ? GR_COMMAND_WITH_EVENTS : GR_COMMAND_WITHOUT_EVENTS;
	size_t bytes = command_bytes(argv, first);
	size_t used =
		(size_t)snprintf(buf, GR_FRAME_COMMAND_MAX, "%zu\n", bytes);
	char *to = buf + used;

	if (used + bytes > GR_FRAME_COMMAND_MAX)
		return -E2BIG;
	to = stpcpy(to, first) + 1;
	for (; *argv; argv++)
		to = stpcpy(to, *argv) + 1;
	return to - buf;
}

int gr_frame_command_parse(const char *buf, size_t len, const char **words)
{
	const char *newline = memchr(buf, '\n', len);
	size_t bytes;
	char *end;

	if (!newline)
		return len > 8 ? -EBADMSG : -EAGAIN;
	bytes = strtoul(buf, &end, 10);
	if (end != newline || !bytes || bytes > GR_FRAME_COMMAND_MAX)
		return -EBADMSG;
	*words = newline + 1;
	if ((size_t)(buf + len - *words) < bytes)
		return -EAGAIN;
	return buf[len - 1] || (size_t)(buf + len - *words) > bytes ? -EBADMSG
								    : 0;
}

int gr_frame_command_words(const char *first, const char *end,
			   struct gr_words *words)
{
	int ret = 0;

	for (const char *word = first + strlen(first) + 1; !ret && word < end;
	     word += strlen(word) + 1)
		ret = gr_words_add(words, "%s", word);
	return ret;
}

static int give(struct gr_lines *lines, int (*take)(void *arg, char *line),
		void *arg)
{
	while (lines->used && lines->buf[lines->used - 1] == '\r')
		lines->used--;
	lines->buf[lines->used] = '\0';
	lines->used = 0;
	return take(arg, lines->buf);
}

int gr_lines_feed(struct gr_lines *lines, const char *bytes, size_t len,
		  int (*take)(void *arg, char *line), void *arg)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < len; i++) {
		if (bytes[i] != '\n')
			lines->buf[lines->used++] = bytes[i];
		if (bytes[i] == '\n' || lines->used + 1 == lines->room)
			ret = give(lines, take, arg);
	}
	return ret;
}

int gr_lines_rest(struct gr_lines *lines, int (*take)(void *arg, char *line),
		  void *arg)
{
	return lines->used ? give(lines, take, arg) : 0;
}
