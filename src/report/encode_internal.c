// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "base/util.h"
#include "report/internal.h"

static struct json_object *from_text(const char *text)
{
	struct json_object *value;
	char *clean, *to;
	size_t len;

	clean = malloc(3 * strlen(text) + 1); /* U+FFFD takes 3 bytes */
	if (!clean)
		return NULL;
	for (to = clean; *text; text += len ? len : 1) {
		len = gr_utf8_len(text);
		memcpy(to, len ? text : "\xef\xbf\xbd", len ? len : 3);
		to += len ? len : 3;
	}
	*to = '\0';
	value = json_object_new_string(clean);
	free(clean);
	return value;
}

/* Takes @value over; NULL = no memory. */
static int add(struct json_object *object, const char *name,
	       struct json_object *value)
{
	if (value && !json_object_object_add(object, name, value))
		return 0;
	json_object_put(value);
	return -ENOMEM;
}

static int append(struct json_object *array, struct json_object *value)
{
	if (value && !json_object_array_add(array, value))
		return 0;
	json_object_put(value);
	return -ENOMEM;
}

/* Readers of JSON differ in what they do above INT64_MAX: nothing is. */
static struct json_object *from_u64(uint64_t value)
{
	return json_object_new_uint64(GR_MIN(value, (uint64_t)INT64_MAX));
}

static struct json_object *from_seed(uint64_t seed)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%" PRIu64, seed);
	return json_object_new_string(text);
}

static struct json_object *from_strs(const char *const *strs, unsigned int nr)
{
	struct json_object *array = json_object_new_array();
	int ret = array ? 0 : -ENOMEM;

	for (unsigned int i = 0; !ret && i < nr; i++)
		ret = append(array, from_text(strs[i]));
	if (!ret)
		return array;
	json_object_put(array);
	return NULL;
}

static struct json_object *from_count(const struct gr_errno_count *count)
{
	struct json_object *row = json_object_new_object();
	const char *name = strerrorname_np(count->err);

	if (!count->err || !name)
		name = count->err ? "" : "success";
	if (row && !add(row, "code", json_object_new_int(count->err)) &&
	    !add(row, "name", json_object_new_string(name)) &&
	    !add(row, "nr", from_u64(count->nr)))
		return row;
	json_object_put(row);
	return NULL;
}

static struct json_object *from_counts(const struct gr_errno_count *counts)
{
	struct json_object *array = json_object_new_array();
	int ret = array ? 0 : -ENOMEM;

	for (unsigned int i = 0; !ret && i < GR_ERRNOS_MAX; i++)
		if (counts[i].nr)
			ret = append(array, from_count(&counts[i]));
	if (!ret)
		return array;
	json_object_put(array);
	return NULL;
}

static struct json_object *from_tally(const struct gr_tally *tally)
{
	struct json_object *o = json_object_new_object();
	int ret = o ? 0 : -ENOMEM;

	for (int i = 0; !ret && i < GR_NR_VERDICTS; i++)
		ret = add(o, gr_verdict_name((enum gr_verdict)i),
			  json_object_new_uint64(tally->of[i]));
	if (!ret)
		ret = add(o, "not_run", json_object_new_uint64(tally->not_run));
	if (!ret)
		return o;
	json_object_put(o);
	return NULL;
}

static struct json_object *from_aimed(const struct gr_ev_aimed *aimed)
{
	struct json_object *o = json_object_new_object();
	struct json_object *array = json_object_new_array();
	int ret = o ? add(o, "offset_ns", array) : -ENOMEM;

	for (unsigned int i = 0; !ret && i < aimed->nr_offsets; i++)
		ret = append(array, json_object_new_int64(aimed->offset_ns[i]));
	if (!ret && aimed->has_focus)
		ret = add(o, "focus_ns",
			  json_object_new_int64(aimed->focus_ns));
	if (!ret)
		return o;
	json_object_put(o);
	return NULL;
}

static struct json_object *from_outcome(const struct gr_outcome *outcome)
{
	struct json_object *o = json_object_new_object();
	char text[GR_OUTCOME_TEXT];

	if (o && !add(o, "code", json_object_new_int(outcome->err)) &&
	    !add(o, "slow", json_object_new_boolean(outcome->slow)) &&
	    !add(o, "late", json_object_new_boolean(outcome->late)) &&
	    !add(o, "name", from_text(gr_outcome_text(outcome, text))))
		return o;
	json_object_put(o);
	return NULL;
}

static struct json_object *from_bin(const struct gr_offsets *offsets,
				    unsigned int i)
{
	struct json_object *o = json_object_new_object();
	struct json_object *array = json_object_new_array();
	int ret = o ? add(o, "nr", array) : -ENOMEM;

	for (unsigned int j = 0; !ret && j < offsets->nr_outcomes; j++)
		ret = append(array, from_u64(offsets->bin[i].by_outcome[j]));
	if (!ret)
		ret = add(o, "from_ns",
			  json_object_new_int64(
				  gr_offsets_bin_begin(offsets, i)));
	if (!ret)
		return o;
	json_object_put(o);
	return NULL;
}

