// SPDX-License-Identifier: GPL-2.0-only
#include "core/signature.h"

#include <errno.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

/* A splat that never says "end trace" is closed after so many lines. */
#define SPLAT_LINES_MAX 80

struct gr_sigset {
	size_t nr;
	regex_t *regex;
};

int gr_sigset_new(struct gr_sigset **out)
{
	const struct gr_signature *table;
	struct gr_sigset *set;
	size_t nr;

	*out = NULL;
	table = gr_signatures(&nr);
	set = calloc(1, sizeof(*set));
	if (!set)
		return -ENOMEM;
	set->regex = calloc(nr, sizeof(*set->regex));
	if (!set->regex) {
		free(set);
		return -ENOMEM;
	}
	for (; set->nr < nr; set->nr++) {
		if (!regcomp(&set->regex[set->nr], table[set->nr].regex,
			     REG_EXTENDED | REG_NOSUB))
			continue;
		gr_err(0, "bad regex of signature '%s'", table[set->nr].name);
		gr_sigset_free(set);
		return -EINVAL;
	}
	*out = set;
	return 0;
}

void gr_sigset_free(struct gr_sigset *set)
{
	if (!set)
		return;
	for (size_t i = 0; i < set->nr; i++)
		regfree(&set->regex[i]);
	free(set->regex);
	free(set);
}

const struct gr_signature *gr_sigset_match(const struct gr_sigset *set,
					   const char *line)
{
	const struct gr_signature *table;
	size_t nr;

	table = gr_signatures(&nr);
	for (size_t i = 0; i < set->nr; i++)
		if (!regexec(&set->regex[i], line, 0, NULL, 0))
			return &table[i];
	return NULL;
}

/* Of two rows that match within one splat, the earlier one is more specific. */
static void note_signature(struct gr_splat *s, const struct gr_signature *sig,
			   const char *line)
{
	if (s->sig && s->sig <= sig)
		return;
	s->sig = sig;
	(void)snprintf(s->line, sizeof(s->line), "%s", line);
}

/*
 * "RIP: 0010:func+0x1/0x2", "WARNING: CPU: 0 PID: 1 at file:1 func+0x1/0x2", and
 * in newer kernels "WARNING: file:1 at func+0x1/0x2, CPU#0: comm/1".
 */
static void note_func(struct gr_splat *s, const char *line)
{
	const char *p, *end;

	if (s->func[0])
		return;
	p = strstr(line, "RIP: 0010:");
	if (p) {
		p += strlen("RIP: 0010:");
	} else {
		p = strstr(line, " at ");
		p = p && strstr(line, "WARNING: ") ? p + 4 : NULL;
		if (p && p[strcspn(p, "+ ")] == ' ')
			p = strchr(p, ' ') + 1;
	}
	end = p ? strchr(p, '+') : NULL;
	if (end)
		(void)snprintf(s->func, sizeof(s->func), "%.*s", (int)(end - p),
			       p);
}

/* "CPU: 0 PID: 1 Comm: x", in newer kernels "CPU: 0 UID: 0 PID: 1 Comm: x" */
static void note_pid(struct gr_splat *s, const char *line)
{
	const char *p = s->pid ? NULL : strstr(line, " PID: ");

	if (p && strstr(p, " Comm: "))
		s->pid = atoi(p + strlen(" PID: "));
}

/* "BUG: unable to handle page fault for address: ffffea0008810288" */
static void note_address(struct gr_splat *s, const char *line)
{
	static const char words[] = "page fault for address: ";
	const char *p = s->address ? NULL : strstr(line, words);

	if (p)
		s->address = strtoull(p + strlen(words), NULL, 16);
}

static void append_evidence(struct gr_splat *s, const char *line)
{
	size_t used = strlen(s->evidence);

	(void)snprintf(s->evidence + used, sizeof(s->evidence) - used, "%s\n",
		       line);
}

static bool ends_splat(const char *line)
{
	return strstr(line, "---[ end trace") ||
	       strstr(line, "---[ end Kernel panic");
}

bool gr_splat_feed(struct gr_splat *s, const struct gr_sigset *set,
		   const char *line)
{
	const struct gr_signature *sig = gr_sigset_match(set, line);
	bool cut = strstr(line, "[ cut here ]") != NULL;
	bool shown = strstr(line, "sysrq: ") != NULL; /* on demand */

	if (sig && sig->severity == GR_SEV_BENIGN)
		sig = NULL;
	if (s->open && (cut || shown) && s->sig) {
		s->open = false;
		return true;
	}
	if (!s->open && !sig && !cut)
		return false;
	s->open = true;
	s->nr_lines++;
	if (sig)
		note_signature(s, sig, line);
	note_func(s, line);
	note_pid(s, line);
	note_address(s, line);
	if (!cut)
		append_evidence(s, line);
	if (ends_splat(line) || s->nr_lines >= SPLAT_LINES_MAX)
		s->open = false;
	return !s->open;
}

bool gr_splat_take(struct gr_splat *s, const char *oracle,
		   struct gr_findings *out)
{
	bool bad = s->sig != NULL;

	if (bad) {
		struct gr_finding *f = gr_finding_add(
			out, oracle, s->sig->class, s->sig->name, "%s%s%s: %s",
			s->sig->meaning, s->func[0] ? " in " : "", s->func,
			s->line);

		f->spends_kernel = s->sig->severity == GR_SEV_FATAL;
		f->pid = s->pid;
		f->address = s->address;
		(void)snprintf(f->where, sizeof(f->where), "%s", s->func);
		gr_finding_evidence(f, "%s", s->evidence);
	}
	memset(s, 0, sizeof(*s));
	return bad;
}
