// SPDX-License-Identifier: GPL-2.0-only
/*
 * Starts QEMU for one command: its share of the image, its descriptors, its
 * command line.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "sys/call.h"
#include "sys/fd.h"
#include "sys/file.h"
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
	NR_FDS,
};

struct launch {
	struct gr_vm *vm;
	int console[2]; /* ours, QEMU's */
	int events[2];
	int errors[2];
	struct gr_session_fds fds;
	struct gr_process qemu;
};

/*
 * The kernel unpacks archives that follow each other: the command stands in a
 * second one, which each guest gets anew.
 */
static int write_command(struct gr_vm *vm, char *const *argv, bool events)
{
	static const char name[] = "/init";
	char words[64 * 1024];
	size_t used = sizeof(name);
	struct gr_image *image;
	int ret = gr_fd_truncate(vm->fd_image, vm->base_bytes);

	memcpy(words, name, sizeof(name));
	for (; !ret && *argv; argv++) {
		size_t len = strlen(*argv) + 1;

		if (used + len > sizeof(words))
			return -E2BIG;
		memcpy(words + used, *argv, len);
		used += len;
	}
	if (!ret)
		ret = gr_image_new(vm->fd_image, &image);
	if (ret)
		return ret;
	ret = gr_image_bytes(image, GR_GUEST_ARGV, words, used, 0644);
	if (!ret && events)
		ret = gr_image_text(image, GR_GUEST_WANTS_EVENTS, "");
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

static int keep_file(const struct gr_vm *vm, const char *what)
{
	char path[PATH_MAX];
	int ret = gr_path(path, "%s/%s-%u.log", vm->kept, what, vm->nr_guests);

	if (!ret)
		ret = gr_create(path, O_WRONLY | O_TRUNC, 0644);
	return ret;
}

static int keep_all(struct launch *launch)
{
	struct gr_vm *vm = launch->vm;
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
	launch->fds.keep_console = keep_file(vm, "console");
	launch->fds.keep_events = keep_file(vm, "events");
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
			     &launch->errors[1]};

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
	gr_fd_close(launch->fds.keep_console);
	gr_fd_close(launch->fds.keep_events);
}

static int command_words(const struct gr_vm *vm, struct gr_words *argv)
{
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
		},
		argv);
}

_Static_assert(FD_CONSOLE == 3 && FD_EVENTS == 4 && FD_IMAGE == 5,
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
	};
	struct gr_words argv = {0};
	int ret = command_words(vm, &argv);

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

/* QEMU sets the terminal raw and, when it is killed, leaves it so. */
static int watch(struct launch *launch, const struct gr_vm_handlers *handlers,
		 struct gr_vm_result *result)
{
	const struct gr_vm *vm = launch->vm;
	struct termios tio;
	bool restore = vm->config.shell && !gr_fd_tty_save(0, &tio);
	int ret = start(launch);

	if (ret)
		return gr_err(ret, "cannot start '%s'", vm->qemu);
	ret = gr_session_run(vm, &launch->qemu, &launch->fds, handlers, result);
	if (restore && gr_fd_tty_restore(0, &tio))
		gr_warn("the terminal's settings could not be restored; type "
			"reset");
	return ret;
}

int gr_vm_run(struct gr_vm *vm, char *const *argv,
	      const struct gr_vm_handlers *handlers,
	      struct gr_vm_result *result)
{
	struct launch launch = {
		.vm = vm,
		.console = {-1, -1},
		.events = {-1, -1},
		.errors = {-1, -1},
		.fds = {-1, -1, -1, -1, -1},
		.qemu = GR_PROCESS_NONE,
	};
	int ret = write_command(vm, argv, handlers->on_event != NULL);

	*result = (struct gr_vm_result){0};
	if (ret)
		return gr_image_err(ret, argv[0]);
	vm->nr_guests++;
	ret = open_all(&launch);
	if (ret)
		gr_err(ret, "cannot connect to a guest (its files are in '%s')",
		       vm->kept[0] ? vm->kept : "memory");
	else
		ret = watch(&launch, handlers, result);
	close_all(&launch);
	return ret;
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
