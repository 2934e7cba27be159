// SPDX-License-Identifier: GPL-2.0-only
#include "vm/ask.h"

#include <errno.h>
#include <poll.h>

#include "base/clock.h"
#include "sys/fd.h"

int gr_ask(int port, enum gr_frame_type waits, char *buf, size_t room,
	   size_t *used)
{
	const char frame[] = {(char)waits, ' ', '\n'};
	struct pollfd fd = {.fd = port, .events = POLLIN};
	const char *words;
	int ret = -EAGAIN;
	ssize_t n;

	for (*used = 0; ret == -EAGAIN && *used < room;) {
		n = gr_fd_poll(&fd, 1, GR_FRAME_READY_NS);
		if (n > 0)
			n = gr_fd_read(port, buf + *used, room - *used);
		else if (!n && !*used)
			n = gr_fd_write_all(port, frame, sizeof(frame));
		if (n < 0)
			return (int)n;
		*used += (size_t)n;
		ret = gr_frame_command_parse(buf, *used, &words);
	}
	return ret == -EAGAIN ? -EBADMSG : ret; /* it did not fit */
}
