// SPDX-License-Identifier: GPL-2.0-only
#include "vm/kernel.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/log.h"
#include "sys/file.h"
#include "vm/elf.h"

/* Takes a bzImage and reads its release. */
static int take_image(struct gr_kernel *kernel, const char *path)
{
	int ret = gr_path(kernel->image, "%s", path);

	if (!ret)
		ret = gr_bzimage_release(path, kernel->release);
	if (ret == -ENOEXEC)
		return gr_err(0,
			      "cannot boot '%s': it is no x86 kernel (bzImage)",
			      path),
		       -EINVAL;
	if (ret)
		return gr_err(ret, "cannot read the kernel '%s'", path);
	return 0;
}

/* First of the NULL-terminated candidates that @test accepts. */
static bool first_of(char *out, bool (*test)(const char *path),
		     const struct gr_words *candidates)
{
	for (size_t i = 0; i < candidates->nr; i++)
		if (test(candidates->word[i]))
			return !gr_path(out, "%s", candidates->word[i]);
	out[0] = '\0';
	return false;
}

static bool is_module_dir(const char *path)
{
	struct gr_words names = {0};
	char index[PATH_MAX];
	bool found;

	if (!gr_is_dir(path) || gr_path(index, "%s/modules.dep", path))
		return false;
	found = gr_is_file(index);
	if (!found && !gr_tree_files(path, ".ko", &names))
		found = names.nr > 0;
	gr_words_free(&names);
	return found;
}

static int find_modules(struct gr_kernel *kernel, const char *root)
{
	const char *release = kernel->release;
	struct gr_words where = {0};
	bool found;
	int ret;

	(void)gr_words_add(&where, "%s/lib/modules/%s", root, release);
	(void)gr_words_add(&where, "%s/usr/lib/modules/%s", root, release);
	(void)gr_words_add(&where, "%s/%s", root, release);
	ret = gr_words_add(&where, "%s", root); /* sticky error of all four */
	if (ret)
		return ret;
	found = first_of(kernel->modules, is_module_dir, &where);
	gr_words_free(&where);
	return found ? 0 : -ENOENT;
}

static void find_config(struct gr_kernel *kernel, const char *root)
{
	const char *release = kernel->release;
	struct gr_words where = {0};

	(void)gr_words_add(&where, "%s/config", root);
	(void)gr_words_add(&where, "%s/.config", root);
	(void)gr_words_add(&where, "%s/boot/config-%s", root, release);
	(void)gr_words_add(&where, "%s/usr/lib/modules/%s/config", root,
			   release);
	(void)gr_words_add(&where, "%s/lib/modules/%s/config", root, release);
	if (!where.err) /* out of memory: a guest without a config */
		(void)first_of(kernel->config, gr_is_file, &where);
	gr_words_free(&where);
}

/* "CONFIG_X=y" or "=m" on a line of its own. */
static bool config_has(const char *path, const char *option)
{
	size_t len = strlen(option), size;
	bool found = false;
	char *text;

	if (gr_file_read(path, &text, &size))
		return false;
	for (const char *at = text; !found && (at = strstr(at, option));
	     at += len)
		found = (at == text || at[-1] == '\n') && at[len] == '=' &&
			(at[len + 1] == 'y' || at[len + 1] == 'm');
	free(text);
	return found;
}

/* Cuts @levels components off the end. */
static void cut(char *path, int levels)
{
	char *slash;

	while (levels--) {
		slash = strrchr(path, '/');
		if (!slash)
			return;
		*slash = '\0';
	}
}

/*
 * The folder that a lone bzImage belongs to: /boot/vmlinuz-X lies below "/",
 * a cache entry's vmlinuz in it, a package's in usr/lib/modules/X.
 */
