// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guests of one preparation, each with a command of its own: events arrive whole and
 * in order, and the second guest knows nothing of the first. Where the command asks,
 * the next guest goes on from there with another answer. In the guest this program is
 * the init and the command.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"
#include "sys/boot.h"
#include "sys/call.h"
#include "sys/fd.h"
#include "test.h"
#include "vm/ask.h"
#include "vm/guest.h"
#include "vm/init.h"
#include "vm/internal.h"

#define NR_EVENTS 500

struct seen {
	unsigned int nr; /* events in their order */
	unsigned int stop_at; /* 0 = never */
	char first[64];
	char output[256];
};

static int on_event(void *arg, const char *json)
{
	struct seen *seen = arg;
	char want[64];

	if (!seen->nr)
		snprintf(seen->first, sizeof(seen->first), "%s", json);
	snprintf(want, sizeof(want), ",\"n\":%u}", seen->nr);
	if (strstr(json, want))
		seen->nr++;
	return seen->stop_at && seen->nr == seen->stop_at ? -1 : 0;
}

static void on_output(void *arg, enum gr_vm_stream stream, const void *buf,
		      size_t len)
{
	struct seen *seen = arg;
	size_t used = strlen(seen->output);

	if (stream == GR_VM_STDOUT)
		snprintf(seen->output + used, sizeof(seen->output) - used,
			 "%.*s", (int)len, (const char *)buf);
}

/* In the guest: writes events beside what it prints. */
static int command(const char *who, bool for_ever)
{
	const char *port = getenv(GR_GUEST_EVENTS_ENV);
	int fd = port ? gr_open(port, O_WRONLY) : -1;
	char line[128];
	int len;

	for (unsigned int i = 0; i < NR_EVENTS && fd >= 0; i++) {
		len = snprintf(line, sizeof(line),
			       "E {\"who\":\"%s\",\"n\":%u}\n", who, i);
		if (gr_fd_write_all(fd, line, (size_t)len))
			return 1;
	}
	printf("%s done\n", who);
	fflush(stdout);
	while (for_ever)
		pause();
	return fd >= 0 ? 3 : 4;
}

/* In the guest: says what it has done until it asked, and what it was told. */
static int command_asks(void)
{
	static char buf[GR_FRAME_COMMAND_MAX];
	int fd = gr_fd_serial(getenv(GR_GUEST_EVENTS_ENV));
	const char *word;
	size_t used;

	printf("began\n");
	fflush(stdout);
	if (fd < 0 || gr_ask(fd, GR_FRAME_ASKS, buf, sizeof(buf), &used) ||
	    gr_frame_command_parse(buf, used, &word))
		return 1;
	for (word += strlen(word) + 1; word < buf + used;
	     word += strlen(word) + 1)
		printf("told %s\n", word);
	return 5;
}

static void run_and_answer(struct gr_vm *vm, char *const *argv,
			   char *const *answer, struct seen *seen,
			   struct gr_vm_result *result)
{
	const struct gr_vm_handlers handlers = {
		.arg = seen,
		.on_event = on_event,
		.on_output = on_output,
		.answer = answer,
	};

	assert_int_equal(gr_vm_run(vm, argv, &handlers, result), 0);
}

static void run(struct gr_vm *vm, char *who, char *how, struct seen *seen,
		struct gr_vm_result *result)
{
	char *argv[] = {who, how, NULL};

	run_and_answer(vm, argv, NULL, seen, result);
}

static struct gr_vm *prepare_vm(void)
{
	struct gr_vm_config config = GR_VM_CONFIG_INIT;
	struct gr_vm *vm;

	config.nr_pmem = 1;
	config.pmem_bytes[0] = 32 * 1024 * 1024;
	assert_int_equal(gr_vm_prepare(&config, &vm), 0);
	return vm;
}

static void runs_guest_after_guest(void **state)
{
	static struct gr_vm_result result; /* large */
	struct seen first = {0}, second = {.stop_at = 10}, third = {0};
	char one[] = "one", two[] = "two", end[] = "end", stay[] = "stay";
	struct gr_vm *vm = prepare_vm();

	(void)state;
	run(vm, one, end, &first, &result);
	assert_int_equal(result.state, GR_VM_EXITED);
	assert_int_equal(result.status, 3);
	assert_int_equal(first.nr, NR_EVENTS);
	assert_string_equal(first.first, "{\"who\":\"one\",\"n\":0}");
	assert_string_equal(first.output, "one done\n");
	/* no other one boots: the next two go on where this one began */
	assert_int_equal(vm->template.state, GR_TEMPLATE_TAKEN);
	run(vm, two, stay, &second, &result);
	assert_int_equal(result.state, GR_VM_STOPPED);
	assert_int_equal(second.nr, 10);
	assert_string_equal(second.first, "{\"who\":\"two\",\"n\":0}");
	run(vm, two, end, &third, &result);
	assert_int_equal(result.state, GR_VM_EXITED);
	assert_int_equal(third.nr, NR_EVENTS);
	gr_vm_free(vm);
}

/* What it did before it asked, the second one has done as well, and does not again. */
static void goes_on_from_where_it_asked(void **state)
{
	static struct gr_vm_result result; /* large */
	struct seen first = {0}, second = {0}, third = {0};
	char asks[] = "asks", a[] = "a", b[] = "b", c[] = "c";
	char *const argv[] = {asks, NULL}, *const one[] = {a, NULL};
	char *const two[] = {b, c, NULL}, *const nothing[] = {NULL};
	struct gr_vm *vm = prepare_vm();

	(void)state;
	run_and_answer(vm, argv, one, &first, &result);
	assert_int_equal(result.state, GR_VM_EXITED);
	assert_int_equal(result.status, 5);
	assert_string_equal(first.output, "began\ntold a\n");
	assert_int_equal(vm->template.state, GR_TEMPLATE_TAKEN);
	run_and_answer(vm, argv, two, &second, &result);
	assert_int_equal(result.state, GR_VM_EXITED);
	assert_string_equal(second.output, "told b\ntold c\n");
	/* each one that boots is answered too */
	gr_template_close(&vm->template);
	vm->template.state = GR_TEMPLATE_REFUSED;
	run_and_answer(vm, argv, nothing, &third, &result);
	assert_int_equal(result.status, 5);
	assert_string_equal(third.output, "began\n");
	gr_vm_free(vm);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_guest_after_guest),
		cmocka_unit_test(goes_on_from_where_it_asked),
	};

	if (gr_guest_is_init())
		gr_init_main();
	if (argc == 2)
		return command_asks();
	if (argc == 3)
		return command(argv[1], !strcmp(argv[2], "stay"));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
