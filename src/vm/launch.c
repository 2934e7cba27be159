// SPDX-License-Identifier: GPL-2.0-only
/*
 * Starts QEMU for one command: its share of the image, its descriptors, its
 * command line, and what it is told when it waits.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "sys/call.h"
#include "sys/fd.h"
#include "sys/file.h"
#include "vm/frame.h"
#include "vm/image.h"
#include "vm/init.h"
#include "vm/internal.h"
#include "vm/qemu.h"

/* Descriptors of QEMU, by their numbers there. */
enum {
	FD_STDERR = 2,
	FD_CONSOLE,
	FD_EVENTS,
	FD_IMAGE,
	FD_RAM,
	FD_MONITOR,
	NR_FDS,
};

/* What a guest is for, and so where it begins and what it is told. */
enum role {
	/* boots, is told the command if that will ask, becomes the template, is ended */
	ROLE_TEMPLATE,
	ROLE_COPY, /* goes on from the template, is told */
	ROLE_BOOT, /* boots, is told */
};

struct launch {
	struct gr_vm *vm;
	enum role role;
	char *const *argv; /* the command */
	char *const *answer; /* to it; NULL = it does not ask */
	bool wants_events;
	bool told; /* the guest has the command */
	bool answered;
	int console[2]; /* ours, QEMU's */
	int events[2];
	int errors[2];
	int monitor[2];
	struct gr_session_fds fds;
	struct gr_process qemu;
};

/*
 * The kernel unpacks archives that follow each other: in an image that is kept
 * the command stands in a second one.
 */
static int keep_command(const struct launch *launch)
{
	const struct gr_vm *vm = launch->vm;
	char text[GR_FRAME_COMMAND_MAX];
	struct gr_image *image;
	ssize_t len = gr_frame_command(text, launch->argv, false);
	int ret = len < 0 ? (int)len : gr_image_new(vm->fd_image, &image);

	if (ret)
		return ret;
	ret = gr_image_bytes(image, GR_GUEST_ARGV, text, (size_t)len, 0644);
	if (ret) {
		gr_image_drop(image);
		return ret;
	}
	return gr_image_finish(image);
}

static int open_pair(int pair[2])
{
	int ret = gr_fd_pair(pair);

	return ret ? ret : gr_fd_nonblock(pair[0]);
}

static int open_errors(int pipe_fds[2])
{
	int ret = gr_pipe(pipe_fds);

	return ret ? ret : gr_fd_nonblock(pipe_fds[0]);
}

static int keep_file(const struct gr_vm *vm, const char *what, unsigned int nr)
{
	char path[PATH_MAX];
	int ret = gr_path(path, "%s/%s-%u.log", vm->kept, what, nr);

	if (!ret)
		ret = gr_create(path, O_WRONLY | O_TRUNC, 0644);
	return ret;
}

static int keep_all(struct launch *launch)
{
	struct gr_vm *vm = launch->vm;
	unsigned int nr = launch->role == ROLE_TEMPLATE ? 0 : vm->nr_guests;
	char path[PATH_MAX];
	char *command;
	int ret = gr_path(path, "%s/qemu.txt", vm->kept);

	if (ret)
		return ret;
	command = gr_vm_command(vm);
	if (!command)
		return -ENOMEM;
	ret = gr_file_replace(path, command, strlen(command));
	free(command);
	if (ret)
		return ret;
	launch->fds.keep_console = keep_file(vm, "console", nr);
	launch->fds.keep_events = keep_file(vm, "events", nr);
	return GR_MIN(
		0, GR_MIN(launch->fds.keep_console, launch->fds.keep_events));
}

static int open_all(struct launch *launch)
{
	const struct gr_vm *vm = launch->vm;
	int ret = open_pair(launch->events);

	if (!ret && !vm->config.shell)
		ret = open_pair(launch->console);
	if (!ret && !vm->config.shell)
		ret = open_errors(launch->errors);
	if (!ret && launch->role != ROLE_BOOT)
		ret = open_pair(launch->monitor);
	launch->fds.console = launch->console[0];
	launch->fds.events = launch->events[0];
	launch->fds.errors = launch->errors[0];
	if (!ret && vm->kept[0])
		ret = keep_all(launch);
	return ret;
}

static void close_guest_ends(struct launch *launch)
{
	int *const ends[] = {&launch->console[1], &launch->events[1],
			     &launch->errors[1], &launch->monitor[1]};

	for (size_t i = 0; i < GR_ARRAY_SIZE(ends); i++) {
		gr_fd_close(*ends[i]);
		*ends[i] = -1;
	}
}

static void close_all(struct launch *launch)
{
	close_guest_ends(launch);
	gr_fd_close(launch->console[0]);
	gr_fd_close(launch->events[0]);
	gr_fd_close(launch->errors[0]);
	gr_fd_close(launch->monitor[0]);
	gr_fd_close(launch->fds.keep_console);
	gr_fd_close(launch->fds.keep_events);
}

