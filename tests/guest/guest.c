// SPDX-License-Identifier: GPL-2.0-only
#include "guest/guest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libkmod.h>

#include "sys/sysfs.h"

static struct {
	char name[160];
	unsigned int nr_checks;
	unsigned int nr_failed;
	unsigned int nr_begun;
} tally;

static void take_text(int fd, char *text)
{
	ssize_t n = pread(fd, text, GUEST_TEXT_MAX - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	close(fd);
}

void run(struct ran *ran, const char *const *argv)
{
	int out = memfd_create("out", 0);
	int err = memfd_create("err", 0);
	char *const *words = (char *const *)(uintptr_t)argv;
	int status = -1;
	pid_t pid = fork();

	if (!pid) {
		dup2(out, STDOUT_FILENO);
		dup2(err, STDERR_FILENO);
		execvp(words[0], words);
		dprintf(STDERR_FILENO, "cannot run '%s': %m\n", words[0]);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		status = -1;
	ran->status = WIFEXITED(status) ? WEXITSTATUS(status)
					: 128 + WTERMSIG(status);
	take_text(out, ran->out);
	take_text(err, ran->err);
}

void guprace(struct ran *ran, const char *first, ...)
{
	const char *path = getenv("GUPRACE");
	const char *argv[16] = {path ? path : "/init", first};
	va_list ap;

	va_start(ap, first);
	for (size_t i = 2; i + 1 < GR_ARRAY_SIZE(argv) && argv[i - 1]; i++)
		argv[i] = va_arg(ap, const char *);
	va_end(ap);
	run(ran, argv);
}

bool check(bool ok, const char *fmt, ...)
{
	va_list ap;

	tally.nr_checks++;
	if (ok)
		return true;
	tally.nr_failed++;
	printf("not ok - %s: ", tally.name);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
	return false;
}

bool check_ran(const struct ran *ran, int status, const char *says)
{
	return check(ran->status == status && strstr(ran->err, says),
		     "exit status %d, want %d and '%s'\nstdout: %sstderr: %s",
		     ran->status, status, says, ran->out, ran->err);
}

void begin(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(tally.name, sizeof(tally.name), fmt, ap);
	va_end(ap);
	tally.nr_begun++;
	printf("# %s\n", tally.name);
	fflush(stdout);
}

bool load(const char *module)
{
	static const char *const no_config[] = {NULL};
	struct kmod_ctx *ctx = kmod_new(NULL, no_config);
	struct kmod_module *mod = NULL;
	int ret;

	ret = kmod_module_new_from_name(ctx, module, &mod);
	if (!ret)
		ret = kmod_module_probe_insert_module(mod, 0, NULL, NULL, NULL,
						      NULL);
	kmod_module_unref(mod);
	kmod_unref(ctx);
	return check(ret >= 0, "cannot load '%s': %s", module, strerror(-ret));
}

bool sysfs_has(const char *want, const char *fmt, ...)
{
	char path[256], text[256];
	va_list ap;
	int ret;

	va_start(ap, fmt);
	vsnprintf(path, sizeof(path), fmt, ap);
	va_end(ap);
	ret = gr_sysfs_read(text, sizeof(text), "%s", path);
	return check(!ret && !strcmp(text, want), "'%s' is '%s', want '%s'",
		     path, ret ? strerror(-ret) : text, want);
}

int finish(void)
{
	printf("%u scenes, %u checks, %u failed\n", tally.nr_begun,
	       tally.nr_checks, tally.nr_failed);
	return tally.nr_failed || !tally.nr_checks ? EXIT_FAILURE
						   : EXIT_SUCCESS;
}
