// SPDX-License-Identifier: GPL-2.0-only
#include "vm/modules.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/util.h"
#include "sys/file.h"
#include "sys/kmod.h"
#include "sys/spawn.h"
#include "vm/unpack.h"

/* Loaded by init, in this order; each with what it depends on. */
static const char *const at_boot[] = {
	"configfs", "nd_pmem", "nd_btt", "dax_pmem", "device_dax", NULL,
};

static const char *const bus_modules[][4] = {
	[GR_VM_E820] = {"nd_e820", NULL},
	[GR_VM_NFIT] = {"nfit", NULL},
	[GR_VM_VIRTIO_PMEM] = {"virtio_pci", "virtio_pmem", NULL},
};

/* Only there, for who asks for them: the kernel or guprace itself. */
static const char *const on_demand[] = {
	"null_blk", "loop",	"dm_mod", "dm_delay", "ext4", "xfs",
	"siw",	    "rdma_rxe", "crc32c", "test_hmm", NULL,
};

/* A module folder with indexes, made of links to the files of another one. */
struct stage {
	char root[PATH_MAX]; /* "" = none */
	char dir[PATH_MAX]; /* lib/modules/RELEASE below it */
};

struct job {
	struct gr_image *image;
	const struct gr_kernel *kernel;
	const struct gr_vm_config *config;
	struct gr_words boot; /* files on the host, in loading order */
	struct gr_words all; /* those, and the ones on demand */
	char *order; /* content of GR_GUEST_MODULES */
	size_t order_len;
};

/* "crc32c.ko" of "/x/crc32c.ko.xz" */
static int module_file(const char *path, char *name)
{
	const char *base = strrchr(path, '/') + 1;
	const char *ko = strstr(base, ".ko");

	return gr_path(name, "%.*s.ko", (int)(ko - base), base);
}

static int stage_link(const struct stage *stage, const char *from,
		      const char *name)
{
	char real[PATH_MAX], path[PATH_MAX];
	int ret = gr_path_real(from, real);

	if (!ret)
		ret = gr_path(path, "%s/%s", stage->dir, name);
	return ret ? ret : gr_symlink(real, path);
}

static int stage_new(struct stage *stage, const struct gr_kernel *kernel)
{
	static const char *const lists[] = {
		"modules.builtin",
		"modules.builtin.modinfo",
	};
	char path[PATH_MAX];
	int ret = gr_temp_dir(stage->root);

	if (!ret)
		ret = gr_path(stage->dir, "%s/lib/modules/%s", stage->root,
			      kernel->release);
	if (!ret)
		ret = gr_path(path, "%s/kernel", stage->dir);
	if (!ret)
		ret = gr_mkdirs(path);
	/* some builds of kmod look below usr/lib */
	if (!ret)
		ret = gr_path(path, "%s/usr", stage->root);
	if (!ret)
		ret = gr_symlink(".", path);
	for (size_t i = 0; !ret && i < GR_ARRAY_SIZE(lists); i++) {
		ret = gr_path(path, "%s/%s", kernel->modules, lists[i]);
		if (!ret && gr_is_file(path))
			ret = stage_link(stage, path, lists[i]);
	}
	return ret;
}

static int run_depmod(const struct stage *stage, const struct gr_kernel *kernel)
{
	char program[PATH_MAX], rules[PATH_MAX];
	struct gr_words argv = {0};
	char *out = NULL;
	int status = 0, ret;

	if (gr_path_program("depmod", program))
		return -ENOPKG;
	ret = gr_path(rules, "%s/no-rules", stage->root);
	if (!ret)
		ret = gr_mkdirs(rules);
	if (ret)
		return ret;
	(void)gr_words_add(&argv, "%s", program);
	(void)gr_words_add(&argv, "-C");
	(void)gr_words_add(&argv, "%s", rules);
	(void)gr_words_add(&argv, "-b");
	(void)gr_words_add(&argv, "%s", stage->root);
	ret = gr_words_add(&argv, "%s", kernel->release); /* sticky error */
	if (!ret)
		ret = gr_process_output(argv.word, &out, &status);
	gr_words_free(&argv);
	if (!ret && status)
		ret = -EBADMSG;
	if (ret == -EBADMSG)
		gr_info("depmod says: %.400s", out);
	free(out);
	return ret;
}

