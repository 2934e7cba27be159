// SPDX-License-Identifier: GPL-2.0-only
#include "report/stream.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "base/size.h"
#include "base/util.h"
#include "report/internal.h"

#define DEPTH_MAX 8 /* of nested values; ours need 3 */

struct arena {
	struct json_object *root; /* owns all strings */
	struct gr_finding finding;
};

int gr_stream_write(const struct gr_event *ev, gr_stream_fn fn, void *arg)
{
	char *json, *line;
	int len, ret;

	ret = gr_event_encode(ev, &json);
	if (ret)
		return ret;
	len = asprintf(&line, GR_STREAM_PREFIX "%s\n", json);
	free(json);
	if (len < 0)
		return -ENOMEM;
	ret = fn(arg, line, (size_t)len);
	free(line);
	return ret;
}

/* ---- values; each fills its place, or returns -EINVAL ---- */

static int to_str(struct json_object *v, const char **to)
{
	if (!json_object_is_type(v, json_type_string))
		return -EINVAL;
	*to = json_object_get_string(v);
	if (strlen(*to) != (size_t)json_object_get_string_len(v))
		return -EINVAL; /* a NUL inside */
	return 0;
}

static int to_text(struct json_object *v, char *to, size_t size)
{
	const char *text;

	if (to_str(v, &text))
		return -EINVAL;
	(void)snprintf(to, size, "%s", text); /* cut is fine */
	return 0;
}

static int to_strs(struct json_object *v, const char **to, size_t size,
		   unsigned int *nr)
{
	size_t len;

	if (!json_object_is_type(v, json_type_array))
		return -EINVAL;
	len = GR_MIN(json_object_array_length(v), size);
	for (size_t i = 0; i < len; i++)
		if (to_str(json_object_array_get_idx(v, i), &to[i]))
			return -EINVAL;
	*nr = (unsigned int)len;
	return 0;
}

/* json-c gives the nearest number that fits; ours end at INT64_MAX. */
static int to_u64(struct json_object *v, uint64_t max, uint64_t *to)
{
	if (!json_object_is_type(v, json_type_int) ||
	    json_object_get_int64(v) < 0)
		return -EINVAL;
	*to = json_object_get_uint64(v);
	return *to > max ? -EINVAL : 0;
}

static int to_uint(struct json_object *v, unsigned int *to)
{
	uint64_t value = 0;

	if (to_u64(v, UINT_MAX, &value))
		return -EINVAL;
	*to = (unsigned int)value;
	return 0;
}

static int to_int(struct json_object *v, int *to)
{
	int64_t value;

	if (!json_object_is_type(v, json_type_int))
		return -EINVAL;
	value = json_object_get_int64(v);
	if (value < INT_MIN || value > INT_MAX)
		return -EINVAL;
	*to = (int)value;
	return 0;
}

static int to_bool(struct json_object *v, bool *to)
{
	if (!json_object_is_type(v, json_type_boolean))
		return -EINVAL;
	*to = json_object_get_boolean(v);
	return 0;
}

static int to_seed(struct json_object *v, uint64_t *to)
{
	const char *text;

	if (to_str(v, &text) || strspn(text, "0123456789") != strlen(text) ||
	    (text[0] == '0' && text[1]))
		return -EINVAL;
	return gr_size_parse(text, to) ? -EINVAL : 0;
}

static int to_verdict(struct json_object *v, enum gr_verdict *to)
{
	const char *name;

	return to_str(v, &name) ? -EINVAL : gr_verdict_parse(name, to);
}

static int to_class(struct json_object *v, enum gr_class *to)
{
	const char *name;

	return to_str(v, &name) ? -EINVAL : gr_class_parse(name, to);
}

static int to_guest_state(struct json_object *v, enum gr_guest_state *to)
{
	const char *name;

	if (to_str(v, &name))
		return -EINVAL;
	for (int i = GR_GUEST_STARTED; i <= GR_GUEST_SILENT; i++) {
		*to = (enum gr_guest_state)i;
		if (!strcmp(gr_guest_state_name(*to), name))
			return 0;
	}
	return -EINVAL;
}

static int to_count(struct json_object *v, struct gr_errno_count *to)
{
	struct json_object *code, *nr;

	if (!json_object_object_get_ex(v, "code", &code) ||
	    !json_object_object_get_ex(v, "nr", &nr))
		return -EINVAL;
	return to_int(code, &to->err) || to_u64(nr, INT64_MAX, &to->nr)
		       ? -EINVAL
		       : 0;
}

static int to_counts(struct json_object *v, struct gr_errno_count *to)
{
	if (!json_object_is_type(v, json_type_array) ||
	    json_object_array_length(v) > GR_ERRNOS_MAX)
		return -EINVAL;
	for (size_t i = 0; i < json_object_array_length(v); i++)
		if (to_count(json_object_array_get_idx(v, i), &to[i]))
			return -EINVAL;
	return 0;
}

