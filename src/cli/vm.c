// SPDX-License-Identifier: GPL-2.0-only
/*
 * guprace vm: any guprace command, in a guest.
 */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/size.h"
#include "base/util.h"
#include "cli/command.h"
#include "cli/guest_run.h"
#include "cli/run_options.h"
#include "core/verdict.h"
#include "sys/fd.h"
#include "vm/guest.h"
#include "vm/qemu.h"

#define SMP_MAX 64
#define NUMA_MAX 8

struct vm_options {
	struct gr_vm_config config;
	char **inner; /* of guprace in the guest, NULL-terminated */
	int verbose;
};

/* A command that is no run is given so long. */
#define COMMAND_NS (30 * 60 * GR_NSEC_PER_SEC)

enum {
	OPT_KERNEL = 256,
	OPT_MODULES,
	OPT_BUS,
	OPT_PMEM,
	OPT_SMP,
	OPT_NUMA,
	OPT_ACCEL,
	OPT_APPEND,
	OPT_ADD,
	OPT_LOAD,
	OPT_KEEP,
	OPT_DRY_RUN,
	OPT_SHELL,
	OPT_DEADLINE,
	OPT_SILENT,
	OPT_OUTPUT,
};

static const struct argp_option options[] = {
	{"kernel", OPT_KERNEL, "K", 0,
	 "a bzImage, a kernel build tree, an unpacked kernel package, a name "
	 "from the kernel cache or its beginning (6.1), or \"host\"",
	 0},
	{"modules", OPT_MODULES, "DIR", 0,
	 "where the kernel's modules are, if not beside it", 0},
	{"bus", OPT_BUS, "BUS", 0, "e820 (default), nfit or virtio-pmem", 0},
	{"pmem", OPT_PMEM, "SIZE[,SIZE...]", 0,
	 "persistent memory, a region for each size (4G,256M,256M,384M)", 0},
	{"smp", OPT_SMP, "N", 0, "virtual CPUs (2)", 0},
	{"numa", OPT_NUMA, "N", 0, "NUMA nodes (1)", 0},
	{"accel", OPT_ACCEL, "ACCEL", 0,
	 "kvm, tcg, or auto (default): kvm if a trial shows that it works", 0},
	{"append", OPT_APPEND, "ARGS", 0,
	 "add to the kernel's command line; may be given again", 0},
	{"add", OPT_ADD, "PROGRAM", 0,
	 "take a program and its libraries into the guest", 0},
	{"load", OPT_LOAD, "FILE.ko[,NAME=VALUE...]", 0,
	 "load a module in the guest", 0},
	{"keep", OPT_KEEP, NULL, 0, "keep console, events and image", 0},
	{"dry-run", OPT_DRY_RUN, NULL, 0, "print the QEMU line only", 0},
	{"shell", OPT_SHELL, NULL, 0, "a busybox shell on this terminal", 0},
	{"deadline", OPT_DEADLINE, "TIME", 0,
	 "for each guest (30m; a run: none)", 0},
	{"silent", OPT_SILENT, "TIME", 0,
	 "give a guest up that gives no sign of life for so long (30s; twice "
	 "that while it boots)",
	 0},
	{"output", OPT_OUTPUT, "DIR", 0, "keep them in DIR", 0},
	{"verbose", 'v', NULL, 0, "say more; twice: debug", 0},
	{0},
};

static void parse_bus(struct argp_state *state, const char *arg,
		      enum gr_vm_bus *bus)
{
	for (int i = 0; i < GR_VM_NR_BUSES; i++)
		if (!strcmp(arg, gr_vm_bus_name((enum gr_vm_bus)i))) {
			*bus = (enum gr_vm_bus)i;
			return;
		}
	argp_error(state, "'%s' is not a bus: e820, nfit, virtio-pmem", arg);
}

static void parse_accel(struct argp_state *state, const char *arg,
			enum gr_vm_accel *accel)
{
	for (int i = 0; i < GR_VM_NR_ACCELS; i++)
		if (!strcmp(arg, gr_vm_accel_name((enum gr_vm_accel)i))) {
			*accel = (enum gr_vm_accel)i;
			return;
		}
	argp_error(state, "'%s' is not an accelerator: auto, kvm, tcg", arg);
}

static void parse_pmem(struct argp_state *state, char *arg,
		       struct gr_vm_config *config)
{
	char *size, *rest = arg;
	uint64_t bytes;

