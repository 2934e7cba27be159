/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Guests: a kernel booted by QEMU with guprace as its init, for one command
 * each. What is common to several guests is prepared once.
 */
#ifndef GR_VM_GUEST_H
#define GR_VM_GUEST_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/words.h"

#define GR_VM_PMEM_MAX 8
#define GR_VM_CONSOLE_LINES 40
#define GR_VM_LINE_MAX 200
#define GR_VM_REASON_MAX 512

enum gr_vm_bus {
	GR_VM_E820, /* RAM marked by memmap=; no labels */
	GR_VM_NFIT, /* DIMMs with labels */
	GR_VM_VIRTIO_PMEM,
	GR_VM_NR_BUSES,
};

enum gr_vm_accel {
	GR_VM_ACCEL_AUTO, /* KVM when a trial proves it, else TCG */
	GR_VM_ACCEL_KVM,
	GR_VM_ACCEL_TCG,
	GR_VM_NR_ACCELS,
};

struct gr_vm_config {
	const char *kernel; /* gr_kernel_find(); NULL = the default */
	const char *modules; /* NULL = beside the kernel */
	const char *append; /* more of the kernel's command line; NULL */
	const char *output; /* folder of what --keep keeps; NULL = a new one */
	enum gr_vm_bus bus;
	enum gr_vm_accel accel;
	unsigned int nr_pmem; /* 0 = the default layout */
	uint64_t pmem_bytes[GR_VM_PMEM_MAX];
	unsigned int smp; /* virtual CPUs */
	unsigned int numa; /* nodes */
	struct gr_words add; /* programs that go to /usr/bin */
	struct gr_words load; /* FILE.ko,param=value */
	bool keep; /* console, events and image stay */
	bool dry_run; /* only gr_vm_command(): no image but to be kept */
	bool shell; /* busybox on this terminal instead of a command */
	uint64_t boot_ns; /* until the guest's first sign of life */
	uint64_t silent_ns; /* between two of them */
	uint64_t deadline_ns; /* for each guest; 0 = none */
};

/** GR_VM_CONFIG_INIT - what holds where a person says nothing. */
#define GR_VM_CONFIG_INIT                                             \
	{                                                             \
		.smp = 2, .numa = 1, .boot_ns = 60 * GR_NSEC_PER_SEC, \
		.silent_ns = 30 * GR_NSEC_PER_SEC,                    \
	}

enum gr_vm_stream {
	GR_VM_STDOUT,
	GR_VM_STDERR,
};

/* Each may be NULL = not interested. Called from within gr_vm_run(). */
struct gr_vm_handlers {
	void *arg;

	/**
	 * @on_event: one line of the event stream, JSON without a newline. When
	 * it is set the command finds GUPRACE_EVENTS in its environment.
	 * Return: 0, or -errno: the guest is powered off, state STOPPED.
	 */
	int (*on_event)(void *arg, const char *json);

	/**
	 * @answer: what the command is told when it asks (vm/ask.h); NULL at the
	 * end; NULL = it does not ask. Of one that does, the guests that follow go
	 * on from where it asked first: they must be given the same command.
	 */
	char *const *answer;

	/**
	 * @until: when to give the guest up, CLOCK_MONOTONIC in ns; 0 = no
	 * limit but those of the config. Asked before each wait; past it the
	 * state is DEADLINE.
	 */
	uint64_t (*until)(void *arg);

	/** @on_output: what the command printed. */
	void (*on_output)(void *arg, enum gr_vm_stream stream, const void *buf,
			  size_t len);

	/** @on_console: one line of the kernel's console. */
	void (*on_console)(void *arg, const char *line);
};

enum gr_vm_state {
	GR_VM_EXITED, /* the command ended; see status */
	GR_VM_STOPPED, /* by on_event */
	GR_VM_PANICKED, /* the kernel says so, or reset by itself */
	GR_VM_DIED, /* QEMU ended or was killed: not the kernel's fault */
	GR_VM_SILENT, /* no sign of life in time */
	GR_VM_DEADLINE, /* still alive, and not done */
	GR_VM_INTERRUPTED, /* SIGINT, SIGTERM or SIGHUP to us */
};

struct gr_vm_result {
	enum gr_vm_state state;
	int status; /* EXITED: exit status, or 128 + signal */
	int signal; /* INTERRUPTED: which */
	char reason[GR_VM_REASON_MAX]; /* one sentence; "" for EXITED */
	unsigned int nr_lines; /* last lines of the console, oldest first */
	char line[GR_VM_CONSOLE_LINES][GR_VM_LINE_MAX];
};

struct gr_vm;

/**
 * gr_vm_prepare() - find the kernel, prove the accelerator, build the image.
 * @config: copied flat: its strings and lists must outlive @vm.
 * @vm:     filled on success, else NULL.
 *
 * Context: main thread. SIGINT, SIGTERM and SIGHUP are blocked from here to
 *          gr_vm_free(), so that nothing is left behind; gr_vm_run() acts on
 *          them.
 * Return: 0 or -errno; what failed was reported.
 */
int gr_vm_prepare(const struct gr_vm_config *config, struct gr_vm **vm);

/**
 * gr_vm_run() - boot a fresh guest, run one command in it, power it off.
 * @argv:     of guprace, without its name: {"run", "device-dax", NULL}.
 * @handlers: NULL entries are allowed.
 * @result:   filled on success.
 *
 * Context: main thread; may be called again, one guest at a time.
 * Return: 0: @result tells how the guest ended; -errno: none could be started,
 *         what failed was reported.
 */
int gr_vm_run(struct gr_vm *vm, char *const *argv,
	      const struct gr_vm_handlers *handlers,
	      struct gr_vm_result *result);

/** gr_vm_describe() - "6.1.0-56-amd64, tcg, 2 CPUs, e820 4G+256M+256M+384M". */
const char *gr_vm_describe(const struct gr_vm *vm);

/**
 * gr_vm_has_struct_page() - is @address, of a guest's kernel, in a struct page of that
 * namespace?
 * @ns: "namespace0.0".
 *
 * Guests run without KASLR, so that it is known. Of the e820 bus, that is: where the
 * others put their regions the guest alone knows, and the answer is always no.
 */
bool gr_vm_has_struct_page(const struct gr_vm *vm, const char *ns,
			   uint64_t address);

/** gr_vm_kept() - folder that stays, or NULL. */
const char *gr_vm_kept(const struct gr_vm *vm);

/**
 * gr_vm_command() - the QEMU command line, as one line for a shell.
 *
 * Return: to be freed; NULL = no memory.
 */
char *gr_vm_command(const struct gr_vm *vm);

/** gr_vm_free() - release all; NULL is legal. */
void gr_vm_free(struct gr_vm *vm);

/** gr_vm_bus_name() - "e820", "nfit", "virtio-pmem". */
const char *gr_vm_bus_name(enum gr_vm_bus bus);

/** gr_vm_accel_name() - "auto", "kvm", "tcg". */
const char *gr_vm_accel_name(enum gr_vm_accel accel);

#endif /* GR_VM_GUEST_H */
