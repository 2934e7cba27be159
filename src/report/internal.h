/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shared by the reporters and by the codec of the stream: the one description
 * of how events look in JSON, and text made fit to be shown.
 */
#ifndef GR_REPORT_INTERNAL_H
#define GR_REPORT_INTERNAL_H

#include <stddef.h>
#include <stdio.h>

#include "core/event.h"

/* How a field lies in memory, and looks in JSON. */
enum gr_field_type {
	GR_FIELD_STR, /* const char *; NULL is written as "" */
	GR_FIELD_OPT_STR, /* const char *; NULL = the field is left out */
	GR_FIELD_TEXT, /* char[size] */
	GR_FIELD_STRS, /* const char *[]; nr at nr_off, at most size of them */
	GR_FIELD_U64,
	GR_FIELD_SEED, /* uint64_t, written as a string of digits */
	GR_FIELD_UINT,
	GR_FIELD_INT,
	GR_FIELD_BOOL,
	GR_FIELD_VERDICT, /* by its name, as the next two */
	GR_FIELD_CLASS,
	GR_FIELD_GUEST_STATE,
	GR_FIELD_COUNTS, /* struct gr_errno_count[GR_ERRNOS_MAX] */
	GR_FIELD_TALLY, /* struct gr_tally */
	GR_FIELD_OPT_AIMED, /* struct gr_ev_aimed; left out when nr_offsets is 0 */
	GR_FIELD_OPT_OFFSETS, /* struct gr_offsets; left out when nr is 0 */
};

struct gr_field {
	const char *name; /* in JSON; NULL ends a list */
	enum gr_field_type type;
	size_t off; /* bytes from the start of the struct */
	size_t size; /* TEXT: bytes; STRS: rows */
	size_t nr_off; /* STRS */
};

struct json_object;

/** gr_event_fields() - fields of an event, offsets in struct gr_event. */
const struct gr_field *gr_event_fields(enum gr_event_type type);

/** gr_finding_fields() - fields of a finding, offsets in struct gr_finding. */
const struct gr_field *gr_finding_fields(void);

/**
 * gr_event_encode() - the event as JSON on one line, without a newline.
 * @text: filled on success; the caller frees it.
 *
 * Bytes that are no UTF-8 become U+FFFD.
 *
 * Return: 0, or -ENOMEM.
 */
int gr_event_encode(const struct gr_event *ev, char **text);

/**
 * gr_utf8_len() - length of the character that starts at @s.
 *
 * Return: 1 to 4 bytes, or 0 when these bytes are no UTF-8.
 */
size_t gr_utf8_len(const char *s);

/**
 * gr_put_text() - write text that came from elsewhere, fit for a terminal.
 * @nr_bytes: at most so many bytes of @text are taken; SIZE_MAX = all.
 * @avoid:    replaced as well; '\0' = nothing.
 *
 * Control characters and what is no UTF-8 become '?', a tab becomes a blank.
 */
void gr_put_text(FILE *out, const char *text, size_t nr_bytes, char avoid);

/**
 * gr_put_lines() - write each line of @text that is not empty behind @prefix.
 * @max: lines; when more are there a last line says how many.
 */
void gr_put_lines(FILE *out, const char *text, const char *prefix,
		  unsigned int max);

#endif /* GR_REPORT_INTERNAL_H */