static int command_words(const struct launch *launch, struct gr_words *argv)
{
	const struct gr_vm *vm = launch->vm;
	enum role role = launch->role;

	return gr_qemu_words(
		&(struct gr_qemu){
			.program = vm->qemu,
			.kernel = &vm->kernel,
			.config = &vm->config,
			.accel = vm->accel,
			.initrd = "/dev/fd/5",
			.console = vm->config.shell ? "stdio,signal=off"
						    : "socket,fd=3",
			.events = "socket,fd=4",
			.ram = role == ROLE_BOOT ? NULL : "/dev/fd/6",
			.copy = role == ROLE_COPY,
			.monitor = role == ROLE_BOOT ? NULL : "socket,fd=7",
		},
		argv);
}

_Static_assert(FD_CONSOLE == 3 && FD_EVENTS == 4 && FD_IMAGE == 5 &&
		       FD_RAM == 6 && FD_MONITOR == 7,
	       "command_words() names these");

static int start(struct launch *launch)
{
	const struct gr_vm *vm = launch->vm;
	bool shell = vm->config.shell;
	int fds[NR_FDS] = {
		shell ? 0 : -1,
		shell ? 1 : -1,
		[FD_STDERR] = shell ? FD_STDERR : launch->errors[1],
		[FD_CONSOLE] = launch->console[1],
		[FD_EVENTS] = launch->events[1],
		[FD_IMAGE] = vm->fd_image,
		[FD_RAM] = vm->template.fd_ram,
		[FD_MONITOR] = launch->monitor[1],
	};
	struct gr_words argv = {0};
	int ret = command_words(launch, &argv);

	if (!ret)
		ret = gr_process_start(&(struct gr_spawn){.argv = argv.word,
							  .fds = fds,
							  .nr_fds = NR_FDS,
							  .own_group = !shell,
							  .dies_with_us = true},
				       &launch->qemu);
	gr_words_free(&argv);
	close_guest_ends(launch);
	return ret;
}

/* @done: it was sent; who waits goes on saying so until it has read it. */
static int send_words(struct launch *launch, char *const *words, bool *done)
{
	char text[GR_FRAME_COMMAND_MAX];
	ssize_t len;

	if (*done)
		return 0;
	*done = true;
	len = gr_frame_command(text, words, launch->wants_events);
	if (len < 0)
		return (int)len;
	return gr_fd_write_all(launch->fds.events, text, (size_t)len);
}

static int take_template(struct launch *launch)
{
	struct gr_template *template = &launch->vm->template;

	if (gr_template_take(template, launch->monitor[0]))
		/* it may stand still now, or not */
		template->state = GR_TEMPLATE_REFUSED;
	return -ECANCELED;
}

/* The later a template is taken, the less its copies have to do again. */
static int on_ready(void *arg, enum gr_frame_type waits)
{
	struct launch *launch = arg;
	bool asks = waits == GR_FRAME_ASKS;

	if (asks && !launch->answer)
		return -EPROTO;
	if (launch->role == ROLE_TEMPLATE && (asks || !launch->answer))
		return take_template(launch);
	if (asks)
		return send_words(launch, launch->answer, &launch->answered);
	return send_words(launch, launch->argv, &launch->told);
}

/* QEMU sets the terminal raw and, when it is killed, leaves it so. */
static int watch(struct launch *launch, const struct gr_vm_handlers *handlers,
		 struct gr_vm_result *result)
{
	const struct gr_vm *vm = launch->vm;
	const struct gr_session_ready ready = {launch, on_ready};
	struct termios tio;
	bool restore = vm->config.shell && !gr_fd_tty_save(0, &tio);
	int ret = start(launch);

	if (ret)
		return gr_err(ret, "cannot start '%s'", vm->qemu);
	if (launch->role == ROLE_COPY &&
	    gr_template_enter(&vm->template, launch->monitor[0])) {
		gr_process_kill(&launch->qemu);
		return -ENOTSUP;
	}
	ret = gr_session_run(vm, &launch->qemu, &launch->fds, &ready, handlers,
			     result);
	if (restore && gr_fd_tty_restore(0, &tio))
		gr_warn("the terminal's settings could not be restored; type "
			"reset");
	return ret;
}

/* One that ended before it was asked to become the template was the last. */
static bool another_follows(const struct gr_vm *vm, enum role role)
{
	return role == ROLE_TEMPLATE && vm->template.state != GR_TEMPLATE_NONE;
}

