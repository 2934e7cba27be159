// SPDX-License-Identifier: GPL-2.0-only
#include "report/namespaces_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "base/util.h"
#include "sys/nd.h"
#include "test.h"

static const struct {
	const char *input;
	int ret;
	enum gr_nd_mode want;
} modes[] = {
	{"raw", 0, GR_ND_RAW},	    {"fsdax", 0, GR_ND_FSDAX},
	{"memory", 0, GR_ND_FSDAX}, {"devdax", 0, GR_ND_DEVDAX},
	{"dax", 0, GR_ND_DEVDAX},   {"sector", 0, GR_ND_SECTOR},
	{"safe", 0, GR_ND_SECTOR},  {"", -EINVAL, 0},
	{"devdax ", -EINVAL, 0},    {"DEVDAX", -EINVAL, 0},
};

static void parses_modes(void **state)
{
	(void)state;
	for (size_t i = 0; i < GR_ARRAY_SIZE(modes); i++) {
		enum gr_nd_mode mode = GR_ND_RAW;

		assert_int_equal(gr_nd_mode_parse(modes[i].input, &mode),
				 modes[i].ret);
		if (!modes[i].ret)
			assert_int_equal(mode, modes[i].want);
	}
}

static void names_are_parsed_back(void **state)
{
	enum gr_nd_mode mode;
	enum gr_nd_map map;

	(void)state;
	for (enum gr_nd_mode m = GR_ND_RAW; m <= GR_ND_SECTOR; m++) {
		assert_int_equal(gr_nd_mode_parse(gr_nd_mode_name(m), &mode),
				 0);
		assert_int_equal(mode, m);
	}
	for (enum gr_nd_map m = GR_ND_MAP_MEM; m <= GR_ND_MAP_DEV; m++) {
		assert_int_equal(gr_nd_map_parse(gr_nd_map_name(m), &map), 0);
		assert_int_equal(map, m);
	}
	assert_int_equal(gr_nd_map_parse("none", &map), -EINVAL);
}

static const struct gr_ns_row rows[] = {
	{
		.dev = "namespace0.0",
		.mode = "devdax",
		.map = "dev",
		.size = 526385152,
		.uuid = "7ee3764f-a2d6-4e43-8677-c8dc89d00f65",
		.chardev = "dax0.0",
		.align = 2097152,
	},
	{
		.dev = "namespace1.0",
		.mode = "raw",
		.size = 18446744073709551615ull,
		.chardev = "",
		.sector_size = 512,
		.is_disabled = true,
		.name = "a \"name\"",
	},
};

static struct json_object *reread(int (*print)(FILE *out))
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	struct json_object *obj;

	assert_non_null(out);
	assert_int_equal(print(out), 0);
	assert_int_equal(fclose(out), 0);
	obj = json_tokener_parse(text);
	free(text);
	assert_non_null(obj);
	return obj;
}

static int print_rows(FILE *out)
{
	return gr_ns_print_list(out, rows, GR_ARRAY_SIZE(rows));
}

static int print_none(FILE *out)
{
	return gr_ns_print_list(out, rows, 0);
}

static int print_first(FILE *out)
{
	return gr_ns_print_made(out, &rows[0]);
}

static void assert_json(struct json_object *obj, const char *want)
{
	assert_string_equal(
		json_object_to_json_string_ext(obj, JSON_C_TO_STRING_PLAIN),
		want);
	json_object_put(obj);
}

static void prints_as_ndctl_does(void **state)
{
	(void)state;
	assert_json(reread(print_rows),
		    "[{\"dev\":\"namespace0.0\",\"mode\":\"devdax\","
		    "\"map\":\"dev\",\"size\":526385152,"
		    "\"uuid\":\"7ee3764f-a2d6-4e43-8677-c8dc89d00f65\","
		    "\"chardev\":\"dax0.0\",\"align\":2097152},"
		    "{\"dev\":\"namespace1.0\",\"mode\":\"raw\","
		    "\"size\":18446744073709551615,\"sector_size\":512,"
		    "\"state\":\"disabled\",\"name\":\"a \\\"name\\\"\"}]");
	assert_json(reread(print_none), "[]");
	assert_json(reread(print_first),
		    "{\"dev\":\"namespace0.0\",\"mode\":\"devdax\","
		    "\"map\":\"dev\",\"size\":526385152,"
		    "\"uuid\":\"7ee3764f-a2d6-4e43-8677-c8dc89d00f65\","
		    "\"daxregion\":{\"id\":0,\"size\":526385152,"
		    "\"align\":2097152,\"devices\":[{\"chardev\":\"dax0.0\","
		    "\"size\":526385152,\"align\":2097152,"
		    "\"mode\":\"devdax\"}]},\"align\":2097152}");
}

static void tells_a_full_disk(void **state)
{
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(full);
	assert_int_equal(gr_ns_print_list(full, rows, 1), -EIO);
	(void)fclose(full); /* fails as the write did */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses_modes),
		cmocka_unit_test(names_are_parsed_back),
		cmocka_unit_test(prints_as_ndctl_does),
		cmocka_unit_test(tells_a_full_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
