// SPDX-License-Identifier: GPL-2.0-only
#include "vm/accel.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "sys/call.h"
#include "sys/fd.h"
#include "sys/file.h"
#include "sys/spawn.h"
#include "vm/qemu.h"

#define KEY_MAX (PATH_MAX + 128)
#define FIRST_LINE "Linux version"

static bool kvm_opens(void)
{
	int fd = gr_open("/dev/kvm", O_RDWR);

	gr_fd_close(fd);
	return fd >= 0;
}

/* What the answer holds for: this boot of the host, this QEMU. */
static int make_key(const char *qemu, char *key)
{
	struct gr_stamp stamp;
	char *boot_id;
	int n, ret = gr_file_stamp(qemu, &stamp);

	if (!ret)
		ret = gr_file_read("/proc/sys/kernel/random/boot_id", &boot_id,
				   NULL);
	if (ret)
		return ret;
	boot_id[strcspn(boot_id, "\n")] = '\0';
	n = snprintf(key, KEY_MAX, "%s %s %" PRIu64 " %" PRIu64 " ", boot_id,
		     qemu, stamp.size_bytes, stamp.mtime_ns);
	free(boot_id);
	return n < KEY_MAX ? 0 : -1;
}

static bool recall(const char *path, const char *key, enum gr_vm_accel *accel)
{
	char *text;
	bool found;

	if (gr_file_read(path, &text, NULL))
		return false;
	found = !strncmp(text, key, strlen(key));
	if (found)
		*accel = strcmp(text + strlen(key), "kvm\n") ? GR_VM_ACCEL_TCG
							     : GR_VM_ACCEL_KVM;
	free(text);
	return found;
}

static void remember(const char *path, const char *key, enum gr_vm_accel accel)
{
	char text[KEY_MAX + 8];
	int n = snprintf(text, sizeof(text), "%s%s\n", key,
			 gr_vm_accel_name(accel));

	/* without a cache the trial is made each time */
	(void)gr_file_replace(path, text, (size_t)n);
}

/* True once the console has printed the kernel's first line. */
static bool prints(int fd)
{
	uint64_t end = gr_now_ns() + GR_ACCEL_TRIAL_NS, now;
	struct pollfd pfd = {.fd = fd, .events = POLLIN};
	char text[4096];
	size_t used = 0;
	ssize_t n;

	while ((now = gr_now_ns()) < end && used < sizeof(text) - 1) {
		if (gr_fd_poll(&pfd, 1, end - now) <= 0)
			return false;
		n = gr_fd_read(fd, text + used, sizeof(text) - 1 - used);
		if (n <= 0)
			return false;
		used += (size_t)n;
		text[used] = '\0';
		if (strstr(text, FIRST_LINE))
			return true;
	}
	return false;
}

static bool try_kvm(const char *program, const struct gr_kernel *kernel)
{
	struct gr_vm_config config = GR_VM_CONFIG_INIT;
	struct gr_process process = GR_PROCESS_NONE;
	struct gr_words argv = {0};
	int pair[2] = {-1, -1};
	bool works = false;

	/* console=ttyS0 with "quiet" would not print */
	config.append = "earlyprintk=ttyS0,115200 ignore_loglevel";
	config.nr_pmem = 1;
	config.pmem_bytes[0] = 16 * 1024 * 1024;
	if (gr_fd_pair(pair) ||
	    gr_qemu_words(&(struct gr_qemu){.program = program,
					    .kernel = kernel,
					    .config = &config,
					    .accel = GR_VM_ACCEL_KVM,
					    .console = "socket,fd=3"},
			  &argv) ||
	    gr_process_start(
		    &(struct gr_spawn){.argv = argv.word,
				       .fds = (int[]){-1, -1, -1, pair[1]},
				       .nr_fds = 4,
				       .own_group = true,
				       .dies_with_us = true},
		    &process))
		goto out;
	gr_fd_close(pair[1]);
	pair[1] = -1;
	works = prints(pair[0]);
out:
	gr_process_kill(&process);
	gr_words_free(&argv);
	gr_fd_close(pair[0]);
	gr_fd_close(pair[1]);
	return works;
}

enum gr_vm_accel gr_accel_pick(const char *qemu, const struct gr_kernel *kernel,
			       enum gr_vm_accel asked)
{
	enum gr_vm_accel accel = GR_VM_ACCEL_TCG;
	char path[PATH_MAX], key[KEY_MAX];
	bool cached;

	if (asked != GR_VM_ACCEL_AUTO)
		return asked;
	if (!kvm_opens()) {
		gr_info("no access to /dev/kvm: guests run under TCG");
		return GR_VM_ACCEL_TCG;
	}
	cached = !make_key(qemu, key) && !gr_path_cache(path, "accel");
	if (cached && recall(path, key, &accel))
		return accel;
	if (try_kvm(qemu, kernel))
		accel = GR_VM_ACCEL_KVM;
	gr_info(accel == GR_VM_ACCEL_KVM
			? "KVM was tried and works: guests run under it"
			: "KVM was tried and no kernel printed a line within "
			  "3 s: guests run under TCG");
	if (cached)
		remember(path, key, accel);
	return accel;
}
