// SPDX-License-Identifier: GPL-2.0-only
#include "core/finding.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const class_names[] = {
	[GR_CLASS_UNDERFLOW] = "underflow",
	[GR_CLASS_LEAK] = "leak",
	[GR_CLASS_EARLY_FREE] = "early-free",
	[GR_CLASS_STALE_DMA] = "stale-dma",
	[GR_CLASS_POLICY] = "policy",
	[GR_CLASS_DATA] = "data",
	[GR_CLASS_CRASH] = "crash",
	[GR_CLASS_WARNING] = "warning",
};

const char *gr_class_name(enum gr_class class)
{
	return class_names[class];
}

int gr_class_parse(const char *name, enum gr_class *class)
{
	for (int i = 0; i < GR_NR_CLASSES; i++) {
		if (strcmp(class_names[i], name))
			continue;
		*class = (enum gr_class)i;
		return 0;
	}
	return -EINVAL;
}

struct gr_finding *gr_finding_add(struct gr_findings *list, const char *oracle,
				  enum gr_class class, const char *signature,
				  const char *fmt, ...)
{
	static struct gr_finding spare;
	struct gr_finding *f = &spare;
	va_list ap;

	if (list->nr < GR_FINDINGS_MAX)
		f = &list->of[list->nr++];
	else
		list->nr_dropped++;
	memset(f, 0, sizeof(*f));
	f->class = class;
	(void)snprintf(f->oracle, sizeof(f->oracle), "%s", oracle);
	(void)snprintf(f->signature, sizeof(f->signature), "%s", signature);
	va_start(ap, fmt);
	(void)vsnprintf(f->summary, sizeof(f->summary), fmt, ap);
	va_end(ap);
	return f;
}

void gr_findings_append(struct gr_findings *to, const struct gr_finding *from,
			unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++)
		if (to->nr < GR_FINDINGS_MAX)
			to->of[to->nr++] = from[i];
		else
			to->nr_dropped++;
}

void gr_finding_evidence(struct gr_finding *finding, const char *fmt, ...)
{
	size_t used = strlen(finding->evidence);
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(finding->evidence + used,
			sizeof(finding->evidence) - used, fmt, ap);
	va_end(ap);
}
