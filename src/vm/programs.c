// SPDX-License-Identifier: GPL-2.0-only
#include "vm/programs.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/util.h"
#include "sys/file.h"
#include "sys/spawn.h"
#include "vm/elf.h"

/* One line of `ld.so --list`: the first absolute path, up to its address. */
static int add_listed(struct gr_image *image, const char *line,
		      const char *program)
{
	const char *slash = strchr(line, '/');
	char path[PATH_MAX];
	int ret;

	if (strstr(line, "not found"))
		return gr_err(0,
			      "cannot take '%s' into the guest: it needs a "
			      "library that is missing here: %s",
			      program, line + strspn(line, "\t ")),
		       -ENOENT;
	if (!slash)
		return 0; /* the vDSO */
	ret = gr_path(path, "%.*s", (int)strcspn(slash, " \n"), slash);
	if (!ret)
		ret = gr_image_file(image, path, path, 0755);
	if (ret)
		return gr_image_err(ret, path);
	return 0;
}

static int add_libraries(struct gr_image *image, char *linker, char *program)
{
	char list[] = "--list";
	char *argv[] = {linker, list, program, NULL};
	char *out, *line, *next;
	int status, ret = gr_process_output(argv, &out, &status);

	if (ret)
		return gr_err(ret, "cannot run '%s'", linker);
	if (status && !strstr(out, "not found")) {
		gr_err(0, "cannot find the libraries of '%s': %.200s", program,
		       out);
		ret = -ENOEXEC;
	}
	for (line = out; !ret && *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		ret = add_listed(image, line, program);
	}
	free(out);
	if (ret)
		return ret;
	ret = gr_image_file(image, linker, linker, 0755);
	return ret ? gr_image_err(ret, linker) : 0;
}

static int add_interpreter(struct gr_image *image, const char *script)
{
	char path[PATH_MAX];
	const char *from = script + 2 + strspn(script + 2, " \t");
	int ret = gr_path(path, "%.*s", (int)strcspn(from, " \t\n"), from);

	return ret ? ret : gr_programs_add(image, path, path);
}

static int add_needs(struct gr_image *image, const char *from,
		     const char *content, size_t len)
{
	char linker[PATH_MAX], real[PATH_MAX];
	int ret;

	if (len > 2 && !memcmp(content, "#!", 2))
		return add_interpreter(image, content);
	ret = gr_elf_interpreter(content, len, linker);
	if (!ret)
		ret = gr_path_real(from, real);
	if (ret)
		return gr_image_err(ret, from);
	return linker[0] ? add_libraries(image, linker, real) : 0;
}

int gr_programs_add(struct gr_image *image, const char *from, const char *path)
{
	char *content;
	size_t len;
	int ret;

	if (gr_image_has(image, path))
		return 0;
	ret = gr_file_read(from, &content, &len);
	if (!ret)
		ret = gr_image_bytes(image, path, content, len, 0755);
	if (ret) {
		free(content);
		return gr_image_err(ret, from);
	}
	ret = add_needs(image, from, content, len);
	free(content);
	return ret;
}

int gr_programs_add_host(struct gr_image *image)
{
	static const char *const programs[] = {"mkfs.ext4", "mkfs.xfs"};
	static const char *const files[] = {
		"/etc/ld.so.cache",
		"/etc/mke2fs.conf",
		/* glibc opens it by name when a thread ends */
		"/lib/x86_64-linux-gnu/libgcc_s.so.1",
	};
	char from[PATH_MAX], path[PATH_MAX];
	int ret = 0;

	for (size_t i = 0; !ret && i < GR_ARRAY_SIZE(programs); i++) {
		if (gr_path_program(programs[i], from))
			continue;
		ret = gr_path(path, "/usr/sbin/%s", programs[i]);
		if (!ret)
			ret = gr_programs_add(image, from, path);
	}
	for (size_t i = 0; !ret && i < GR_ARRAY_SIZE(files); i++) {
		if (!gr_is_file(files[i]))
			continue;
		ret = gr_image_file(image, files[i], files[i], 0755);
		if (ret)
			return gr_image_err(ret, files[i]);
	}
	return ret;
}
