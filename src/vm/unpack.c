// SPDX-License-Identifier: GPL-2.0-only
#include "vm/unpack.h"

#include <errno.h>
#include <stdlib.h>

#include <archive.h>

#include "sys/file.h"

static int open_reader(struct archive *a, const void *in, size_t len)
{
	(void)archive_read_support_filter_bzip2(a); /* a filter that is */
	(void)archive_read_support_filter_gzip(a); /* missing shows later, */
	(void)archive_read_support_filter_lz4(a); /* as damaged input */
	(void)archive_read_support_filter_lzma(a);
	(void)archive_read_support_filter_xz(a);
	(void)archive_read_support_filter_zstd(a);
	if (archive_read_support_format_raw(a) ||
	    archive_read_open_memory(a, in, len))
		return -EIO;
	return 0;
}

static int read_all(struct archive *a, char **out, size_t *out_len)
{
	size_t used = 0, room = 1 << 16;
	char *buf = malloc(room), *grown;
	la_ssize_t n;

	if (!buf)
		return -ENOMEM;
	for (;;) {
		n = archive_read_data(a, buf + used, room - used);
		if (n <= 0)
			break;
		used += (size_t)n;
		if (used < room)
			continue;
		room *= 2;
		grown = realloc(buf, room);
		if (!grown) {
			free(buf);
			return -ENOMEM;
		}
		buf = grown;
	}
	if (n < 0) {
		free(buf);
		return -EIO;
	}
	*out = buf;
	*out_len = used;
	return 0;
}

int gr_unpack(const void *in, size_t len, char **out, size_t *out_len)
{
	struct archive *a = archive_read_new();
	struct archive_entry *entry;
	int ret;

	*out = NULL;
	if (!a)
		return -ENOMEM;
	ret = open_reader(a, in, len);
	if (!ret && archive_read_next_header(a, &entry))
		ret = -EIO;
	if (!ret)
		ret = read_all(a, out, out_len);
	(void)archive_read_free(a); /* only read from memory */
	return ret;
}

int gr_unpack_file(const char *path, char **out, size_t *out_len)
{
	size_t len;
	char *in;
	int ret = gr_file_read(path, &in, &len);

	*out = NULL;
	if (ret)
		return ret;
	ret = gr_unpack(in, len, out, out_len);
	free(in);
	return ret;
}
