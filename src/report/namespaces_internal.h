/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Namespaces as JSON, in the shape and with the keys of ndctl. Not a reporter:
 * the commands print with it.
 */
#ifndef GR_REPORT_NAMESPACES_INTERNAL_H
#define GR_REPORT_NAMESPACES_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* A key whose value is NULL, "" or 0 is left out. */
struct gr_ns_row {
	const char *dev; /* "namespace0.0" */
	const char *mode;
	const char *map; /* fsdax and devdax only */
	uint64_t size; /* bytes */
	const char *uuid;
	const char *chardev; /* devdax only */
	unsigned int region_id; /* of chardev's dax region */
	uint64_t sector_size; /* bytes */
	uint64_t align; /* bytes */
	const char *blockdev;
	bool is_disabled;
	const char *name; /* of the label */
};

/**
 * gr_ns_print_list() - an array, as `ndctl list --namespaces` prints it.
 *
 * Return: 0, -ENOMEM, or -EIO @out could not be written. Not reported.
 */
int gr_ns_print_list(FILE *out, const struct gr_ns_row *rows, size_t nr);

/**
 * gr_ns_print_made() - one object with its "daxregion", as `ndctl
 * create-namespace` prints it.
 *
 * Return: as gr_ns_print_list().
 */
int gr_ns_print_made(FILE *out, const struct gr_ns_row *row);

#endif /* GR_REPORT_NAMESPACES_INTERNAL_H */