static int to_tally(struct json_object *v, struct gr_tally *to)
{
	struct json_object *nr;
	const char *name;

	for (int i = 0; i < GR_NR_VERDICTS; i++) {
		name = gr_verdict_name((enum gr_verdict)i);
		if (!json_object_object_get_ex(v, name, &nr) ||
		    to_uint(nr, &to->of[i]))
			return -EINVAL;
	}
	if (!json_object_object_get_ex(v, "not_run", &nr))
		return -EINVAL;
	return to_uint(nr, &to->not_run);
}

static int to_s64(struct json_object *v, int64_t *to)
{
	if (!json_object_is_type(v, json_type_int))
		return -EINVAL;
	*to = json_object_get_int64(v);
	return 0;
}

/* A number that may be left out: then @to stays as it is. */
static int to_focus(struct json_object *o, int64_t *to, bool *has)
{
	struct json_object *v;

	*has = json_object_object_get_ex(o, "focus_ns", &v);
	return *has ? to_s64(v, to) : 0;
}

static int to_aimed(struct json_object *o, struct gr_ev_aimed *to)
{
	struct json_object *v;

	if (!json_object_object_get_ex(o, "offset_ns", &v) ||
	    !json_object_is_type(v, json_type_array) ||
	    json_object_array_length(v) > GR_PINNERS_MAX)
		return -EINVAL;
	to->nr_offsets = (unsigned int)json_object_array_length(v);
	for (unsigned int i = 0; i < to->nr_offsets; i++)
		if (to_s64(json_object_array_get_idx(v, i), &to->offset_ns[i]))
			return -EINVAL;
	return to_focus(o, &to->focus_ns, &to->has_focus);
}

static int to_outcome(struct json_object *o, struct gr_outcome *to)
{
	struct json_object *code, *slow, *late;
	bool is_slow, is_late;

	if (!json_object_object_get_ex(o, "code", &code) ||
	    !json_object_object_get_ex(o, "slow", &slow) ||
	    !json_object_object_get_ex(o, "late", &late) ||
	    to_int(code, &to->err) || to_bool(slow, &is_slow) ||
	    to_bool(late, &is_late))
		return -EINVAL;
	to->slow = is_slow;
	to->late = is_late;
	return 0;
}

static int to_bin(struct json_object *o, struct gr_offsets *to)
{
	struct json_object *from, *nr;
	int64_t begin, i;

	if (!json_object_object_get_ex(o, "from_ns", &from) ||
	    !json_object_object_get_ex(o, "nr", &nr) || to_s64(from, &begin) ||
	    !json_object_is_type(nr, json_type_array) ||
	    json_object_array_length(nr) > GR_OUTCOMES_MAX)
		return -EINVAL;
	i = (begin - gr_offsets_bin_begin(to, 0)) / (int64_t)to->bin_ns;
	if (i < 0 || i >= GR_OFFSET_BINS)
		return -EINVAL;
	for (size_t j = 0; j < json_object_array_length(nr); j++)
		if (to_u64(json_object_array_get_idx(nr, j), INT64_MAX,
			   &to->bin[i].by_outcome[j]))
			return -EINVAL;
	return 0;
}

static int to_bins(struct json_object *o, struct gr_offsets *to)
{
	struct json_object *outcomes, *bins;

	if (!json_object_object_get_ex(o, "outcomes", &outcomes) ||
	    !json_object_object_get_ex(o, "bins", &bins) ||
	    !json_object_is_type(outcomes, json_type_array) ||
	    !json_object_is_type(bins, json_type_array) ||
	    json_object_array_length(outcomes) > GR_OUTCOMES_MAX)
		return -EINVAL;
	to->nr_outcomes = (uint32_t)json_object_array_length(outcomes);
	for (uint32_t i = 0; i < to->nr_outcomes; i++)
		if (to_outcome(json_object_array_get_idx(outcomes, i),
			       &to->outcome[i]))
			return -EINVAL;
	for (size_t i = 0; i < json_object_array_length(bins); i++)
		if (to_bin(json_object_array_get_idx(bins, i), to))
			return -EINVAL;
	return 0;
}

/* A bin of this width still lies in an int64_t. */
#define BIN_MAX_NS (INT64_MAX / GR_OFFSET_BINS)

static int to_offsets(struct json_object *o, struct gr_offsets *to)
{
	struct json_object *nr, *met, *pin, *inv, *bin;
	bool has_focus;

	if (!json_object_object_get_ex(o, "nr", &nr) ||
	    !json_object_object_get_ex(o, "nr_met", &met) ||
	    !json_object_object_get_ex(o, "pin_ns", &pin) ||
	    !json_object_object_get_ex(o, "inv_ns", &inv) ||
	    !json_object_object_get_ex(o, "bin_ns", &bin) ||
	    to_u64(nr, INT64_MAX, &to->nr) ||
	    to_u64(met, INT64_MAX, &to->nr_met) ||
	    to_u64(pin, INT64_MAX, &to->pin_ns) ||
	    to_u64(inv, INT64_MAX, &to->inv_ns) ||
	    to_u64(bin, BIN_MAX_NS, &to->bin_ns) || !to->bin_ns ||
	    to_focus(o, &to->focus_ns, &has_focus))
		return -EINVAL;
	to->has_focus = has_focus;
	return to_bins(o, to);
}

