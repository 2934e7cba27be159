// SPDX-License-Identifier: GPL-2.0-only
#include "core/report.h"

#include <errno.h>
#include <stdlib.h>

int gr_report_new(const struct gr_report_ops *ops, FILE *out, bool terminal,
		  bool strict, struct gr_report **r)
{
	struct gr_report *new;
	int ret = 0;

	*r = NULL;
	new = calloc(1, sizeof(*new));
	if (!new)
		return -ENOMEM;
	new->ops = ops;
	new->out = out;
	new->terminal = terminal;
	new->strict = strict;
	new->priv = calloc(1, ops->priv_size + 1);
	if (!new->priv)
		ret = -ENOMEM;
	else if (ops->open)
		ret = ops->open(new);
	if (ret) {
		free(new->priv);
		free(new);
		return ret;
	}
	*r = new;
	return 0;
}

void gr_report_event(struct gr_report *r, const struct gr_event *ev)
{
	if (!r->ops->on[ev->type])
		return;
	r->ops->on[ev->type](r, ev);
	(void)fflush(r->out); /* a full disk shows when the file is closed */
}

void gr_report_free(struct gr_report *r)
{
	if (!r)
		return;
	if (r->ops->close)
		r->ops->close(r);
	free(r->priv);
	free(r);
}