/* Bins that are empty are left out. */
static int add_bins(struct json_object *o, const struct gr_offsets *offsets)
{
	struct json_object *outcomes = json_object_new_array();
	struct json_object *bins = json_object_new_array();
	int ret = add(o, "outcomes", outcomes);

	if (ret) {
		json_object_put(bins);
		return ret;
	}
	ret = add(o, "bins", bins);
	for (unsigned int i = 0; !ret && i < offsets->nr_outcomes; i++)
		ret = append(outcomes, from_outcome(&offsets->outcome[i]));
	for (unsigned int i = 0; !ret && i < GR_OFFSET_BINS; i++)
		if (gr_offsets_bin_nr(offsets, i))
			ret = append(bins, from_bin(offsets, i));
	return ret;
}

static struct json_object *from_offsets(const struct gr_offsets *offsets)
{
	struct json_object *o = json_object_new_object();
	int ret = o ? add(o, "nr", from_u64(offsets->nr)) : -ENOMEM;

	if (!ret)
		ret = add(o, "nr_met", from_u64(offsets->nr_met));
	if (!ret)
		ret = add(o, "pin_ns", from_u64(offsets->pin_ns));
	if (!ret)
		ret = add(o, "inv_ns", from_u64(offsets->inv_ns));
	if (!ret)
		ret = add(o, "bin_ns", from_u64(offsets->bin_ns));
	if (!ret && offsets->has_focus)
		ret = add(o, "focus_ns",
			  json_object_new_int64(offsets->focus_ns));
	if (!ret)
		ret = add_bins(o, offsets);
	if (!ret)
		return o;
	json_object_put(o);
	return NULL;
}

static struct json_object *from_field(const struct gr_field *f,
				      const char *base)
{
	const void *p = base + f->off;
	const char *text;

	switch (f->type) {
	case GR_FIELD_STR:
	case GR_FIELD_OPT_STR:
		text = *(const char *const *)p;
		return from_text(text ? text : "");
	case GR_FIELD_TEXT:
		return from_text(p);
	case GR_FIELD_STRS:
		return from_strs(
			p, *(const unsigned int *)(const void *)(base +
								 f->nr_off));
	case GR_FIELD_U64:
		return from_u64(*(const uint64_t *)p);
	case GR_FIELD_SEED:
		return from_seed(*(const uint64_t *)p);
	case GR_FIELD_UINT:
		return json_object_new_uint64(*(const unsigned int *)p);
	case GR_FIELD_INT:
		return json_object_new_int(*(const int *)p);
	case GR_FIELD_BOOL:
		return json_object_new_boolean(*(const bool *)p);
	case GR_FIELD_VERDICT:
		return from_text(gr_verdict_name(*(const enum gr_verdict *)p));
	case GR_FIELD_CLASS:
		return from_text(gr_class_name(*(const enum gr_class *)p));
	case GR_FIELD_GUEST_STATE:
		return from_text(
			gr_guest_state_name(*(const enum gr_guest_state *)p));
	case GR_FIELD_COUNTS:
		return from_counts(p);
	case GR_FIELD_TALLY:
		return from_tally(p);
	case GR_FIELD_OPT_AIMED:
		return from_aimed(p);
	case GR_FIELD_OPT_OFFSETS:
		return from_offsets(p);
	}
	return NULL;
}

/* Does it say "nothing", so that the field is left out? */
static bool is_left_out(const struct gr_field *f, const void *p)
{
	const struct gr_ev_aimed *aimed = p;
	const struct gr_offsets *offsets = p;
	const char *const *text = p;

	switch (f->type) {
	case GR_FIELD_OPT_STR:
		return !*text;
	case GR_FIELD_OPT_AIMED:
		return !aimed->nr_offsets;
	case GR_FIELD_OPT_OFFSETS:
		return !offsets->nr;
	default:
		return false;
	}
}

static int add_fields(struct json_object *object, const struct gr_field *f,
		      const void *base)
{
	int ret = 0;

	for (; !ret && f->name; f++) {
		if (is_left_out(f, (const char *)base + f->off))
			continue;
		ret = add(object, f->name, from_field(f, base));
	}
	return ret;
}

static int add_event(struct json_object *o, const struct gr_event *ev)
{
	int ret;

	ret = add(o, "event", from_text(gr_event_name(ev->type)));
	if (!ret && ev->type == GR_EV_RUN_BEGIN)
		ret = add(o, "schema", json_object_new_int(GR_EVENT_SCHEMA));
	if (!ret)
		ret = add(o, "time_ns", from_u64(ev->time_ns));
	if (!ret)
		ret = add_fields(o, gr_event_fields(ev->type), ev);
	if (!ret && ev->type == GR_EV_FINDING)
		ret = add_fields(o, gr_finding_fields(), ev->finding.finding);
	return ret;
}

int gr_event_encode(const struct gr_event *ev, char **text)
{
	struct json_object *o = json_object_new_object();
	const char *line = NULL;
	int ret = -ENOMEM;

	*text = NULL;
	if (o && !add_event(o, ev))
		line = json_object_to_json_string_ext(
			o, JSON_C_TO_STRING_PLAIN |
				   JSON_C_TO_STRING_NOSLASHESCAPE);
	if (line)
		*text = strdup(line);
	if (*text)
		ret = 0;
	json_object_put(o);
	return ret;
}
