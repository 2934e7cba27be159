/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For test programs that run inside of a guest, as root and without a shell:
 * run a program, look at what it said, load a module, count what failed.
 */
#ifndef GR_TESTS_GUEST_H
#define GR_TESTS_GUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/util.h"

#define GUEST_TEXT_MAX 8192

/* What a program left behind. */
struct ran {
	int status; /* exit status; 128 + signal if one ended it */
	char out[GUEST_TEXT_MAX];
	char err[GUEST_TEXT_MAX];
};

/** run() - run @argv to its end; argv[0] is looked up in PATH. */
void run(struct ran *ran, const char *const *argv);

/** guprace() - run() of guprace with these words (at most 14). */
void guprace(struct ran *ran, const char *first, ...) __attribute__((sentinel));

/** check() - count a failure and say what it was, if @ok is false. */
bool check(bool ok, const char *fmt, ...) GR_PRINTF(2, 3);

/** check_ran() - exit status and a part of stderr; else all is shown. */
bool check_ran(const struct ran *ran, int status, const char *says);

/** begin() - name what is tried next; failures are told with it. */
void begin(const char *fmt, ...) GR_PRINTF(1, 2);

/** load() - load a module of the running kernel, if it is not there. */
bool load(const char *module);

/** sysfs_has() - does this attribute hold exactly @want? */
bool sysfs_has(const char *want, const char *fmt, ...) GR_PRINTF(2, 3);

/** finish() - the last line, and the exit status of the program. */
int finish(void);

#endif /* GR_TESTS_GUEST_H */
