// SPDX-License-Identifier: GPL-2.0-only
#include "sys/kernel.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

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

/* "ffffffff81000000 T name\t[module]" */
static bool line_names(const char *line, const char *name)
{
	size_t len = strlen(name);
	const char *p = strchr(line, ' ');

	p = p ? strchr(p + 1, ' ') : NULL;
	return p && !strncmp(p + 1, name, len) &&
	       (p[1 + len] == '\n' || p[1 + len] == '\t');
}

bool gr_kernel_symbol(const char *name)
{
	char *line = NULL;
	size_t cap = 0;
	bool found = false;
	FILE *f = fopen("/proc/kallsyms", "re");

	if (!f)
		return false;
	while (!found && getline(&line, &cap, f) > 0)
		found = line_names(line, name);
	free(line);
	(void)fclose(f); /* read only */
	return found;
}

int gr_kernel_addresses(struct gr_kernel_address *list, size_t nr)
{
	char *line = NULL;
	size_t cap = 0, missing = nr;
	FILE *f = fopen("/proc/kallsyms", "re");

	if (!f)
		return -errno;
	for (size_t i = 0; i < nr; i++)
		list[i].address = 0;
	while (missing && getline(&line, &cap, f) > 0)
		for (size_t i = 0; i < nr; i++) {
			if (list[i].address || !line_names(line, list[i].name))
				continue;
			list[i].address = strtoull(line, NULL, 16);
			missing--;
		}
	free(line);
	(void)fclose(f); /* read only */
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