static int root_of_image(const struct gr_kernel *kernel, char *root)
{
	const char *release = kernel->release;
	char real[PATH_MAX], tail[PATH_MAX];
	int ret = gr_path_real(kernel->image, real);
	size_t len;

	if (!ret)
		ret = gr_path(tail, "/usr/lib/modules/%s/vmlinuz", release);
	if (ret)
		return ret;
	len = strlen(real);
	if (len > strlen(tail) && !strcmp(real + len - strlen(tail), tail))
		cut(real, 5);
	else if (strstr(real, "/arch/x86/boot/"))
		cut(real, 4);
	else if (strstr(real, "/boot/vmlinuz"))
		cut(real, 2);
	else
		cut(real, 1);
	return gr_path(root, "%s", real);
}

static int take_file(struct gr_kernel *kernel, const char *path, char *root)
{
	int ret = take_image(kernel, path);

	return ret ? ret : root_of_image(kernel, root);
}

static bool file_has_pvh(const char *path)
{
	char *image;
	size_t len;
	bool has;

	if (gr_file_read(path, &image, &len))
		return false;
	has = gr_elf_has_pvh(image, len);
	free(image);
	return has;
}

/* Newest of the package's kernels: boot/vmlinuz-X or usr/lib/modules/X. */
static int take_package(struct gr_kernel *kernel, const char *dir)
{
	static const char *const places[][2] = {
		{"boot", "%s/boot/%s"},
		{"usr/lib/modules", "%s/usr/lib/modules/%s/vmlinuz"},
		{"lib/modules", "%s/lib/modules/%s/vmlinuz"},
	};
	char path[PATH_MAX], newest[PATH_MAX] = "";

	for (size_t i = 0; !newest[0] && i < GR_ARRAY_SIZE(places); i++) {
		struct gr_words names = {0};
		int ret = gr_path(path, "%s/%s", dir, places[i][0]);

		if (ret || gr_dir_names(path, &names))
			continue;
		for (size_t k = 0; k < names.nr; k++) {
			const char *name = names.word[k];

			if (i == 0 && strncmp(name, "vmlinuz", 7) != 0)
				continue;
			ret = i == 0 ? gr_path(path, "%s/boot/%s", dir, name)
				     : gr_path(path, "%s/%s/%s/vmlinuz", dir,
					       places[i][0], name);
			if (!ret && gr_is_file(path))
				memcpy(newest, path, sizeof(path));
		}
		gr_words_free(&names);
	}
	if (!newest[0])
		return gr_err(0,
			      "cannot find a kernel in '%s': it is neither a "
			      "kernel build tree nor an unpacked kernel package",
			      dir),
		       -ENOENT;
	return take_image(kernel, newest);
}

static int take_dir(struct gr_kernel *kernel, const char *dir, char *root)
{
	char path[PATH_MAX];
	int ret = gr_path(root, "%s", dir);

	if (ret)
		return gr_err(ret, "cannot use the kernel '%s'", dir);
	if (!gr_path(path, "%s/arch/x86/boot/bzImage", dir) &&
	    gr_is_file(path)) {
		if (!gr_path(kernel->elf, "%s/vmlinux", dir) &&
		    !file_has_pvh(kernel->elf))
			kernel->elf[0] = '\0';
		return take_image(kernel, path);
	}
	if (!gr_path(path, "%s/vmlinuz", dir) && gr_is_file(path))
		return take_image(kernel, path);
	return take_package(kernel, dir);
}

/* "6.1" begins "6.1.0-56-amd64", and not "6.12.1". */
static bool begins(const char *release, const char *prefix)
{
	size_t len = strlen(prefix);

	return !strncmp(release, prefix, len) &&
	       (!release[len] || strchr(".-+_", release[len]));
}

/* "6.1.0-56-amd64", not "hmm": what tools/build-kernel made wants to be named. */
static bool is_stock(const char *name)
{
	return name[0] >= '0' && name[0] <= '9';
}

/* "hmm" is that one, and not "hmm-7.2"; "hmm-6.12" is any of 6.12. */
static bool may_begin(const char *name)
{
	return is_stock(name) || strchr(name, '-');
}

