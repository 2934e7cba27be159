// SPDX-License-Identifier: GPL-2.0-only
#include "vm/guest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/size.h"
#include "sys/call.h"
#include "sys/fd.h"
#include "sys/file.h"
#include "sys/guest.h"
#include "sys/vmemmap.h"
#include "vm/accel.h"
#include "vm/image.h"
#include "vm/init.h"
#include "vm/internal.h"
#include "vm/modules.h"
#include "vm/programs.h"
#include "vm/qemu.h"

#define QEMU "qemu-system-x86_64"
#define SELF "/proc/self/exe"

static int take_signals(struct gr_vm *vm)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP, 0};

	vm->fd_signals = gr_fd_signals(signals, &vm->saved);
	if (vm->fd_signals < 0)
		return gr_err(vm->fd_signals, "cannot take signals");
	return 0;
}

static int open_kept(struct gr_vm *vm)
{
	char path[PATH_MAX];
	int ret;

	if (vm->config.output) {
		ret = gr_path(vm->kept, "%s", vm->config.output);
		if (!ret)
			ret = gr_mkdirs(vm->kept);
	} else {
		ret = gr_temp_dir(vm->kept);
	}
	if (!ret)
		ret = gr_path(path, "%s/" GR_VM_IMAGE_NAME, vm->kept);
	if (ret)
		return ret;
	return gr_create(path, O_RDWR | O_TRUNC, 0644);
}

static int open_image(struct gr_vm *vm)
{
	vm->fd_image = vm->config.keep ? open_kept(vm) : gr_temp_file();
	if (vm->fd_image < 0)
		return gr_err(vm->fd_image,
			      "cannot make the guest's image in '%s'",
			      vm->config.keep ? vm->kept : gr_temp_where());
	return 0;
}

static int add_folders(struct gr_image *image)
{
	static const char *const folders[] = {
		"/dev", "/proc", "/sys", "/run", "/tmp", "/bin", "/sbin",
	};
	int ret = gr_image_text(image, GR_GUEST_MARK, "");

	for (size_t i = 0; !ret && i < GR_ARRAY_SIZE(folders); i++)
		ret = gr_image_dir(image, folders[i]);
	if (!ret)
		ret = gr_image_symlink(image, "/usr/bin/guprace", "/init");
	if (!ret)
		ret = gr_image_symlink(image, "/sbin/modprobe", "/init");
	return ret ? gr_image_err(ret, "/init") : 0;
}

static int add_wanted(struct gr_image *image, const struct gr_words *add)
{
	char from[PATH_MAX], path[PATH_MAX];
	int ret = 0;

	for (size_t i = 0; !ret && i < add->nr; i++) {
		const char *name = strrchr(add->word[i], '/');

		ret = gr_path_program(add->word[i], from);
		if (ret)
			return gr_err(0,
				      "cannot find the program '%s' to take it "
				      "into the guest",
				      add->word[i]),
			       -ENOENT;
		ret = gr_path(path, "/usr/bin/%s",
			      name ? name + 1 : add->word[i]);
		if (!ret)
			ret = gr_programs_add(image, from, path);
	}
	return ret;
}

static int add_shell(struct gr_image *image)
{
	char from[PATH_MAX];
	int ret;

	if (gr_path_program("busybox", from))
		return gr_err(0, "cannot find 'busybox' for --shell; "
				 "install busybox-static"),
		       -ENOENT;
	ret = gr_programs_add(image, from, "/bin/busybox");
	if (ret)
		return ret;
	ret = gr_image_text(image, GR_GUEST_SHELL, "");
	return ret ? gr_image_err(ret, from) : 0;
}

static int add_config(struct gr_image *image, const struct gr_kernel *kernel)
{
	char path[PATH_MAX];
	int ret;

	if (!kernel->config[0])
		return 0;
	ret = gr_path(path, "/boot/config-%s", kernel->release);
	if (!ret)
		ret = gr_image_file(image, path, kernel->config, 0644);
	return ret ? gr_image_err(ret, kernel->config) : 0;
}

static int fill_image(struct gr_vm *vm, struct gr_image *image)
{
	int ret = add_folders(image);

	if (!ret)
		ret = gr_programs_add(image, SELF, "/init");
	if (!ret)
		ret = gr_programs_add_host(image);
	if (!ret)
		ret = add_wanted(image, &vm->config.add);
	if (!ret && vm->config.shell)
		ret = add_shell(image);
	if (!ret)
		ret = add_config(image, &vm->kernel);
	if (!ret)
		ret = gr_modules_add(image, &vm->kernel, &vm->config);
	return ret;
}

