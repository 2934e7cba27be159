// SPDX-License-Identifier: GPL-2.0-only
/* Stand-in for a build without libbpf. */
#include <errno.h>
#include <stdio.h>

#include "sys/pgmap.h"

int gr_pgmap_open(struct gr_pgmap **r, char *why, size_t len)
{
	*r = NULL;
	(void)snprintf(why, len, "built without libbpf");
	return -EOPNOTSUPP;
}

void gr_pgmap_close(struct gr_pgmap *r)
{
	(void)r;
}

const char *gr_pgmap_limits(const struct gr_pgmap *r)
{
	(void)r;
	return "";
}

int gr_pgmap_ref(struct gr_pgmap *r, uint64_t phys, struct gr_pgmap_ref *out)
{
	(void)r, (void)phys, (void)out;
	return -EOPNOTSUPP;
}

int gr_pgmap_ref_again(struct gr_pgmap *r, uint64_t address,
		       struct gr_pgmap_ref *out)
{
	(void)r, (void)address, (void)out;
	return -EOPNOTSUPP;
}

int gr_pgmap_scan(struct gr_pgmap *r, uint64_t phys, uint64_t bytes,
		  struct gr_page_scan *out)
{
	(void)r, (void)phys, (void)bytes, (void)out;
	return -EOPNOTSUPP;
}

void *gr_pgmap_own_page(struct gr_pgmap *r)
{
	(void)r;
	return NULL;
}

int gr_pgmap_own_refs(struct gr_pgmap *r, int64_t *refs)
{
	(void)r, (void)refs;
	return -EOPNOTSUPP;
}