/* "6.1.192-hmm", of an entry that has another name. */
static const char *find_release(const struct gr_words *names,
				const char *kernels, const char *release)
{
	char path[PATH_MAX];

	for (size_t i = 0; i < names->nr; i++)
		if (!gr_path(path, "%s/%s/lib/modules/%s", kernels,
			     names->word[i], release) &&
		    gr_is_dir(path))
			return names->word[i];
	return NULL;
}

/* @name NULL = "default", else the newest of the stock ones. */
static int pick_cached(const char *name, char *dir)
{
	struct gr_words names = {0};
	const char *newest = NULL;
	char kernels[PATH_MAX];
	int ret = gr_path_cache(kernels, "kernels");

	if (ret || gr_dir_names(kernels, &names))
		return -ENOENT;
	for (size_t i = 0; i < names.nr; i++) {
		const char *have = names.word[i];
		bool exact = !strcmp(have, name ? name : "default");

		if (exact ||
		    (name ? strcmp(have, "default") != 0 && may_begin(name) &&
				     begins(have, name)
			  : is_stock(have)))
			newest = have;
		if (exact)
			break;
	}
	if (!newest && name)
		newest = find_release(&names, kernels, name);
	ret = newest ? gr_path(dir, "%s/%s", kernels, newest) : -ENOENT;
	gr_words_free(&names);
	return ret;
}

static int take_cached(struct gr_kernel *kernel, const char *name, char *root)
{
	char dir[PATH_MAX], real[PATH_MAX];

	if (!pick_cached(name, dir) && !gr_path_real(dir, real))
		return take_dir(kernel, real, root);
	if (!name)
		return gr_err(0,
			      "cannot find a kernel in the cache: tools/get-"
			      "kernel fetches one, or name one with --kernel"),
		       -ENOENT;
	return gr_err(0,
		      "cannot find the kernel '%s': it is no file, no folder "
		      "and not in the cache; tools/get-kernel fetches one",
		      name),
	       -ENOENT;
}

static int take_host(struct gr_kernel *kernel, char *root)
{
	struct utsname host;
	char path[PATH_MAX];

	if (uname(&host) || gr_path(path, "/boot/vmlinuz-%s", host.release) ||
	    !gr_is_file(path))
		return gr_err(0,
			      "cannot find the host's kernel '%s'; name another "
			      "one with --kernel",
			      path),
		       -ENOENT;
	root[0] = '\0';
	return take_image(kernel, path);
}

static int take_named(struct gr_kernel *kernel, const char *name, char *root)
{
	char cached[PATH_MAX];

	if (name && !strcmp(name, "host"))
		return take_host(kernel, root);
	/* "hmm" is a kernel, also where there is a file of that name */
	if (name && !strchr(name, '/') && !is_stock(name) &&
	    !pick_cached(name, cached))
		return take_cached(kernel, name, root);
	if (name && gr_is_dir(name))
		return take_dir(kernel, name, root);
	if (name && (gr_is_file(name) || strchr(name, '/')))
		return take_file(kernel, name, root);
	return take_cached(kernel, name, root);
}

int gr_kernel_find(const char *name, const char *modules,
		   struct gr_kernel *kernel)
{
	char root[PATH_MAX] = "";
	int ret;

	*kernel = (struct gr_kernel){0};
	ret = take_named(kernel, name, root);
	if (ret)
		return ret;
	ret = find_modules(kernel, modules ? modules : root);
	if (ret)
		return gr_err(0,
			      "cannot find modules of kernel '%s' in '%s'; name "
			      "their folder with --modules",
			      kernel->release,
			      modules	? modules
			      : root[0] ? root
					: "/"),
		       ret;
	find_config(kernel, root);
	kernel->test_hmm = kernel->config[0] &&
			   config_has(kernel->config, "CONFIG_TEST_HMM");
	if (kernel->elf[0])
		return 0;
	ret = gr_bzimage_vmlinux(kernel->image, kernel->elf);
	if (ret) {
		gr_info("booting '%s' the slow way: %s", kernel->image,
			strerror(-ret));
		kernel->elf[0] = '\0';
	}
	return 0;
}
