// SPDX-License-Identifier: GPL-2.0-only
#include "sys/journal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sys/lines.h"

#define UUID_LEN 36

static bool is_line_of(const char *line, const void *arg)
{
	const char *uuid = arg;

	return !strncmp(line, uuid, UUID_LEN) && line[UUID_LEN] == ' ';
}

static bool is_uuid(const char *uuid)
{
	return strlen(uuid) == UUID_LEN;
}

bool gr_journal_has(const char *path, const char *uuid)
{
	return is_uuid(uuid) && gr_lines_have(path, is_line_of, uuid);
}

int gr_journal_add(const char *path, const char *uuid, const char *ns)
{
	char line[128];

	if (!is_uuid(uuid))
		return -EINVAL;
	(void)snprintf(line, sizeof(line), "%s %.80s\n", uuid, ns);
	return gr_lines_put(path, is_line_of, uuid, line);
}

int gr_journal_remove(const char *path, const char *uuid)
{
	if (!gr_journal_has(path, uuid))
		return 0;
	return gr_lines_put(path, is_line_of, uuid, NULL);
}
