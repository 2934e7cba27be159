// SPDX-License-Identifier: GPL-2.0-only
#include "vm/template.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "sys/fd.h"
#include "sys/file.h"
#include "vm/frame.h"

#define ANSWER_NS (20 * GR_NSEC_PER_SEC)
#define LINE_MAX_BYTES (16 * 1024)

/* Talks QMP: one line of JSON each way, and events between the answers. */
struct talk {
	int fd;
	struct gr_lines lines;
	const char *good, *bad; /* what the line waited for has in it */
};

/* Each name of a line of QEMU stands in quotes, so that these are found. */
static int look(void *arg, char *line)
{
	const struct talk *talk = arg;

	if (strstr(line, talk->good))
		return 1;
	if (!strstr(line, talk->bad))
		return 0;
	gr_debug("QEMU: %s", line);
	return -EIO;
}

static int await(struct talk *talk, const char *good, const char *bad)
{
	struct pollfd fd = {.fd = talk->fd, .events = POLLIN};
	const uint64_t until = gr_now_ns() + ANSWER_NS;
	char buf[4096];
	int ret = 0;

	talk->good = good;
	talk->bad = bad;
	while (!ret) {
		uint64_t now = gr_now_ns();
		ssize_t n = -ETIMEDOUT;

		if (now < until)
			n = gr_fd_poll(&fd, 1, until - now);
		if (n > 0)
			n = gr_fd_read(talk->fd, buf, sizeof(buf));
		else if (!n)
			continue;
		if (n == -EAGAIN)
			continue;
		if (n <= 0)
			return n ? (int)n : -EPIPE;
		ret = gr_lines_feed(&talk->lines, buf, (size_t)n, look, talk);
	}
	return ret < 0 ? ret : 0;
}

static int command(struct talk *talk, const char *text)
{
	int ret = gr_fd_write_all(talk->fd, text, strlen(text));

	return ret ? ret : await(talk, "\"return\"", "\"error\"");
}

/* Each QEMU that is talked to needs them, one that reads a state as well. */
static int introduce(struct talk *talk)
{
	int ret = await(talk, "\"QMP\"", "\"error\"");

	if (!ret)
		ret = command(talk, "{\"execute\":\"qmp_capabilities\"}\n");
	if (ret)
		return ret;
	/* memory in a shared file stays where it is */
	return command(talk, "{\"execute\":\"migrate-set-capabilities\","
			     "\"arguments\":{\"capabilities\":["
			     "{\"capability\":\"events\",\"state\":true},"
			     "{\"capability\":\"x-ignore-shared\","
			     "\"state\":true}]}}\n");
}

/* @how: "migrate" or "migrate-incoming". */
static int migrate(struct talk *talk, const char *how, const char *redirect,
		   int fd)
{
	char text[160];
	int ret;

	/* by our name for it: QEMU lets no descriptor through to cat */
	(void)snprintf(text, sizeof(text),
		       "{\"execute\":\"%s\",\"arguments\":"
		       "{\"uri\":\"exec:cat %s/proc/%d/fd/%d\"}}\n",
		       how, redirect, getpid(), fd);
	ret = command(talk, text);
	return ret ? ret : await(talk, "\"completed\"", "\"failed\"");
}

int gr_template_open(struct gr_template *t, off_t ram_bytes)
{
	t->fd_ram = gr_memory_file(ram_bytes);
	if (t->fd_ram < 0)
		return t->fd_ram;
	t->fd_state = gr_memory_file(0);
	if (t->fd_state >= 0)
		return 0;
	gr_fd_close(t->fd_ram);
	t->fd_ram = -1;
	return t->fd_state;
}

int gr_template_take(struct gr_template *t, int monitor)
{
	char line[LINE_MAX_BYTES];
	struct talk talk = {
		.fd = monitor,
		.lines = {.buf = line, .room = sizeof(line)},
	};
	int ret = introduce(&talk);

	if (!ret)
		ret = migrate(&talk, "migrate", ">", t->fd_state);
	if (!ret)
		t->state = GR_TEMPLATE_TAKEN;
	return ret;
}

int gr_template_enter(const struct gr_template *t, int monitor)
{
	char line[LINE_MAX_BYTES];
	struct talk talk = {
		.fd = monitor,
		.lines = {.buf = line, .room = sizeof(line)},
	};
	int ret = introduce(&talk);

	return ret ? ret : migrate(&talk, "migrate-incoming", "", t->fd_state);
}

void gr_template_close(struct gr_template *t)
{
	gr_fd_close(t->fd_ram);
	gr_fd_close(t->fd_state);
	*t = GR_TEMPLATE_INIT;
}