static int one_guest(struct gr_vm *vm, enum role role, char *const *argv,
		     const struct gr_vm_handlers *handlers,
		     struct gr_vm_result *result)
{
	struct launch launch = {
		.vm = vm,
		.role = role,
		.argv = argv,
		.answer = handlers->answer,
		.wants_events = handlers->on_event != NULL,
		.console = {-1, -1},
		.events = {-1, -1},
		.errors = {-1, -1},
		.monitor = {-1, -1},
		.fds = {-1, -1, -1, -1, -1},
		.qemu = GR_PROCESS_NONE,
	};
	int ret = open_all(&launch);

	*result = (struct gr_vm_result){0};
	if (ret)
		gr_err(ret, "cannot connect to a guest (its files are in '%s')",
		       vm->kept[0] ? vm->kept : "memory");
	else
		ret = watch(&launch, handlers, result);
	close_all(&launch);
	if (ret || !vm->kept[0] || another_follows(vm, role))
		return ret;
	ret = keep_command(&launch);
	return ret ? gr_image_err(ret, argv[0]) : 0;
}

static int open_template(struct gr_vm *vm)
{
	struct gr_vm_layout layout;
	int ret = gr_vm_layout(&vm->config, &vm->kernel, &layout);

	return ret ? ret
		   : gr_template_open(&vm->template, (off_t)layout.ram_bytes);
}

/* What is on a terminal shall show how it boots. */
static enum role role_of(struct gr_vm *vm)
{
	int ret;

	if (vm->template.state == GR_TEMPLATE_TAKEN)
		return ROLE_COPY;
	if (vm->config.shell || vm->template.state == GR_TEMPLATE_REFUSED)
		return ROLE_BOOT;
	ret = open_template(vm);
	if (!ret)
		return ROLE_TEMPLATE;
	gr_info("there is no memory for copies of a guest (%s): each one boots",
		strerror(-ret));
	vm->template.state = GR_TEMPLATE_REFUSED;
	return ROLE_BOOT;
}

int gr_vm_run(struct gr_vm *vm, char *const *argv,
	      const struct gr_vm_handlers *handlers,
	      struct gr_vm_result *result)
{
	enum role role = role_of(vm);
	int ret = gr_fd_truncate(vm->fd_image, vm->base_bytes);

	if (ret)
		return gr_image_err(ret, argv[0]);
	vm->nr_guests++;
	ret = one_guest(vm, role, argv, handlers, result);
	if (!ret && role == ROLE_TEMPLATE) {
		if (vm->template.state == GR_TEMPLATE_NONE)
			/* it died, or its command ended, before it asked */
			gr_template_close(&vm->template);
		else if (vm->template.state == GR_TEMPLATE_TAKEN)
			ret = one_guest(vm, ROLE_COPY, argv, handlers, result);
		else
			ret = -ENOTSUP;
	}
	if (ret != -ENOTSUP)
		return ret;
	gr_info("this QEMU does not copy a guest: each one boots");
	gr_template_close(&vm->template);
	vm->template.state = GR_TEMPLATE_REFUSED;
	return one_guest(vm, ROLE_BOOT, argv, handlers, result);
}

static bool is_plain(const char *word)
{
	return word[0] && strspn(word, "abcdefghijklmnopqrstuvwxyz"
				       "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "0123456789-_=+.,:/@%") == strlen(word);
}

/* Appends a word as a shell reads it back. Return: where the text goes on. */
static char *quote(char *to, const char *word)
{
	if (is_plain(word))
		return stpcpy(to, word);
	*to++ = '\'';
	for (; *word; word++)
		if (*word == '\'')
			to = stpcpy(to, "'\\''");
		else
			*to++ = *word;
	return stpcpy(to, "'");
}

static char *join(const struct gr_words *argv)
{
	size_t room = 2;
	char *text, *at;

	for (size_t i = 0; i < argv->nr; i++)
		room += 4 * strlen(argv->word[i]) + 3;
	text = malloc(room);
	if (!text)
		return NULL;
	at = text;
	for (size_t i = 0; i < argv->nr; i++) {
		if (i)
			*at++ = ' ';
		at = quote(at, argv->word[i]);
	}
	(void)stpcpy(at, "\n");
	return text;
}

char *gr_vm_command(const struct gr_vm *vm)
{
	struct gr_words argv = {0};
	char image[PATH_MAX];
	char *text = NULL;
	int ret = gr_path(image, "%s%s" GR_VM_IMAGE_NAME, vm->kept,
			  vm->kept[0] ? "/" : "");

	if (!ret)
		ret = gr_qemu_words(
			&(struct gr_qemu){.program = vm->qemu,
					  .kernel = &vm->kernel,
					  .config = &vm->config,
					  .accel = vm->accel,
					  .initrd = image,
					  .console = "stdio,signal=off",
					  .events = "null"},
			&argv);
	if (!ret)
		text = join(&argv);
	gr_words_free(&argv);
	return text;
}