	config->nr_pmem = 0;
	while ((size = strsep(&rest, ","))) {
		if (config->nr_pmem == GR_VM_PMEM_MAX)
			argp_error(state, "--pmem takes at most %d sizes",
				   GR_VM_PMEM_MAX);
		if (gr_size_parse(size, &bytes) || !gr_vm_pmem_ok(bytes))
			argp_error(state,
				   "'%s' is not a size for --pmem: a multiple "
				   "of 2M, from 16M on",
				   size);
		config->pmem_bytes[config->nr_pmem++] = bytes;
	}
}

static unsigned int parse_count(struct argp_state *state, const char *arg,
				unsigned int max, const char *what)
{
	uint64_t value = 0;

	if (gr_size_parse(arg, &value) || !value || value > max)
		argp_error(state, "'%s' is not a number of %s from 1 to %u",
			   arg, what, max);
	return (unsigned int)value;
}

static uint64_t parse_time(struct argp_state *state, const char *arg)
{
	uint64_t ns = 0;

	if (gr_duration_parse(arg, &ns) || !ns)
		argp_error(state, "'%s' is not a time such as 30s or 5m", arg);
	return ns;
}

static void add_word(struct argp_state *state, struct gr_words *words,
		     const char *word)
{
	if (gr_words_add(words, "%s", word))
		argp_failure(state, GR_EXIT_BROKEN, ENOMEM, "%s", word);
}

static void append_args(struct argp_state *state, struct gr_vm_config *config,
			const char *arg)
{
	char *both;

	if (asprintf(&both, "%s%s%s", config->append ? config->append : "",
		     config->append ? " " : "", arg) < 0)
		argp_failure(state, GR_EXIT_BROKEN, ENOMEM, "%s", arg);
	else
		config->append = both; /* lives as long as the program */
}

