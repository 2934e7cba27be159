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

/* What QEMU says in one line each; several may come at once. */
enum said {
	SAID_HELLO,
	SAID_RETURN, /* the command is done */
	SAID_ERROR, /* it is not */
	SAID_COMPLETED, /* events: of a migration */
	SAID_FAILED,
	NR_SAID,
};

/* Names stand in quotes, so that these are found. */
static const char *const words[NR_SAID] = {
	[SAID_HELLO] = "\"QMP\"",     [SAID_RETURN] = "\"return\"",
	[SAID_ERROR] = "\"error\"",   [SAID_COMPLETED] = "\"completed\"",
	[SAID_FAILED] = "\"failed\"",
};

/* Talks QMP: one line of JSON each way, and events between the answers. */
struct talk {
	int fd;
	struct gr_lines lines;
	bool said[NR_SAID]; /* and not yet asked for */
};

static int listen(void *arg, char *line)
{
	struct talk *talk = arg;

	for (int i = 0; i < NR_SAID; i++)
		talk->said[i] |= strstr(line, words[i]) != NULL;
	if (talk->said[SAID_ERROR] || talk->said[SAID_FAILED])
		gr_debug("QEMU: %s", line);
	return 0;
}

static int hear_more(struct talk *talk, uint64_t until_ns)
{
	struct pollfd fd = {.fd = talk->fd, .events = POLLIN};
	uint64_t now = gr_now_ns();
	char buf[4096];
	ssize_t n;

	if (now >= until_ns)
		return -ETIMEDOUT;
	n = gr_fd_poll(&fd, 1, until_ns - now);
	if (n > 0)
		n = gr_fd_read(talk->fd, buf, sizeof(buf));
	else if (!n)
		return 0;
	if (n <= 0)
		return n == -EAGAIN ? 0 : n ? (int)n : -EPIPE;
	return gr_lines_feed(&talk->lines, buf, (size_t)n, listen, talk);
}

static int await(struct talk *talk, enum said good, enum said bad)
{
	const uint64_t until = gr_now_ns() + ANSWER_NS;
	int ret = 0;

	while (!ret && !talk->said[good] && !talk->said[bad])
		ret = hear_more(talk, until);
	if (!ret && talk->said[bad])
		ret = -EIO;
	talk->said[good] = talk->said[bad] = false;
	return ret;
}

static int command(struct talk *talk, const char *text)
{
	int ret = gr_fd_write_all(talk->fd, text, strlen(text));

	return ret ? ret : await(talk, SAID_RETURN, SAID_ERROR);
}

/* Each QEMU that is talked to needs them, one that reads a state as well. */
static int introduce(struct talk *talk)
{
	int ret = await(talk, SAID_HELLO, SAID_ERROR);

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
	return ret ? ret : await(talk, SAID_COMPLETED, SAID_FAILED);
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
