/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What tests of plug-ins share: what a plug-in leaves behind, block devices
 * made of files, one test a plug-in, and the messages that it reports.
 */
#ifndef GR_TESTS_CONTRACT_H
#define GR_TESTS_CONTRACT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/ctx.h"
#include "core/pin.h"
#include "core/target.h"
#include "test.h"

#define GR_TEST_PAGE 4096u

/* What a process holds, as far as a plug-in could leave it behind. */
struct gr_test_holds {
	unsigned int nr_fds;
	unsigned int nr_maps;
};

/** gr_test_holds() - count open descriptors and mappings of this process. */
void gr_test_holds(struct gr_test_holds *holds);

/** gr_test_assert_holds() - fail if they are not what they were. */
void gr_test_assert_holds(const struct gr_test_holds *before);

/* The last message that was reported, and how many there were. */
struct gr_test_log {
	unsigned int nr;
	char text[512];
};

/** gr_test_log_to() - messages go to @log from now on; NULL = stderr. */
void gr_test_log_to(struct gr_test_log *log);

/** gr_test_skip() - say why, and skip this test. */
void gr_test_skip(const char *fmt, ...) GR_PRINTF(1, 2)
	__attribute__((noreturn));

/* Two files that stand for block devices; both read as zeros at first. */
struct gr_test_disks {
	struct gr_ctx ctx; /* sink and store are set */
	struct gr_target target; /* dev is the store */
};

#define GR_TEST_DISK_BYTES (64u * GR_TEST_PAGE)

/**
 * gr_test_disks_make() - make them in the current folder; a group's setup.
 * @state: *state is set to a struct gr_test_disks.
 *
 * Return: 0, or -1.
 */
int gr_test_disks_make(void **state);

/** gr_test_disks_remove() - remove them; a group's teardown. */
int gr_test_disks_remove(void **state);

/** gr_test_need_direct() - skip where the files cannot be opened O_DIRECT. */
void gr_test_need_direct(const struct gr_test_disks *disks);

/** gr_test_disk_read() - what is in a file from its start; fails the test. */
void gr_test_disk_read(const char *path, void *buf, size_t len);

/** gr_test_disk_write() - put it there; fails the test. */
void gr_test_disk_write(const char *path, const void *buf, size_t len);

/**
 * gr_test_need_pin() - skip, with the reason that it gives, when the pin of that
 * name cannot run here.
 *
 * Return: its ops.
 */
const struct gr_pin_ops *gr_test_need_pin(const struct gr_test_disks *disks,
					  const char *name);

/** gr_test_pages() - @nr anonymous pages, zeroed; fails the test. */
char *gr_test_pages(unsigned int nr);

/** gr_test_unmap() - give them back; fails the test. */
void gr_test_unmap(char *pages, unsigned int nr);

/** gr_test_fill() - a pattern that @tag decides; no two tags agree at a byte. */
void gr_test_fill(void *buf, size_t len, unsigned char tag);

/** gr_test_assert_filled() - fail unless gr_test_fill() with @tag is there. */
void gr_test_assert_filled(const void *buf, size_t len, unsigned char tag);

/* A test for each plug-in; the table lives as long as the program. */
#define GR_TEST_EACH_MAX 256

struct gr_test_table {
	size_t nr;
	char name[GR_TEST_EACH_MAX][64];
	struct CMUnitTest of[GR_TEST_EACH_MAX];
};

/* What a test of a table is given as its state. */
struct gr_test_each {
	const void *ops;
	struct gr_test_disks *disks; /* NULL = the group has none */
};

/**
 * gr_test_add() - one test of one plug-in.
 * @what: the clause of the contract, "pins twice".
 * @name: of the plug-in.
 * @ops:  comes to @fn as (*state)'s struct gr_test_each.
 */
void gr_test_add(struct gr_test_table *table, const char *what,
		 const char *name, const void *ops, CMUnitTestFunction fn);

/** gr_test_run() - run a table; the program's exit status. */
int gr_test_run(struct gr_test_table *table, const char *group);

#endif /* GR_TESTS_CONTRACT_H */