static int build_image(struct gr_vm *vm)
{
	struct gr_image *image;
	int ret = open_image(vm);

	if (ret)
		return ret;
	ret = gr_image_new(vm->fd_image, &image);
	if (ret)
		return gr_image_err(ret, SELF);
	ret = fill_image(vm, image);
	if (ret) {
		gr_image_drop(image);
		return ret;
	}
	ret = gr_image_finish(image);
	if (ret)
		return gr_image_err(ret, SELF);
	vm->base_bytes = gr_fd_tell(vm->fd_image);
	return 0;
}

static void describe(struct gr_vm *vm)
{
	struct gr_vm_layout layout;
	char bytes[24];
	size_t used;

	snprintf(vm->text, sizeof(vm->text), "%.100s, %s, %u CPUs, %s",
		 vm->kernel.release, gr_vm_accel_name(vm->accel),
		 vm->config.smp, gr_vm_bus_name(vm->config.bus));
	if (gr_vm_layout(&vm->config, &vm->kernel, &layout))
		return;
	for (unsigned int i = 0; i < layout.nr; i++) {
		used = strlen(vm->text);
		snprintf(vm->text + used, sizeof(vm->text) - used, "%c%s",
			 i ? '+' : ' ',
			 gr_size_format(layout.pmem[i].bytes, bytes,
					sizeof(bytes)));
	}
}

bool gr_vm_has_struct_page(const struct gr_vm *vm, const char *ns,
			   uint64_t address)
{
	struct gr_vm_layout l;
	unsigned int region;

	if (vm->config.bus != GR_VM_E820 ||
	    sscanf(ns, "namespace%u.0", &region) != 1 ||
	    gr_vm_layout(&vm->config, &vm->kernel, &l) || region >= l.nr)
		return false;
	return gr_vmemmap_has(&gr_vmemmap_plain, l.pmem[region].start,
			      l.pmem[region].bytes, address);
}

static int check_layout(const struct gr_vm *vm)
{
	struct gr_vm_layout layout;
	int ret = gr_vm_layout(&vm->config, &vm->kernel, &layout);

	if (ret)
		gr_err(0, "cannot make a guest with that much "
			  "pmem: its page structures need too "
			  "much RAM; make --pmem smaller");
	return ret;
}

static int prepare(struct gr_vm *vm)
{
	int ret = take_signals(vm);

	if (ret)
		return ret;
	if (gr_path_program(QEMU, vm->qemu))
		return gr_err(0, "cannot find '" QEMU
				 "'; install qemu-system-x86"),
		       -ENOENT;
	ret = gr_kernel_find(vm->config.kernel, vm->config.modules,
			     &vm->kernel);
	if (!ret)
		ret = check_layout(vm);
	if (ret)
		return ret;
	vm->accel = gr_accel_pick(vm->qemu, &vm->kernel, vm->config.accel);
	describe(vm);
	return vm->config.dry_run && !vm->config.keep ? 0 : build_image(vm);
}

/* Half an image is of no use to anybody. */
static void drop_kept(const struct gr_vm *vm)
{
	char path[PATH_MAX];

	if (!vm->kept[0])
		return;
	if (!gr_path(path, "%s/" GR_VM_IMAGE_NAME, vm->kept))
		gr_tree_remove(path);
	if (!vm->config.output)
		gr_tree_remove(vm->kept);
}

int gr_vm_prepare(const struct gr_vm_config *config, struct gr_vm **out)
{
	struct gr_vm *vm = calloc(1, sizeof(*vm));
	int ret;

	*out = NULL;
	if (!vm)
		return gr_err(-ENOMEM, "cannot prepare a guest");
	vm->config = *config;
	vm->fd_image = -1;
	vm->fd_signals = -1;
	vm->template = GR_TEMPLATE_INIT;
	ret = prepare(vm);
	if (ret) {
		drop_kept(vm);
		gr_vm_free(vm);
		return ret;
	}
	*out = vm;
	return 0;
}

const char *gr_vm_describe(const struct gr_vm *vm)
{
	return vm->text;
}

const char *gr_vm_kept(const struct gr_vm *vm)
{
	return vm->kept[0] ? vm->kept : NULL;
}

void gr_vm_free(struct gr_vm *vm)
{
	if (!vm)
		return;
	gr_template_close(&vm->template);
	gr_fd_close(vm->fd_image);
	if (vm->fd_signals >= 0)
		gr_fd_signals_restore(vm->fd_signals, &vm->saved);
	free(vm);
}
