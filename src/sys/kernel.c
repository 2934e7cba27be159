// SPDX-License-Identifier: GPL-2.0-only
#include "sys/kernel.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "sys/file.h"
#include "sys/sysfs.h"

void gr_kernel_release(char *buf, size_t len)
{
	struct utsname u;

	const char *release = uname(&u) ? "unknown" : u.release;

	(void)snprintf(buf, len, "%.*s", (int)len - 1, release);
}

static FILE *open_config(void)
{
	char release[64], path[128];
	FILE *f;

	gr_kernel_release(release, sizeof(release));
	(void)snprintf(path, sizeof(path), "/boot/config-%s", release);
	f = fopen(path, "re");
	if (f)
		return f;
	(void)snprintf(path, sizeof(path), "/lib/modules/%s/config", release);
	return fopen(path, "re");
}

int gr_kernel_option(const char *name)
{
	size_t len = strlen(name);
	char *line = NULL;
	size_t cap = 0;
	int found = 0;
	FILE *f = open_config();

	if (!f)
		return -ENOENT;
	while (!found && getline(&line, &cap, f) > 0)
		found = !strncmp(line, name, len) &&
			(!strncmp(line + len, "=y", 2) ||
			 !strncmp(line + len, "=m", 2));
	free(line);
	(void)fclose(f); /* read only */
	return found;
}

/*
 * The kernel makes the text of kallsyms anew for each reader, which takes a
 * third of a second under emulation, and a run asks for dozens of symbols: it is
 * read once, and again when other modules are loaded.
 */
static struct {
	char *symbols; /* "ffffffff81000000 T name\t[module]\n"; NULL = not read */
	char *modules; /* their names, as they were then */
} known;

/* /proc/modules without what changes while they stay loaded. */
static char *loaded_modules(void)
{
	char *text, *to, *line;

	if (gr_file_read("/proc/modules", &text, NULL))
		return NULL;
	for (to = line = text; *line; line += strcspn(line, "\n")) {
		size_t len;

		line += *line == '\n';
		len = strcspn(line, " \n");
		memmove(to, line, len);
		to += len;
		*to++ = ' ';
	}
	*to = '\0';
	return text;
}

/* Return: the text, or NULL: there is none. */
static const char *symbols(void)
{
	char *modules = loaded_modules();
	bool same = known.symbols && modules && known.modules &&
		    !strcmp(modules, known.modules);

	if (same) {
		free(modules);
		return known.symbols;
	}
	free(known.modules);
	free(known.symbols);
	known.modules = modules;
	if (gr_file_read("/proc/kallsyms", &known.symbols, NULL))
		known.symbols = NULL;
	return known.symbols;
}

/* Return: the line of a symbol, or NULL. */
static const char *find_symbol(const char *text, const char *name)
{
	size_t len = strlen(name);
	const char *at = text, *begin;

	for (; (at = strstr(at, name)); at += len) {
		if (at == text || at[-1] != ' ' ||
		    (at[len] != '\n' && at[len] != '\t'))
			continue;
		begin = memrchr(text, '\n', (size_t)(at - text));
		return begin ? begin + 1 : text;
	}
	return NULL;
}

bool gr_kernel_symbol(const char *name)
{
	const char *text = symbols();

	return text && find_symbol(text, name);
}

int gr_kernel_addresses(struct gr_kernel_address *list, size_t nr)
{
	const char *text = symbols();
	const char *line;

	if (!text)
		return -ENOENT;
	for (size_t i = 0; i < nr; i++) {
		line = find_symbol(text, list[i].name);
		list[i].address = line ? strtoull(line, NULL, 16) : 0;
	}
	return 0;
}

int gr_kernel_taint(uint64_t *mask)
{
	char text[32];
	int ret = gr_sysfs_read(text, sizeof(text), "/proc/sys/kernel/tainted");

	if (ret)
		return ret;
	*mask = strtoull(text, NULL, 10);
	return 0;
}

int gr_kernel_rearm_warnings(void)
{
	return gr_sysfs_write("1", "/sys/kernel/debug/clear_warn_once");
}

int gr_kernel_sysrq(char key)
{
	const char text[] = {key, '\0'};

	return gr_sysfs_write(text, "/proc/sysrq-trigger");
}

bool gr_is_root(void)
{
	return geteuid() == 0;
}