/* Links all of @files and makes the indexes. */
static int stage_fill(struct stage *stage, const struct gr_kernel *kernel,
		      const struct gr_words *files)
{
	char name[PATH_MAX], path[PATH_MAX];
	int ret = stage_new(stage, kernel);

	for (size_t i = 0; !ret && i < files->nr; i++) {
		ret = module_file(files->word[i], name);
		if (!ret)
			ret = gr_path(path, "kernel/%s", name);
		if (!ret)
			ret = stage_link(stage, files->word[i], path);
	}
	return ret ? ret : run_depmod(stage, kernel);
}

/* A build tree, or a package that was only unpacked, has no indexes yet. */
static int open_kmod(const struct gr_kernel *kernel, struct stage *stage,
		     struct gr_kmod **kmod)
{
	struct gr_words files = {0};
	char index[PATH_MAX];
	const char *dir = kernel->modules;
	int ret = gr_path(index, "%s/modules.dep.bin", dir);

	if (!ret && !gr_is_file(index)) {
		ret = gr_tree_files(dir, ".ko", &files);
		if (!ret)
			ret = stage_fill(stage, kernel, &files);
		gr_words_free(&files);
		dir = stage->dir;
	}
	return ret ? ret : gr_kmod_open(dir, kmod);
}

/* What this kernel does not have is left out: the cases that need it say so. */
static int resolve(struct gr_kmod *kmod, const char *const *names,
		   struct gr_words *files)
{
	int ret = 0;

	for (; !ret && *names; names++) {
		ret = gr_kmod_resolve(kmod, *names, files);
		if (ret == -ENOENT) {
			gr_debug("this kernel has no module %s", *names);
			ret = 0;
		}
	}
	return ret;
}

static int index_err(const struct job *job, int ret)
{
	if (ret == -ENOPKG)
		return gr_err(0,
			      "cannot index the modules in '%s': depmod is "
			      "missing; install kmod",
			      job->kernel->modules),
		       -ENOENT;
	if (ret == -ENOSPC)
		return gr_err(ret,
			      "cannot write scratch files; make room, or set "
			      "TMPDIR (it is '%s')",
			      gr_temp_where());
	return gr_err(ret, "cannot index the modules in '%s'",
		      job->kernel->modules);
}

/* The files behind a stage's links. */
static int copy_real(const struct gr_words *files, struct gr_words *out)
{
	char real[PATH_MAX];
	int ret = 0;

	for (size_t i = 0; !ret && i < files->nr; i++) {
		ret = gr_path_real(files->word[i], real);
		if (!ret)
			ret = gr_words_add(out, "%s", real);
	}
	return ret;
}

static int resolve_all(struct job *job)
{
	struct stage stage = {{0}, {0}};
	struct gr_words files = {0};
	struct gr_kmod *kmod = NULL;
	int ret = open_kmod(job->kernel, &stage, &kmod);

	if (!ret)
		ret = resolve(kmod, bus_modules[job->config->bus], &files);
	if (!ret)
		ret = resolve(kmod, at_boot, &files);
	if (!ret)
		ret = copy_real(&files, &job->boot);
	if (!ret)
		ret = resolve(kmod, on_demand, &files);
	if (!ret)
		ret = copy_real(&files, &job->all);
	gr_kmod_close(kmod);
	gr_words_free(&files);
	gr_tree_remove(stage.root);
	return ret ? index_err(job, ret) : 0;
}

static int guest_path(const struct job *job, const char *file, char *path)
{
	char name[PATH_MAX];
	int ret = module_file(file, name);

	return ret ? ret
		   : gr_path(path, "/lib/modules/%s/kernel/%s",
			     job->kernel->release, name);
}

