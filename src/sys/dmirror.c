// SPDX-License-Identifier: GPL-2.0-only
#include "sys/dmirror.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "sys/call.h"
#include "sys/file.h"
#include "sys/module.h"

#define PAGE_BYTES 4096u

/* As in the kernel's lib/test_hmm_uapi.h, which is installed nowhere. */
struct command {
	uint64_t addr;
	uint64_t ptr;
	uint64_t npages;
	uint64_t cpages;
	uint64_t faults;
};

#define NO_REQUEST 0xffu

/* Since 6.0 there is a way back, and what followed has moved on. */
static const unsigned char since_6_0[GR_NR_DMIRROR_OPS] = {
	[GR_DMIRROR_READ] = 0,
	[GR_DMIRROR_WRITE] = 1,
	[GR_DMIRROR_TO_DEVICE] = 2,
	[GR_DMIRROR_TO_SYSTEM] = 3,
	[GR_DMIRROR_SNAPSHOT] = 4,
	[GR_DMIRROR_EXCLUSIVE] = 5,
	[GR_DMIRROR_CHECK_EXCLUSIVE] = 6,
	[GR_DMIRROR_RELEASE] = 7,
};

static const unsigned char before_6_0[GR_NR_DMIRROR_OPS] = {
	[GR_DMIRROR_READ] = 0,
	[GR_DMIRROR_WRITE] = 1,
	[GR_DMIRROR_TO_DEVICE] = 2,
	[GR_DMIRROR_TO_SYSTEM] = NO_REQUEST,
	[GR_DMIRROR_SNAPSHOT] = 3,
	[GR_DMIRROR_EXCLUSIVE] = 4,
	[GR_DMIRROR_CHECK_EXCLUSIVE] = 5,
	[GR_DMIRROR_RELEASE] = NO_REQUEST,
};

int gr_dmirror_spm(uint64_t addr[2])
{
	static const char word[] = "guprace.spm=";
	char *text, *at;
	int ret = gr_file_read("/proc/cmdline", &text, NULL);

	if (ret)
		return ret;
	at = strstr(text, word);
	ret = at ? 0 : -ENOENT;
	if (at && sscanf(at + strlen(word), "%" SCNx64 ",%" SCNx64, &addr[0],
			 &addr[1]) != 2)
		ret = -EINVAL;
	free(text);
	return ret;
}

int gr_dmirror_load(void)
{
	uint64_t addr[2];
	char params[96];

	if (gr_module_loaded(GR_DMIRROR_MODULE))
		return 0;
	if (gr_dmirror_spm(addr))
		return gr_module_load(GR_DMIRROR_MODULE, NULL);
	(void)snprintf(params, sizeof(params),
		       "spm_addr_dev0=%#" PRIx64 " spm_addr_dev1=%#" PRIx64,
		       addr[0], addr[1]);
	return gr_module_load(GR_DMIRROR_MODULE, params);
}

int gr_dmirror_unload(void)
{
	return gr_module_remove(GR_DMIRROR_MODULE);
}

static int request(const struct gr_dmirror *d, unsigned int number,
		   struct command *c)
{
	return ioctl(d->fd, _IOWR('H', number, struct command), c) ? -errno : 0;
}

/* The last question of the newer ones is harmless, and unknown to the older. */
static const unsigned char *find_numbers(const struct gr_dmirror *d)
{
	struct command c = {
		.addr = (uintptr_t)d->room,
		.npages = 1,
	};
	int ret = request(d, since_6_0[GR_DMIRROR_CHECK_EXCLUSIVE], &c);

	return ret == -EINVAL ? before_6_0 : since_6_0;
}

int gr_dmirror_open(const char *path, size_t room, struct gr_dmirror **out)
{
	struct gr_dmirror *d = calloc(1, sizeof(*d));
	void *mem;
	int ret;

	*out = NULL;
	if (!d)
		return -ENOMEM;
	ret = gr_mmap(room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		      -1, 0, &mem);
	if (ret)
		goto err_free;
	d->room = mem;
	d->room_len = room;
	d->fd = gr_open(path, O_RDWR);
	ret = d->fd;
	if (ret < 0)
		goto err_unmap;
	d->numbers = find_numbers(d);
	*out = d;
	return 0;

err_unmap:
	(void)gr_munmap(mem, room); /* our own */
err_free:
	free(d);
	return ret;
}

int gr_dmirror_close(struct gr_dmirror *d)
{
	int ret;

	if (!d)
		return 0;
	ret = gr_close(d->fd);
	(void)gr_munmap(d->room, d->room_len); /* our own */
	free(d);
	return ret;
}

static size_t room_for(enum gr_dmirror_op op, size_t nr)
{
	switch (op) {
	case GR_DMIRROR_SNAPSHOT:
		return nr;
	case GR_DMIRROR_READ:
	case GR_DMIRROR_WRITE:
	case GR_DMIRROR_TO_DEVICE:
	case GR_DMIRROR_EXCLUSIVE:
		return nr * PAGE_BYTES;
	default:
		return 0;
	}
}

ssize_t gr_dmirror_do(struct gr_dmirror *d, enum gr_dmirror_op op,
		      const void *addr, size_t nr)
{
	struct command c = {
		.addr = (uintptr_t)addr,
		.ptr = (uintptr_t)d->room,
		.npages = nr,
	};
	int ret;

	if (d->numbers[op] == NO_REQUEST)
		return -EOPNOTSUPP;
	if (room_for(op, nr) > d->room_len)
		return -ENOBUFS;
	ret = request(d, d->numbers[op], &c);
	if (ret)
		return ret;
	d->nr_faults = c.faults;
	return (ssize_t)c.cpages;
}

int gr_dmirror_region(uint64_t phys, uint64_t *start, uint64_t *bytes)
{
	char *text, *save = NULL, *line;
	int ret = gr_file_read("/proc/iomem", &text, NULL);
	uint64_t from, to;

	if (ret)
		return ret;
	ret = -ENOENT;
	for (line = strtok_r(text, "\n", &save); line && ret;
	     line = strtok_r(NULL, "\n", &save)) {
		if (!strstr(line, "hmm_dmirror") ||
		    sscanf(line, "%" SCNx64 "-%" SCNx64, &from, &to) != 2 ||
		    phys < from || phys > to)
			continue;
		*start = from;
		*bytes = to + 1 - from;
		ret = 0;
	}
	free(text);
	return ret;
}
