// SPDX-License-Identifier: GPL-2.0-only
#include "sys/kmsg.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sys/call.h"

int gr_kmsg_open(struct gr_kmsg *log)
{
	log->fd = gr_open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	if (log->fd < 0)
		return log->fd;
	if (lseek(log->fd, 0, SEEK_END) < 0) {
		int ret = -errno;

		gr_kmsg_close(log);
		return ret;
	}
	return 0;
}

int gr_kmsg_parse(const char *raw, struct gr_kmsg_rec *rec)
{
	unsigned int prio;
	const char *text = strchr(raw, ';');
	size_t len;

	if (!text || sscanf(raw, "%u,%" SCNu64 ",%" SCNu64, &prio, &rec->seq,
			    &rec->time_us) != 3)
		return -EINVAL;
	rec->level = prio & 7;
	text++;
	len = strcspn(text, "\n");
	if (len >= sizeof(rec->text))
		len = sizeof(rec->text) - 1;
	memcpy(rec->text, text, len);
	rec->text[len] = '\0';
	return 0;
}

int gr_kmsg_read(struct gr_kmsg *log, struct gr_kmsg_rec *rec)
{
	char raw[8192]; /* CONSOLE_EXT_LOG_MAX, the kernel's own limit */
	ssize_t n = gr_read(log->fd, raw, sizeof(raw) - 1);

	if (n == -EAGAIN)
		return 0;
	if (n <= 0)
		return n ? (int)n : -EINVAL;
	raw[n] = '\0';
	n = gr_kmsg_parse(raw, rec);
	return n ? (int)n : 1;
}

void gr_kmsg_close(struct gr_kmsg *log)
{
	if (log->fd >= 0)
		(void)gr_close(log->fd); /* read only */
	log->fd = -1;
}
