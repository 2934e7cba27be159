// SPDX-License-Identifier: GPL-2.0-only
#include "base/size.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/util.h"

struct unit {
	const char *name;
	uint64_t factor;
};

static const struct unit size_units[] = {
	{"", 1},	 {"B", 1},	  {"K", GR_KIB},
	{"KiB", GR_KIB}, {"M", GR_MIB},	  {"MiB", GR_MIB},
	{"G", GR_GIB},	 {"GiB", GR_GIB}, {"T", 1024 * GR_GIB},
};

static const struct unit duration_units[] = {
	{"", GR_NSEC_PER_SEC},	       {"ns", 1},
	{"us", GR_NSEC_PER_USEC},      {"ms", GR_NSEC_PER_MSEC},
	{"s", GR_NSEC_PER_SEC},	       {"m", 60 * GR_NSEC_PER_SEC},
	{"h", 3600 * GR_NSEC_PER_SEC},
};

static int parse_with_units(const char *text, const struct unit *units,
			    size_t nr_units, uint64_t *out)
{
	unsigned long long value;
	char *end;
	size_t i;

	if (!isdigit((unsigned char)text[0]))
		return -EINVAL;
	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno == ERANGE)
		return -ERANGE;
	for (i = 0; i < nr_units; i++)
		if (!strcasecmp(end, units[i].name))
			break;
	if (i == nr_units)
		return -EINVAL;
	if (__builtin_mul_overflow(value, units[i].factor, out))
		return -ERANGE;
	return 0;
}

int gr_size_parse(const char *text, uint64_t *bytes)
{
	return parse_with_units(text, size_units, GR_ARRAY_SIZE(size_units),
				bytes);
}

char *gr_size_format(uint64_t bytes, char *buf, size_t len)
{
	static const char *const suffix[] = {"", "K", "M", "G", "T"};
	size_t i = 0;

	while (bytes && bytes % 1024 == 0 && i + 1 < GR_ARRAY_SIZE(suffix)) {
		bytes /= 1024;
		i++;
	}
	snprintf(buf, len, "%" PRIu64 "%s", bytes, suffix[i]);
	return buf;
}

int gr_duration_parse(const char *text, uint64_t *ns)
{
	return parse_with_units(text, duration_units,
				GR_ARRAY_SIZE(duration_units), ns);
}

char *gr_duration_format(uint64_t ns, char *buf, size_t len)
{
	if (ns >= GR_NSEC_PER_SEC)
		snprintf(buf, len, "%.1f s", (double)ns / GR_NSEC_PER_SEC);
	else if (ns >= GR_NSEC_PER_MSEC)
		snprintf(buf, len, "%.0f ms", (double)ns / GR_NSEC_PER_MSEC);
	else
		snprintf(buf, len, "%.0f us", (double)ns / GR_NSEC_PER_USEC);
	return buf;
}
