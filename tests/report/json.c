// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "report/capture.h"
#include "report/stream.h"

static void says_its_schema_first(void **state)
{
	struct capture c;
	char want[64];

	(void)state;
	capture_open(&c, "json", false, false);
	send_run_begin(&c, 3);
	(void)snprintf(want, sizeof(want),
		       "{\"event\":\"run_begin\",\"schema\":%d,",
		       GR_EVENT_SCHEMA);
	assert_memory_equal(c.text, want, strlen(want));
	capture_close(&c);
}

static void one_line_for_each_event(void **state)
{
	struct gr_event ev;
	struct capture c;
	unsigned int nr = 0;
	void *arena;

	(void)state;
	capture_open(&c, "json", true, true);
	send_run_begin(&c, 1);
	send_plan(&c, "a\nb\"c");
	send_finding(&c, "a\nb\"c", "a-bug");
	send_case_end(&c, "a\nb\"c", GR_KNOWN, "it is known");
	send_run_end(&c, "");
	for (char *line = c.text, *end; *line; line = end + 1, nr++) {
		end = strchr(line, '\n');
		assert_non_null(end);
		*end = '\0';
		assert_int_equal(gr_stream_parse(line, &ev, &arena), 0);
		gr_stream_parsed_free(arena);
	}
	assert_int_equal(nr, 5);
	capture_close(&c);
}

static void evidence_is_not_cut(void **state)
{
	struct capture c;

	(void)state;
	capture_open(&c, "json", false, false);
	send_finding(&c, "a", NULL);
	assert_non_null(
		strstr(c.text, "\"evidence\":\"first line\\nsecond line\\n\""));
	assert_null(strstr(c.text, "\"known\""));
	capture_close(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_its_schema_first),
		cmocka_unit_test(one_line_for_each_event),
		cmocka_unit_test(evidence_is_not_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
