/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The journal of namespaces that guprace has made: one line each, the UUID of
 * the superblock and the name that it had. It answers one question of the
 * guards: is this ours? It lives in /run, so after a reboot nothing is.
 */
#ifndef GR_SYS_JOURNAL_H
#define GR_SYS_JOURNAL_H

#include <stdbool.h>

#define GR_JOURNAL_PATH "/run/guprace/namespaces"

/**
 * gr_journal_add() - remember a namespace, before its superblock is written.
 * @path: the journal; GR_JOURNAL_PATH outside of tests. Its folder is made.
 * @uuid: of the superblock, in lower case as uuid_unparse(3) writes it.
 * @ns:   "namespaceX.Y", for who reads the file.
 *
 * The file is replaced by rename(2), so a reader sees the old or the new one;
 * writers wait for each other on a lock file beside it.
 *
 * Return: 0, also if it is there already; -errno. Not reported.
 * Errors: -EINVAL @uuid is empty; those of the file system.
 */
int gr_journal_add(const char *path, const char *uuid, const char *ns);

/**
 * gr_journal_remove() - forget a namespace whose superblock is gone.
 *
 * Return: 0, also if it was not there; -errno. Not reported.
 */
int gr_journal_remove(const char *path, const char *uuid);

/**
 * gr_journal_has() - was a namespace of that UUID made by guprace?
 * @uuid: "" is never there.
 *
 * A journal that cannot be read has nothing: what is unknown is not ours.
 */
bool gr_journal_has(const char *path, const char *uuid);

#endif /* GR_SYS_JOURNAL_H */
