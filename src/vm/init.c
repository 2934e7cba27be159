// SPDX-License-Identifier: GPL-2.0-only
#include "vm/init.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/util.h"
#include "base/words.h"
#include "core/verdict.h"
#include "sys/boot.h"
#include "sys/call.h"
#include "sys/fd.h"
#include "sys/file.h"
#include "sys/kmod.h"
#include "sys/spawn.h"
#include "vm/ask.h"
#include "vm/frame.h"
#include "vm/modules.h"

#define CONSOLE "/dev/ttyS0"
#define EVENTS "/dev/ttyS1"

struct mount {
	const char *type;
	const char *where;
	bool needed; /* the others depend on the kernel's options */
};

static const struct mount mounts[] = {
	{"proc", "/proc", true},
	{"sysfs", "/sys", true},
	{"devtmpfs", "/dev", true},
	{"tmpfs", "/run", true},
	{"tmpfs", "/tmp", true},
	{"tmpfs", "/dev/shm", true},
	{"devpts", "/dev/pts", false},
	{"debugfs", "/sys/kernel/debug", false},
	{"tracefs", "/sys/kernel/tracing", false},
	{"bpf", "/sys/fs/bpf", false},
};

struct init {
	int fd_frames; /* -1 with a shell: nobody reads */
	int fd_child; /* signals of ended children */
	int out[2]; /* pipe of the command's stdout */
	int err[2]; /* and of its stderr */
	struct gr_process command;
	uint64_t alive_ns; /* when the host last heard of us */
};

/* A port that fails has nobody to be told to; the host's timeout acts. */
static void send(struct init *init, const char *frame, size_t len)
{
	if (init->fd_frames >= 0)
		(void)gr_fd_write_all(init->fd_frames, frame, len);
	init->alive_ns = gr_now_ns();
}

static void send_alive(struct init *init)
{
	send(init, "A \n", 3);
}

static void send_exit(struct init *init, int status)
{
	char frame[32];
	int len = snprintf(frame, sizeof(frame), "X %d\n", status);

	send(init, frame, (size_t)len);
	if (init->fd_frames >= 0)
		(void)gr_fd_drain(init->fd_frames); /* as send() */
}

static void to_host(enum gr_log_level level, const char *text, void *arg)
{
	char line[GR_FRAME_OUTPUT_MAX], frame[GR_FRAME_MAX];
	int len;

	(void)level;
	len = snprintf(line, sizeof(line), "guprace: in the guest: %.900s\n",
		       text);
	send(arg, frame,
	     gr_frame_output(frame, GR_FRAME_STDERR, line, (size_t)len));
}

static int mount_all(void)
{
	int first = 0, ret;

	for (size_t i = 0; i < GR_ARRAY_SIZE(mounts); i++) {
		ret = gr_guest_mount(mounts[i].type, mounts[i].where);
		if (ret && mounts[i].needed && !first)
			first = ret;
	}
	return first;
}

static int load_line(char *line)
{
	char *params = strchr(line, '\t');
	bool asked_for = !strncmp(line, "/guprace/", 9);
	int ret;

	if (!params)
		return gr_err(-EINVAL, "cannot load '%s'", line);
	*params++ = '\0';
	ret = gr_guest_load(line, params);
	if (!ret)
		return 0;
	if (asked_for)
		return gr_err(ret, "cannot load the module '%s'", line);
	/* a driver without its hardware refuses; what needs it will say so */
	gr_info("the module '%s' does not load: %s", line, strerror(-ret));
	return 0;
}

static int load_modules(void)
{
	char *order, *line, *next;
	int ret = gr_file_read(GR_GUEST_MODULES, &order, NULL);

	if (ret)
		return gr_err(ret, "cannot read '%s'", GR_GUEST_MODULES);
	for (line = order; !ret && *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		ret = load_line(line);
	}
	free(order);
	if (!ret && gr_guest_mount("configfs", "/sys/kernel/config"))
		gr_debug("this kernel has no configfs");
	return ret;
}

/* An image that was kept has the command in it. */
static int read_kept(char *buf, size_t room, size_t *used)
{
	char *text;
	int ret = gr_file_read(GR_GUEST_ARGV, &text, used);

	if (ret)
		return ret;
	*used = GR_MIN(*used, room);
	memcpy(buf, text, *used);
	free(text);
	return 0;
}

/* The command's words, and whether its events are read. */
static int read_command(struct init *init, struct gr_words *argv, bool *events)
{
	char buf[GR_FRAME_COMMAND_MAX];
	const char *word;
	size_t used;
	int ret = gr_is_file(GR_GUEST_ARGV)
			  ? read_kept(buf, sizeof(buf), &used)
			  : gr_ask(init->fd_frames, GR_FRAME_READY, buf,
				   sizeof(buf), &used);

	if (!ret)
		ret = gr_frame_command_parse(buf, used, &word);
	if (ret)
		return ret;
	*events = !strcmp(word, GR_COMMAND_WITH_EVENTS);
	(void)gr_words_add(argv, "/init"); /* sticky error */
	return gr_frame_command_words(word, buf + used, argv);
}

static int environment(struct gr_words *env, bool events)
{
	(void)gr_words_add(env, "PATH=/usr/sbin:/usr/bin:/sbin:/bin");
	(void)gr_words_add(env, "HOME=/");
	(void)gr_words_add(env, "TERM=linux");
	if (events)
		(void)gr_words_add(env, GR_GUEST_EVENTS_ENV "=" EVENTS);
	return env->err; /* sticky */
}