static int add_module(struct job *job, const char *file)
{
	char path[PATH_MAX];
	size_t len;
	char *module;
	int ret = guest_path(job, file, path);

	if (ret)
		return gr_image_err(ret, file);
	ret = gr_unpack_file(file, &module, &len);
	if (ret)
		return gr_err(ret, "cannot unpack the module '%s'", file);
	ret = gr_image_bytes(job->image, path, module, len, 0644);
	free(module);
	return ret ? gr_image_err(ret, file) : 0;
}

/* Indexes over what is in the image, for who loads modules there later. */
static int add_indexes(struct job *job)
{
	struct gr_words indexes = {0};
	struct stage stage = {{0}, {0}};
	char path[PATH_MAX];
	int ret = stage_fill(&stage, job->kernel, &job->all);

	if (!ret)
		ret = gr_tree_files(stage.dir, "modules.", &indexes);
	if (ret)
		ret = index_err(job, ret);
	for (size_t i = 0; !ret && i < indexes.nr; i++) {
		const char *from = indexes.word[i];

		ret = gr_path(path, "/lib/modules/%s%s", job->kernel->release,
			      strrchr(from, '/'));
		if (!ret)
			ret = gr_image_file(job->image, path, from, 0644);
		if (ret)
			ret = gr_image_err(ret, from);
	}
	gr_words_free(&indexes);
	gr_tree_remove(stage.root);
	return ret;
}

static int append_order(struct job *job, const char *path, const char *params)
{
	size_t add = strlen(path) + strlen(params) + 2;
	char *grown = realloc(job->order, job->order_len + add + 1);

	if (!grown)
		return -ENOMEM;
	job->order = grown;
	grown += job->order_len;
	grown = stpcpy(grown, path);
	grown = stpcpy(grown, "\t");
	grown = stpcpy(grown, params);
	(void)stpcpy(grown, "\n");
	job->order_len += add;
	return 0;
}

/* "a=1,2,b=3" becomes "a=1,2 b=3", the kernel's own form. */
static void split_params(char *params)
{
	for (char *c = strchr(params, ','); c; c = strchr(c + 1, ','))
		if (c[1 + strcspn(c + 1, "=,")] == '=')
			*c = ' ';
}

/* FILE.ko,name=value,... */
static int add_loaded(struct job *job, const char *load)
{
	size_t cut = strcspn(load, ",");
	char from[PATH_MAX], path[PATH_MAX], params[PATH_MAX];
	int ret = gr_path(from, "%.*s", (int)cut, load);

	if (!ret)
		ret = gr_path(params, "%s", load[cut] ? load + cut + 1 : "");
	if (!ret)
		ret = gr_path(path, "/guprace/load%s%s",
			      strchr(from, '/') ? "" : "/",
			      strchr(from, '/') ? strrchr(from, '/') : from);
	if (!ret)
		ret = gr_image_file(job->image, path, from, 0644);
	if (ret)
		return gr_image_err(ret, from);
	split_params(params);
	return append_order(job, path, params);
}

static int add_order(struct job *job)
{
	char path[PATH_MAX];
	int ret = 0;

	for (size_t i = 0; !ret && i < job->boot.nr; i++) {
		ret = guest_path(job, job->boot.word[i], path);
		if (!ret)
			ret = append_order(job, path, "");
	}
	for (size_t i = 0; !ret && i < job->config->load.nr; i++)
		ret = add_loaded(job, job->config->load.word[i]);
	if (ret)
		return ret;
	ret = gr_image_bytes(job->image, GR_GUEST_MODULES, job->order,
			     job->order_len, 0644);
	return ret ? gr_image_err(ret, GR_GUEST_MODULES) : 0;
}

int gr_modules_add(struct gr_image *image, const struct gr_kernel *kernel,
		   const struct gr_vm_config *config)
{
	struct job job = {.image = image, .kernel = kernel, .config = config};
	int ret = resolve_all(&job);

	for (size_t i = 0; !ret && i < job.all.nr; i++)
		ret = add_module(&job, job.all.word[i]);
	if (!ret)
		ret = add_indexes(&job);
	if (!ret)
		ret = add_order(&job);
	gr_words_free(&job.boot);
	gr_words_free(&job.all);
	free(job.order);
	return ret;
}
