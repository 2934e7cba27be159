// SPDX-License-Identifier: GPL-2.0-only
#include "sys/numa.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/call.h"
#include "sys/file.h"
#include "sys/sysfs.h"

/* linux/mempolicy.h: only pages of this process alone */
#define MOVE_OWN 2

#define SCAN "/sys/kernel/debug/sched/numa_balancing/"
#define SCANS "mm->numa_scan_seq"

/*
 * In the order in which they are set. Sixteen MiB at a time are few enough for six
 * milliseconds between two looks, and with eight times that of empty room they cover a
 * process of ours.
 */
static const struct setting {
	const char *path;
	const char *text;
} settings[GR_NUMA_SETTINGS] = {
	{SCAN "scan_delay_ms", "1"},
	{SCAN "scan_size_mb", "16"},
	{SCAN "scan_period_min_ms", "1"},
	{SCAN "scan_period_max_ms", "1"},
	{"/proc/sys/kernel/numa_balancing", "1"},
};

unsigned int gr_numa_nodes(void)
{
	unsigned int nr = 0;
	char path[64];

	do
		(void)snprintf(path, sizeof(path),
			       "/sys/devices/system/node/node%u", nr);
	while (gr_is_dir(path) && ++nr);
	return nr ? nr : 1;
}

int gr_numa_move(void *addr, int node)
{
	int status = -EFAULT;

	if (syscall(SYS_move_pages, 0, 1ul, &addr, &node, &status, MOVE_OWN))
		return -errno;
	return status < 0 ? status : 0;
}

int gr_numa_balance(struct gr_numa_balancing *before)
{
	int ret = 0;

	memset(before, 0, sizeof(*before));
	for (size_t i = 0; i < GR_NUMA_SETTINGS && !ret; i++) {
		ret = gr_sysfs_read(before->was[i], sizeof(before->was[i]),
				    "%s", settings[i].path);
		if (!ret)
			ret = gr_sysfs_write(settings[i].text, "%s",
					     settings[i].path);
	}
	if (ret)
		gr_numa_unbalance(before);
	return ret;
}

void gr_numa_unbalance(const struct gr_numa_balancing *before)
{
	for (size_t i = GR_NUMA_SETTINGS; i--;)
		if (*before->was[i])
			(void)gr_sysfs_write(before->was[i], "%s",
					     settings[i].path);
}

int gr_numa_scans_open(void)
{
	return gr_open("/proc/self/sched", O_RDONLY);
}

int gr_numa_scans(int fd, unsigned long *nr)
{
	char text[8192], *line;
	ssize_t n = gr_pread(fd, text, sizeof(text) - 1, 0);

	if (n < 0)
		return (int)n;
	text[n] = '\0';
	line = strstr(text, SCANS);
	line = line ? strchr(line, ':') : NULL;
	if (!line)
		return -EIO;
	*nr = strtoul(line + 1, NULL, 10);
	return 0;
}