static int start_command(struct init *init)
{
	struct gr_words argv = {0}, env = {0};
	bool events;
	int ret = read_command(init, &argv, &events);

	if (!ret)
		ret = environment(&env, events);
	if (!ret)
		ret = gr_pipe(init->out);
	if (!ret)
		ret = gr_pipe(init->err);
	if (!ret)
		ret = gr_process_start(
			&(struct gr_spawn){
				.argv = argv.word,
				.envp = env.word,
				.fds = (int[]){-1, init->out[1], init->err[1]},
				.nr_fds = 3,
				.own_group = true,
			},
			&init->command);
	gr_fd_close(init->out[1]);
	gr_fd_close(init->err[1]);
	gr_words_free(&argv);
	gr_words_free(&env);
	if (!ret)
		ret = gr_fd_nonblock(init->out[0]);
	if (!ret)
		ret = gr_fd_nonblock(init->err[0]);
	return ret ? gr_err(ret, "cannot start the command") : 0;
}

/* Passes on what is there; at the end of the pipe closes it. */
static void pass_on(struct init *init, int *fd, enum gr_frame_type type)
{
	char buf[GR_FRAME_OUTPUT_MAX], frame[GR_FRAME_MAX];
	ssize_t n;

	while (*fd >= 0) {
		n = gr_fd_read(*fd, buf, sizeof(buf));
		if (n == -EAGAIN)
			return;
		if (n <= 0) {
			gr_fd_close(*fd);
			*fd = -1;
			return;
		}
		send(init, frame, gr_frame_output(frame, type, buf, (size_t)n));
	}
}

static void pass_all_on(struct init *init)
{
	pass_on(init, &init->out[0], GR_FRAME_STDOUT);
	pass_on(init, &init->err[0], GR_FRAME_STDERR);
}

static void take_signals(struct init *init)
{
	char info[512]; /* several records of signalfd(2) */

	while (gr_fd_read(init->fd_child, info, sizeof(info)) > 0)
		; /* that one came is all there is to know */
}

static void wait_for_more(struct init *init)
{
	struct pollfd fds[] = {
		{.fd = init->out[0], .events = POLLIN},
		{.fd = init->err[0], .events = POLLIN},
		{.fd = init->fd_child, .events = POLLIN},
	};
	uint64_t due = init->alive_ns + GR_FRAME_ALIVE_NS, now = gr_now_ns();

	(void)gr_fd_poll(fds, GR_ARRAY_SIZE(fds),
			 due > now ? due - now : 0); /* then looks itself */
	if (gr_now_ns() >= due)
		send_alive(init);
}

/* Until the command ends, and then until its pipes are empty. */
static int supervise(struct init *init)
{
	int status, ret;

	do {
		wait_for_more(init);
		take_signals(init);
		pass_all_on(init);
		ret = gr_process_wait(&init->command, 0, &status);
		gr_process_reap(&init->command);
	} while (ret == -ETIMEDOUT);
	pass_all_on(init);
	return ret ? gr_err(ret, "cannot wait for the command") : status;
}

static int run_shell(struct init *init)
{
	char shell[] = "/bin/busybox", install[] = "--install", soft[] = "-s",
	     bin[] = "/bin", sh[] = "sh";
	char *const links[] = {shell, install, soft, bin, NULL};
	char *const argv[] = {shell, sh, NULL};
	struct gr_words env = {0};
	char *out = NULL;
	int status = 0, ret;

	ret = gr_process_output(links, &out, &status);
	free(out);
	if (!ret)
		ret = environment(&env, false);
	if (!ret)
		ret = gr_process_start(&(struct gr_spawn){.argv = argv,
							  .envp = env.word,
							  .tty = CONSOLE},
				       &init->command);
	gr_words_free(&env);
	while (!ret) {
		ret = gr_process_wait(&init->command, GR_FRAME_ALIVE_NS,
				      &status);
		gr_process_reap(&init->command);
		if (ret == -ETIMEDOUT) {
			send_alive(init);
			ret = 0;
		} else {
			break;
		}
	}
	return ret ? gr_err(ret, "cannot run the shell") : status;
}

static int set_up(struct init *init)
{
	static const int signals[] = {SIGCHLD, 0};
	sigset_t saved;
	int mounted = mount_all();

	init->fd_frames = gr_fd_serial(EVENTS);
	send_alive(init);
	gr_log_set_sink(to_host, init);
	if (mounted)
		return gr_err(mounted, "cannot mount what every guest needs");
	init->fd_child = gr_fd_signals(signals, &saved);
	if (init->fd_child < 0)
		return gr_err(init->fd_child, "cannot take signals");
	return load_modules();
}

void gr_init_main(void)
{
	struct init init = {
		.fd_frames = -1,
		.fd_child = -1,
		.out = {-1, -1},
		.err = {-1, -1},
		.command = GR_PROCESS_NONE,
	};
	int status = set_up(&init);

	if (!status && gr_is_file(GR_GUEST_SHELL))
		status = run_shell(&init);
	else if (!status && !(status = start_command(&init)))
		status = supervise(&init);
	send_exit(&init, status < 0 ? GR_EXIT_BROKEN : status);
	gr_guest_power_off();
}

int gr_modprobe_main(int argc, char **argv)
{
	struct gr_kmod *kmod;
	int ret = gr_kmod_open(NULL, &kmod);

	if (!ret && argc > 1)
		ret = gr_kmod_insert(kmod, argv[argc - 1]);
	gr_kmod_close(kmod);
	return ret ? EXIT_FAILURE : EXIT_SUCCESS;
}
