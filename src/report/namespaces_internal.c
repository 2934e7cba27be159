// SPDX-License-Identifier: GPL-2.0-only
#include "report/namespaces_internal.h"

#include <errno.h>

#include <json-c/json.h>

/* One object under construction; the first error sticks. */
struct builder {
	struct json_object *obj;
	int err;
};

static void add(struct builder *b, const char *key, struct json_object *value)
{
	if (!b->err && value && b->obj &&
	    !json_object_object_add(b->obj, key, value))
		return;
	json_object_put(value); /* NULL is legal */
	b->err = -ENOMEM;
}

static void add_text(struct builder *b, const char *key, const char *text)
{
	if (text && text[0])
		add(b, key, json_object_new_string(text));
}

static void add_number(struct builder *b, const char *key, uint64_t value)
{
	if (value)
		add(b, key, json_object_new_uint64(value));
}

static struct json_object *built(struct builder *b)
{
	if (!b->err && b->obj)
		return b->obj;
	json_object_put(b->obj);
	return NULL;
}

static struct json_object *dax_dev(const struct gr_ns_row *row)
{
	struct builder b = {.obj = json_object_new_object()};

	add_text(&b, "chardev", row->chardev);
	add_number(&b, "size", row->size);
	add_number(&b, "align", row->align);
	add_text(&b, "mode", "devdax");
	return built(&b);
}

static struct json_object *dax_region(const struct gr_ns_row *row)
{
	struct builder b = {.obj = json_object_new_object()};
	struct json_object *devices = json_object_new_array();
	struct json_object *dev = dax_dev(row);

	if (!devices || !dev || json_object_array_add(devices, dev)) {
		json_object_put(dev);
		b.err = -ENOMEM;
	}
	add(&b, "id", json_object_new_int64(row->region_id));
	add_number(&b, "size", row->size);
	add_number(&b, "align", row->align);
	add(&b, "devices", devices);
	return built(&b);
}

static struct json_object *to_json(const struct gr_ns_row *row, bool is_made)
{
	struct builder b = {.obj = json_object_new_object()};
	bool is_dax = row->chardev && row->chardev[0];

	add_text(&b, "dev", row->dev);
	add_text(&b, "mode", row->mode);
	add_text(&b, "map", row->map);
	add_number(&b, "size", row->size);
	add_text(&b, "uuid", row->uuid);
	if (is_dax && is_made)
		add(&b, "daxregion", dax_region(row));
	else
		add_text(&b, "chardev", row->chardev);
	add_number(&b, "sector_size", row->sector_size);
	add_number(&b, "align", row->align);
	add_text(&b, "blockdev", row->blockdev);
	if (row->is_disabled)
		add_text(&b, "state", "disabled");
	add_text(&b, "name", row->name);
	return built(&b);
}

/* Takes @obj. */
static int print(FILE *out, struct json_object *obj)
{
	const char *text;
	int ret = 0;

	if (!obj)
		return -ENOMEM;
	text = json_object_to_json_string_ext(obj, JSON_C_TO_STRING_PRETTY);
	if (!text)
		ret = -ENOMEM;
	else if (fprintf(out, "%s\n", text) < 0 || fflush(out))
		ret = -EIO;
	json_object_put(obj);
	return ret;
}

int gr_ns_print_list(FILE *out, const struct gr_ns_row *rows, size_t nr)
{
	struct json_object *list = json_object_new_array();
	struct json_object *obj;

	for (size_t i = 0; list && i < nr; i++) {
		obj = to_json(&rows[i], false);
		if (obj && !json_object_array_add(list, obj))
			continue;
		json_object_put(obj);
		json_object_put(list);
		return -ENOMEM;
	}
	return print(out, list);
}

int gr_ns_print_made(FILE *out, const struct gr_ns_row *row)
{
	return print(out, to_json(row, true));
}
