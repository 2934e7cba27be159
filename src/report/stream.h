/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How events travel from a guest to the host: one line for each, the prefix and
 * then the JSON that docs/json.md describes. What else comes on that line (boot
 * messages, say) lacks the prefix; a line that was cut does not parse.
 */
#ifndef GR_REPORT_STREAM_H
#define GR_REPORT_STREAM_H

#include <stddef.h>

#include "core/event.h"

#define GR_STREAM_PREFIX "E "

/**
 * typedef gr_stream_fn - writes one line, all of it or none.
 * @line: ends with a newline; @len bytes.
 *
 * Return: 0 or -errno.
 */
typedef int (*gr_stream_fn)(void *arg, const char *line, size_t len);

/**
 * gr_stream_write() - send one event.
 * @fn: called once, with prefix, JSON and newline.
 *
 * Return: what @fn returns, or -ENOMEM.
 */
int gr_stream_write(const struct gr_event *ev, gr_stream_fn fn, void *arg);

/**
 * gr_stream_parse() - read one event back.
 * @json:  the line behind its prefix, without the newline.
 * @ev:    filled on success; its strings are in @arena.
 * @arena: filled on success, for gr_stream_parsed_free(); else NULL.
 *
 * Fields of other names are ignored; findings and evidence that are too long
 * are cut.
 *
 * Return: 0.
 * Errors: -EINVAL cut, not JSON, not UTF-8, a field is missing or not of its
 *         type or range; -EPROTO another schema; -ENOMEM.
 */
int gr_stream_parse(const char *json, struct gr_event *ev, void **arena);

/** gr_stream_parsed_free() - the event's strings are gone; NULL is legal. */
void gr_stream_parsed_free(void *arena);

#endif /* GR_REPORT_STREAM_H */
