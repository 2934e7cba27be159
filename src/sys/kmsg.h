/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's log as records, with gaps counted.
 */
#ifndef GR_SYS_KMSG_H
#define GR_SYS_KMSG_H

#include <stdint.h>

#define GR_KMSG_MAX 1024

struct gr_kmsg {
	int fd; /* -1 = closed */
};

struct gr_kmsg_rec {
	uint64_t seq;
	uint64_t time_us; /* of the kernel's log clock */
	unsigned int level; /* 0 emergency to 7 debug */
	char text[GR_KMSG_MAX]; /* one line; continuation lines are dropped */
};

/**
 * gr_kmsg_open() - open the log with the cursor after its last record.
 *
 * Return: 0, -EPERM dmesg_restrict, -ENOENT no /dev/kmsg.
 */
int gr_kmsg_open(struct gr_kmsg *log);

/**
 * gr_kmsg_read() - the next record after the cursor; never blocks.
 * @rec: filled on success; text is NUL-terminated.
 *
 * Context: any but race windows.
 * Return: 1 record read, 0 none yet.
 * Errors: -EPIPE records were overwritten: the cursor moved to the oldest, the
 *         caller must count a gap; -EINVAL a record that cannot be read.
 * Source: Documentation/ABI/testing/dev-kmsg.
 */
int gr_kmsg_read(struct gr_kmsg *log, struct gr_kmsg_rec *rec);

/**
 * gr_kmsg_parse() - take a record apart.
 * @raw: "6,339,5140900,-;text\n SUBSYSTEM=..".
 *
 * Return: 0, or -EINVAL not a record.
 */
int gr_kmsg_parse(const char *raw, struct gr_kmsg_rec *rec);

/** gr_kmsg_close() - legal on a closed one. */
void gr_kmsg_close(struct gr_kmsg *log);

#endif /* GR_SYS_KMSG_H */
