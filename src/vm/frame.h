/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Frames on the guest's second serial port: lines of a letter, a blank and a
 * text. Printable, so that a kept file of them can be read.
 */
#ifndef GR_VM_FRAME_H
#define GR_VM_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/words.h"

enum gr_frame_type {
	GR_FRAME_EVENT = 'E', /* JSON, as it is */
	GR_FRAME_STDOUT = 'O', /* escaped */
	GR_FRAME_STDERR = 'R', /* escaped */
	GR_FRAME_EXIT = 'X', /* decimal exit status: the last frame */
	GR_FRAME_ALIVE = 'A', /* every GR_FRAME_ALIVE_NS, empty */
	GR_FRAME_READY = 'C', /* empty: init waits for its command */
	GR_FRAME_ASKS = 'Q', /* empty: the command waits for words of its own */
};

/* Output is cut into pieces of at most so many bytes. */
#define GR_FRAME_OUTPUT_MAX 1024
/* An escaped piece, with its letter and newline. */
#define GR_FRAME_MAX (4 * GR_FRAME_OUTPUT_MAX + 4)
#define GR_FRAME_ALIVE_NS (2 * GR_NSEC_PER_SEC)
/* How often who waits for the host says so. */
#define GR_FRAME_READY_NS (50 * GR_NSEC_PER_MSEC)
/* The command, or an answer, on its way to the guest, at most. */
#define GR_FRAME_COMMAND_MAX (256 * 1024)

/**
 * gr_frame_output() - make a frame of a piece of output.
 * @frame: GR_FRAME_MAX bytes.
 * @buf:   @len bytes, at most GR_FRAME_OUTPUT_MAX.
 *
 * Return: bytes of the frame, newline included.
 */
size_t gr_frame_output(char *frame, enum gr_frame_type type, const void *buf,
		       size_t len);

/**
 * gr_frame_unescape() - undo the escapes of an output frame, in place.
 * @text: its text.
 *
 * Return: bytes; what is no escape stays as it is.
 */
size_t gr_frame_unescape(char *text);

/*
 * What the host sends, once to init and once to a command that asks: how many bytes
 * follow, in decimal, a newline, and the words, each closed by NUL. The first word is
 * no word of the command but says whether somebody reads its events.
 */
#define GR_COMMAND_WITH_EVENTS "events"
#define GR_COMMAND_WITHOUT_EVENTS "none"

/**
 * gr_frame_command() - make what the host sends.
 * @buf:    GR_FRAME_COMMAND_MAX bytes.
 * @argv:   the words, NULL at the end.
 * @events: somebody reads them.
 *
 * Return: bytes, or -E2BIG.
 */
ssize_t gr_frame_command(char *buf, char *const *argv, bool events);

/**
 * gr_frame_command_parse() - look whether the command is complete.
 * @buf:   what came, @len bytes.
 * @words: set to the first word; they end at @buf + @len.
 *
 * Return: 0, -EAGAIN more must come, -EBADMSG this is no command.
 */
int gr_frame_command_parse(const char *buf, size_t len, const char **words);

/**
 * gr_frame_command_words() - the words of a command that is complete, but for the first.
 * @first: as gr_frame_command_parse() has set it; they end at @end.
 * @words: they are added to it.
 *
 * Return: 0, or -ENOMEM.
 */
int gr_frame_command_words(const char *first, const char *end,
			   struct gr_words *words);

/*
 * Cuts a byte stream into lines. A line longer than the buffer is given in
 * pieces. Carriage returns at the end are dropped.
 */
struct gr_lines {
	char *buf;
	size_t room;
	size_t used;
};

/**
 * gr_lines_feed() - take bytes and give out each line that is complete.
 * @lines: buf and room set by the caller, used = 0.
 * @take:  gets a line without its newline; it may change it.
 *
 * Return: 0, or the first return of @take that is not 0.
 */
int gr_lines_feed(struct gr_lines *lines, const char *bytes, size_t len,
		  int (*take)(void *arg, char *line), void *arg);

/** gr_lines_rest() - give out what is left without a newline. */
int gr_lines_rest(struct gr_lines *lines, int (*take)(void *arg, char *line),
		  void *arg);

#endif /* GR_VM_FRAME_H */
