/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The options of guprace run; a host that runs it in a guest reads them, too.
 */
#ifndef GR_CLI_RUN_OPTIONS_H
#define GR_CLI_RUN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/words.h"
#include "core/ctx.h"
#include "core/plan.h"
#include "core/report.h"

#define GR_RUN_WORDS_MAX 512

/* Lists of words or of ops; NULL-terminated. */
struct gr_run_list {
	unsigned int nr;
	const void *of[GR_RUN_WORDS_MAX + 1];
};

struct gr_run_options {
	struct gr_run_list scenarios; /* const char *: names or files */
	struct gr_run_list texts; /* const char *: "FILE\nTEXT" */
	struct gr_run_list targets; /* const struct gr_target_ops * */
	struct gr_run_list pins;
	struct gr_run_list invs;
	struct gr_run_list oracles;
	struct gr_run_list cases; /* const char * */
	struct gr_run_list namespaces;
	const struct gr_report_ops *format;
	const char *output; /* folder; NULL = none */
	uint64_t align; /* bytes; 0 = all */
	unsigned int file_systems; /* 1 << enum gr_fs; 0 = all */
	uint64_t time_ns; /* 0 = as the scenarios say */
	uint64_t slice_ns; /* of each case; 0 = as the scenarios say */
	unsigned int nr_offsets;
	int64_t offset_ns[GR_CTX_OFFSETS_MAX];
	uint64_t seed;
	bool has_seed;
	bool strict;
	bool force;
	bool allow_crash;
};

/**
 * gr_run_options_parse() - read the words of a run command.
 * @argv: argv[0] is the command's name; words must outlive @opts.
 * @opts: filled; a seed is drawn where none was given.
 *
 * Exits with GR_EXIT_USAGE (or 0 for --help) where argp(3) does.
 * Return: 0, or -EINVAL: reported.
 */
int gr_run_options_parse(int argc, char **argv, struct gr_run_options *opts);

/**
 * gr_run_options_plan() - parse the scenarios and expand them.
 * @prober: what can run here.
 * @plan:   filled on success; gr_plan_fini() is the caller's.
 *
 * Return: 0, -EINVAL bad scenario, -ENOENT no case is left; reported.
 */
int gr_run_options_plan(const struct gr_run_options *opts,
			const struct gr_prober *prober, struct gr_plan *plan);

/**
 * gr_run_options_check() - parse the scenarios only, so that a host finds bad
 * ones before it boots a guest. 0, or -EINVAL: reported.
 */
int gr_run_options_check(const struct gr_run_options *opts);

/**
 * gr_run_options_words() - the words of a command that does the same in a
 * guest: names are kept, files of scenarios travel as their text.
 * @words: empty; filled on success.
 *
 * Return: 0, -ENOMEM, or -EINVAL a file cannot be read; reported.
 */
int gr_run_options_words(const struct gr_run_options *opts,
			 struct gr_words *words);

/** gr_run_options_ctx() - what the options say of the run context. */
void gr_run_options_ctx(const struct gr_run_options *opts, struct gr_ctx *ctx);

#endif /* GR_CLI_RUN_OPTIONS_H */
