/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shared by the commands on namespaces.
 */
#ifndef GR_CLI_NS_COMMON_H
#define GR_CLI_NS_COMMON_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/ctx.h"
#include "sys/nd.h"

/* What destroy-, disable- and enable-namespace differ in. */
struct gr_ns_action {
	const char *name; /* of the command */
	const char *doc; /* for --help */
	const char *verb; /* "destroy" */
	const char *past; /* "destroyed" */
	bool is_guarded; /* takes something away: the guards are asked */
	bool to_enabled; /* "all" means the ones that are enabled ... */
	bool to_disabled; /* ... or those that are not, or both */
	int (*act)(struct gr_nd *nd, const char *ns);
};

/**
 * gr_ns_act() - a whole command: parse, ask the guards, act, count.
 *
 * Return: enum gr_exit: FAIL the kernel refused one, USAGE a guard did or there
 *         is none of that name, BROKEN no root or no bus.
 */
int gr_ns_act(int argc, char **argv, const struct gr_ns_action *action);

/**
 * gr_ns_open() - a context for a command; reports what is missing.
 * @nd: NULL on failure.
 *
 * Return: GR_EXIT_PASS, or GR_EXIT_BROKEN no root or no bus.
 */
int gr_ns_open(struct gr_nd **nd);

/**
 * gr_ns_guard() - ask the guards and report their refusal.
 *
 * Return: GR_EXIT_PASS, or GR_EXIT_USAGE refused.
 */
int gr_ns_guard(const struct gr_ctx *ctx, struct gr_nd *nd, const char *ns);

/**
 * gr_ns_region() - "region0" for "region0" and for "0"; NULL for "all".
 * @buf: at least 32 bytes.
 *
 * Return: @buf, or NULL.
 */
const char *gr_ns_region(const char *text, char *buf, size_t len);

/** gr_ns_print() - one namespace as JSON. Return: enum gr_exit. */
int gr_ns_print(const struct gr_nd_info *info);

/**
 * gr_cli_list_namespaces() - `guprace list namespaces`: all of them as JSON.
 *
 * Return: enum gr_exit: PASS, or BROKEN there is no bus.
 */
int gr_cli_list_namespaces(void);

#endif /* GR_CLI_NS_COMMON_H */