static bool is_optional(enum gr_field_type type)
{
	return type == GR_FIELD_OPT_STR || type == GR_FIELD_OPT_AIMED ||
	       type == GR_FIELD_OPT_OFFSETS;
}

static int to_field(struct json_object *v, const struct gr_field *f, char *base)
{
	void *p = base + f->off;

	switch (f->type) {
	case GR_FIELD_STR:
	case GR_FIELD_OPT_STR:
		return to_str(v, p);
	case GR_FIELD_TEXT:
		return to_text(v, p, f->size);
	case GR_FIELD_STRS:
		return to_strs(v, p, f->size, (void *)(base + f->nr_off));
	case GR_FIELD_U64:
		return to_u64(v, INT64_MAX, p);
	case GR_FIELD_SEED:
		return to_seed(v, p);
	case GR_FIELD_UINT:
		return to_uint(v, p);
	case GR_FIELD_INT:
		return to_int(v, p);
	case GR_FIELD_BOOL:
		return to_bool(v, p);
	case GR_FIELD_VERDICT:
		return to_verdict(v, p);
	case GR_FIELD_CLASS:
		return to_class(v, p);
	case GR_FIELD_GUEST_STATE:
		return to_guest_state(v, p);
	case GR_FIELD_COUNTS:
		return to_counts(v, p);
	case GR_FIELD_TALLY:
		return to_tally(v, p);
	case GR_FIELD_OPT_AIMED:
		return to_aimed(v, p);
	case GR_FIELD_OPT_OFFSETS:
		return to_offsets(v, p);
	}
	return -EINVAL;
}

static int to_fields(struct json_object *o, const struct gr_field *f,
		     void *base)
{
	struct json_object *v;

	for (; f->name; f++) {
		if (!json_object_object_get_ex(o, f->name, &v)) {
			if (is_optional(f->type))
				continue;
			return -EINVAL;
		}
		if (to_field(v, f, base))
			return -EINVAL;
	}
	return 0;
}

/* ---- the event ---- */

static int to_type(struct json_object *o, enum gr_event_type *type)
{
	struct json_object *v;
	const char *name;

	if (!json_object_object_get_ex(o, "event", &v) || to_str(v, &name))
		return -EINVAL;
	for (int i = 0; i < GR_NR_EVENTS; i++) {
		*type = (enum gr_event_type)i;
		if (!strcmp(gr_event_name(*type), name))
			return 0;
	}
	return -EINVAL;
}

static int check_schema(struct json_object *o)
{
	struct json_object *v;
	int schema = 0;

	if (!json_object_object_get_ex(o, "schema", &v) || to_int(v, &schema))
		return -EINVAL;
	return schema == GR_EVENT_SCHEMA ? 0 : -EPROTO;
}

static int to_event(struct arena *a, struct gr_event *ev)
{
	struct json_object *v;
	int ret;

	if (!json_object_is_type(a->root, json_type_object) ||
	    to_type(a->root, &ev->type))
		return -EINVAL;
	if (ev->type == GR_EV_RUN_BEGIN) {
		ret = check_schema(a->root);
		if (ret)
			return ret;
	}
	if (!json_object_object_get_ex(a->root, "time_ns", &v) ||
	    to_u64(v, INT64_MAX, &ev->time_ns))
		return -EINVAL;
	ret = to_fields(a->root, gr_event_fields(ev->type), ev);
	if (ret || ev->type != GR_EV_FINDING)
		return ret;
	ev->finding.finding = &a->finding;
	return to_fields(a->root, gr_finding_fields(), &a->finding);
}

static int parse_json(const char *json, struct json_object **root)
{
	struct json_tokener *tok;
	size_t len = strlen(json);
	int ret = 0;

	*root = NULL;
	if (len > INT_MAX - 1)
		return -EINVAL;
	tok = json_tokener_new_ex(DEPTH_MAX);
	if (!tok)
		return -ENOMEM;
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT |
					    JSON_TOKENER_VALIDATE_UTF8);
	/* with its NUL, so that a number or word at the end is complete */
	*root = json_tokener_parse_ex(tok, json, (int)len + 1);
	if (json_tokener_get_error(tok) != json_tokener_success)
		ret = -EINVAL;
	json_tokener_free(tok);
	return ret;
}

int gr_stream_parse(const char *json, struct gr_event *ev, void **arena)
{
	struct arena *a;
	int ret;

	*arena = NULL;
	memset(ev, 0, sizeof(*ev));
	a = calloc(1, sizeof(*a));
	if (!a)
		return -ENOMEM;
	ret = parse_json(json, &a->root);
	if (!ret)
		ret = to_event(a, ev);
	if (ret) {
		gr_stream_parsed_free(a);
		return ret;
	}
	*arena = a;
	return 0;
}

void gr_stream_parsed_free(void *arena)
{
	struct arena *a = arena;

	if (!a)
		return;
	json_object_put(a->root);
	free(a);
}