/* Options that take a file, a number or a text. */
static error_t parse_value(int key, char *arg, struct argp_state *state)
{
	struct gr_vm_config *config =
		&((struct vm_options *)state->input)->config;

	switch (key) {
	case OPT_KERNEL:
		config->kernel = arg;
		return 0;
	case OPT_MODULES:
		config->modules = arg;
		return 0;
	case OPT_BUS:
		parse_bus(state, arg, &config->bus);
		return 0;
	case OPT_PMEM:
		parse_pmem(state, arg, config);
		return 0;
	case OPT_SMP:
		config->smp = parse_count(state, arg, SMP_MAX, "CPUs");
		return 0;
	case OPT_NUMA:
		config->numa = parse_count(state, arg, NUMA_MAX, "nodes");
		return 0;
	case OPT_ACCEL:
		parse_accel(state, arg, &config->accel);
		return 0;
	case OPT_APPEND:
		append_args(state, config, arg);
		return 0;
	case OPT_ADD:
		add_word(state, &config->add, arg);
		return 0;
	case OPT_LOAD:
		add_word(state, &config->load, arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct vm_options *vm = state->input;

	switch (key) {
	case OPT_OUTPUT:
		vm->config.output = arg;
		/* fall through */
	case OPT_KEEP:
		vm->config.keep = true;
		return 0;
	case OPT_DRY_RUN:
		vm->config.dry_run = true;
		return 0;
	case OPT_SHELL:
		vm->config.shell = true;
		return 0;
	case OPT_DEADLINE:
		vm->config.deadline_ns = parse_time(state, arg);
		return 0;
	case OPT_SILENT:
		vm->config.silent_ns = parse_time(state, arg);
		vm->config.boot_ns = 2 * vm->config.silent_ns;
		return 0;
	case 'v':
		vm->verbose++;
		return 0;
	case ARGP_KEY_ARGS:
		vm->inner = state->argv + state->next;
		state->next = state->argc;
		return 0;
	case ARGP_KEY_END:
		if (!vm->inner && !vm->config.shell && !vm->config.dry_run)
			argp_error(state,
				   "say what to run: guprace vm -- list");
		return 0;
	default:
		return parse_value(key, arg, state);
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "-- GUPRACE-COMMAND...",
	.doc = "Runs a guprace command in a guest of its own kernel, with "
	       "persistent memory made of RAM. Its exit status is the "
	       "command's.",
};

static void pass_output(void *arg, enum gr_vm_stream stream, const void *buf,
			size_t len)
{
	(void)arg;
	/* a reader that went away is told by SIGPIPE */
	(void)gr_fd_write_all(stream == GR_VM_STDOUT ? 1 : 2, buf, len);
}

static void print_console(const struct gr_vm_result *result)
{
	if (!result->nr_lines)
		return;
	fprintf(stderr, "guprace: last lines of the guest's console:\n");
	for (unsigned int i = 0; i < result->nr_lines; i++)
		fprintf(stderr, "    %s\n", result->line[i]);
}

static int exit_status(const struct gr_vm_result *result)
{
	switch (result->state) {
	case GR_VM_EXITED:
		return result->status;
	case GR_VM_PANICKED:
	case GR_VM_SILENT:
		return GR_EXIT_FAIL;
	case GR_VM_INTERRUPTED:
		return 128 + result->signal;
	default:
		return GR_EXIT_BROKEN;
	}
}

static int run_plain(struct gr_vm *vm, const struct vm_options *opts)
{
	static const struct gr_vm_handlers handlers = {
		.on_output = pass_output,
	};
	static char *no_command[] = {NULL};
	struct gr_vm_result *result = malloc(sizeof(*result));
	int status;

	if (!result)
		return gr_err(-ENOMEM, "cannot start a guest"), GR_EXIT_BROKEN;
	if (gr_vm_run(vm, opts->inner ? opts->inner : no_command, &handlers,
		      result)) {
		free(result);
		return GR_EXIT_BROKEN;
	}
	status = exit_status(result);
	if (result->state != GR_VM_EXITED) {
		gr_err(0, "%s", result->reason);
		if (result->state != GR_VM_INTERRUPTED)
			print_console(result);
	}
	free(result);
	return status;
}

static int print_command(const struct gr_vm *vm)
{
	char *line = gr_vm_command(vm);

	if (!line)
		return gr_err(-ENOMEM, "cannot print the QEMU line"),
		       GR_EXIT_BROKEN;
	fputs(line, stdout);
	free(line);
	return GR_EXIT_PASS;
}

/* Decides how the inner command is shown. */
static int run_inner(struct gr_vm *vm, const struct vm_options *opts,
		     const struct gr_run_options *run)
{
	if (opts->config.dry_run)
		return print_command(vm);
	gr_info("guest: %s", gr_vm_describe(vm));
	return run ? gr_guest_run(vm, run) : run_plain(vm, opts);
}

/*
 * Reads the words of an inner "run", so that what is wrong with them is said
 * before a guest is booted. *@run stays NULL for other commands.
 */
static int read_run(const struct vm_options *opts, struct gr_run_options **run)
{
	static char name[] = "guprace run"; /* for messages */
	int argc = 0;

	*run = NULL;
	if (!opts->inner || strcmp(opts->inner[0], "run"))
		return 0;
	*run = malloc(sizeof(**run));
	if (!*run)
		return gr_err(-ENOMEM, "cannot start the run");
	while (opts->inner[argc])
		argc++;
	opts->inner[0] = name;
	if (!gr_run_options_parse(argc, opts->inner, *run) &&
	    !gr_run_options_check(*run))
		return 0;
	free(*run);
	return -EINVAL;
}

static int vm_main(int argc, char **argv)
{
	struct vm_options opts = {.config = GR_VM_CONFIG_INIT};
	int status = GR_EXIT_BROKEN;
	struct gr_run_options *run;
	struct gr_vm *vm;

	if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &opts))
		return GR_EXIT_USAGE;
	if (opts.verbose)
		gr_log_set_level(opts.verbose > 1 ? GR_LOG_DEBUG : GR_LOG_INFO);
	if (read_run(&opts, &run))
		return GR_EXIT_USAGE;
	/* the cases of a run have limits of their own */
	if (!run && !opts.config.deadline_ns)
		opts.config.deadline_ns = COMMAND_NS;
	if (!gr_vm_prepare(&opts.config, &vm)) {
		status = run_inner(vm, &opts, run);
		if (gr_vm_kept(vm))
			fprintf(stderr, "guprace: kept in %s\n",
				gr_vm_kept(vm));
		gr_vm_free(vm);
	}
	free(run);
	gr_words_free(&opts.config.add);
	gr_words_free(&opts.config.load);
	return status;
}

const struct gr_command gr_command_vm = {
	.name = "vm",
	.summary = "run a guprace command in a guest, without pmem or root",
	.run = vm_main,
};
