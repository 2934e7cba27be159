// SPDX-License-Identifier: GPL-2.0-only
#include "vm/frame.h"

#include <errno.h>
#include <string.h>

#include "base/util.h"
#include "base/words.h"
#include "test.h"

static const struct {
	const char *bytes;
	size_t len;
	const char *frame;
} outputs[] = {
	{"plain", 5, "O plain\n"},
	{"", 0, "O \n"},
	{"a\nb", 3, "O a\\nb\n"},
	{"back\\slash", 10, "O back\\\\slash\n"},
	{"\x00\x1b\xff", 3, "O \\x00\\x1b\\xff\n"},
};

static void frames_outputs(void **state)
{
	char frame[GR_FRAME_MAX + 1];
	size_t len;

	(void)state;
	for (size_t i = 0; i < GR_ARRAY_SIZE(outputs); i++) {
		len = gr_frame_output(frame, GR_FRAME_STDOUT, outputs[i].bytes,
				      outputs[i].len);
		frame[len] = '\0';
		assert_string_equal(frame, outputs[i].frame);
		frame[len - 1] = '\0';
		assert_int_equal(gr_frame_unescape(frame + 2), outputs[i].len);
		assert_memory_equal(frame + 2, outputs[i].bytes,
				    outputs[i].len);
	}
}

static void fits_the_worst_piece(void **state)
{
	char bytes[GR_FRAME_OUTPUT_MAX], frame[GR_FRAME_MAX];

	(void)state;
	memset(bytes, 0xff, sizeof(bytes));
	assert_in_range(
		gr_frame_output(frame, GR_FRAME_STDERR, bytes, sizeof(bytes)),
		4 * sizeof(bytes), sizeof(frame));
}

static void keeps_what_is_no_escape(void **state)
{
	char text[] = "a\\x4\\q\\";

	(void)state;
	assert_int_equal(gr_frame_unescape(text), strlen("a\\x4\\q\\"));
	assert_memory_equal(text, "a\\x4\\q\\", strlen("a\\x4\\q\\"));
}

static void carries_a_command(void **state)
{
	char run[] = "run", empty[] = "", blank[] = "a b\n";
	char *argv[] = {run, empty, blank, NULL};
	static char buf[GR_FRAME_COMMAND_MAX];
	const char *words = NULL;
	ssize_t len = gr_frame_command(buf, argv, true);

	(void)state;
	assert_int_equal(len, strlen("17\n") + 17);
	for (ssize_t i = 0; i < len; i++)
		assert_int_equal(gr_frame_command_parse(buf, (size_t)i, &words),
				 -EAGAIN);
	assert_int_equal(gr_frame_command_parse(buf, (size_t)len, &words), 0);
	assert_memory_equal(words, "events\0run\0\0a b\n", 17);
	len = gr_frame_command(buf, argv + 3, false);
	assert_int_equal(gr_frame_command_parse(buf, (size_t)len, &words), 0);
	assert_string_equal(words, GR_COMMAND_WITHOUT_EVENTS);
}

static void refuses_what_is_no_command(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
	} bad[] = {
		{"\n", 1},	  {"0\n", 2},	    {"x\nab", 4},
		{"3x\nabc\0", 7}, {"123456789", 9}, {"262145\n", 7},
		{"2\nab", 4},	  {"2\na\0b\0", 6},
	};
	const char *words;

	(void)state;
	for (size_t i = 0; i < GR_ARRAY_SIZE(bad); i++)
		assert_int_equal(gr_frame_command_parse(bad[i].bytes,
							bad[i].len, &words),
				 -EBADMSG);
}

static void refuses_a_command_too_long(void **state)
{
	static char buf[GR_FRAME_COMMAND_MAX], word[GR_FRAME_COMMAND_MAX];
	char *argv[] = {word, NULL};
	const char *words;
	ssize_t len;

	(void)state;
	memset(word, 'a', sizeof(word) - 1);
	assert_int_equal(gr_frame_command(buf, argv, true), -E2BIG);
	word[sizeof(word) - sizeof("262137\nevents") - 1] = '\0';
	len = gr_frame_command(buf, argv, true);
	assert_int_equal(len, sizeof(buf));
	assert_int_equal(gr_frame_command_parse(buf, (size_t)len, &words), 0);
}

static int collect(void *arg, char *line)
{
	return gr_words_add(arg, "%s", line);
}

static int refuse(void *arg, char *line)
{
	(void)arg;
	return strcmp(line, "stop") ? 0 : 42;
}

static void cuts_lines(void **state)
{
	struct gr_words got = {0};
	char buf[8];
	struct gr_lines lines = {.buf = buf, .room = sizeof(buf)};

	(void)state;
	assert_int_equal(gr_lines_feed(&lines, "on", 2, collect, &got), 0);
	assert_int_equal(got.nr, 0);
	assert_int_equal(
		gr_lines_feed(&lines, "e\r\n\ntwo\nx", 9, collect, &got), 0);
	assert_int_equal(got.nr, 3);
	assert_string_equal(got.word[0], "one");
	assert_string_equal(got.word[1], "");
	assert_string_equal(got.word[2], "two");
	assert_int_equal(gr_lines_rest(&lines, collect, &got), 0);
	assert_string_equal(got.word[3], "x");
	assert_int_equal(gr_lines_rest(&lines, collect, &got), 0);
	assert_int_equal(got.nr, 4);
	gr_words_free(&got);
}

static void cuts_long_lines_into_pieces(void **state)
{
	struct gr_words got = {0};
	char buf[8];
	struct gr_lines lines = {.buf = buf, .room = sizeof(buf)};

	(void)state;
	assert_int_equal(
		gr_lines_feed(&lines, "0123456789\n", 11, collect, &got), 0);
	assert_int_equal(got.nr, 2);
	assert_string_equal(got.word[0], "0123456");
	assert_string_equal(got.word[1], "789");
	gr_words_free(&got);
}

static void stops_where_it_is_told(void **state)
{
	char buf[8];
	struct gr_lines lines = {.buf = buf, .room = sizeof(buf)};

	(void)state;
	assert_int_equal(
		gr_lines_feed(&lines, "go\nstop\ngo\n", 11, refuse, NULL), 42);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_outputs),
		cmocka_unit_test(fits_the_worst_piece),
		cmocka_unit_test(keeps_what_is_no_escape),
		cmocka_unit_test(carries_a_command),
		cmocka_unit_test(refuses_what_is_no_command),
		cmocka_unit_test(refuses_a_command_too_long),
		cmocka_unit_test(cuts_lines),
		cmocka_unit_test(cuts_long_lines_into_pieces),
		cmocka_unit_test(stops_where_it_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
