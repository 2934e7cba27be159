/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a plug-in needs of the machine: data in its ops table, probed by the
 * engine, so that a skip can always name what is missing.
 */
#ifndef GR_CORE_NEEDS_H
#define GR_CORE_NEEDS_H

#include <stdbool.h>

struct gr_needs {
	const char *const *kconfig; /* "CONFIG_X", =y or =m; NULL-terminated */
	const char *const *modules; /* loaded, built in or loadable */
	const char *const *devices; /* paths that must exist */
	bool root; /* effective uid 0 */
	bool guest_only; /* would harm a host */
};

#endif /* GR_CORE_NEEDS_H */
