// SPDX-License-Identifier: GPL-2.0-only
#include "vm/image.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>

#include "base/log.h"
#include "base/words.h"
#include "sys/file.h"

struct gr_image {
	struct archive *archive;
	struct gr_words paths; /* in it already */
};

static int error_of(struct archive *a)
{
	int code = archive_errno(a);

	return code > 0 ? -code : -EIO;
}

int gr_image_new(int fd, struct gr_image **out)
{
	struct gr_image *image = calloc(1, sizeof(*image));

	*out = NULL;
	if (!image)
		return -ENOMEM;
	image->archive = archive_write_new();
	if (!image->archive ||
	    archive_write_set_format_cpio_newc(image->archive) ||
	    archive_write_open_fd(image->archive, fd)) {
		gr_image_drop(image);
		return -ENOMEM;
	}
	*out = image;
	return 0;
}

bool gr_image_has(const struct gr_image *image, const char *path)
{
	return gr_words_has(&image->paths, path);
}

static int write_entry(struct gr_image *image, struct archive_entry *entry,
		       const void *buf, size_t len)
{
	la_ssize_t n;

	if (archive_write_header(image->archive, entry))
		return error_of(image->archive);
	if (!len)
		return 0;
	n = archive_write_data(image->archive, buf, len);
	return n == (la_ssize_t)len ? 0 : error_of(image->archive);
}

static int add_parents(struct gr_image *image, const char *path)
{
	char dir[PATH_MAX];
	char *slash;
	int ret = gr_path(dir, "%s", path);

	if (ret)
		return ret;
	slash = strrchr(dir, '/');
	if (!slash || slash == dir)
		return 0;
	*slash = '\0';
	return gr_image_dir(image, dir);
}

/* A new entry for @path, or NULL with *@ret 0 when it is there already. */
static struct archive_entry *begin(struct gr_image *image, const char *path,
				   int *ret)
{
	struct archive_entry *entry;

	*ret = 0;
	if (gr_image_has(image, path))
		return NULL;
	*ret = add_parents(image, path);
	if (!*ret)
		*ret = gr_words_add(&image->paths, "%s", path);
	if (*ret)
		return NULL;
	entry = archive_entry_new();
	if (!entry) {
		*ret = -ENOMEM;
		return NULL;
	}
	archive_entry_set_pathname(entry, path + 1);
	archive_entry_set_nlink(entry, 1);
	return entry;
}

int gr_image_dir(struct gr_image *image, const char *path)
{
	int ret;
	struct archive_entry *entry = begin(image, path, &ret);

	if (!entry)
		return ret;
	archive_entry_set_filetype(entry, AE_IFDIR);
	archive_entry_set_perm(entry, 0755);
	archive_entry_set_size(entry, 0);
	ret = write_entry(image, entry, NULL, 0);
	archive_entry_free(entry);
	return ret;
}

int gr_image_bytes(struct gr_image *image, const char *path, const void *buf,
		   size_t len, int mode)
{
	int ret;
	struct archive_entry *entry = begin(image, path, &ret);

	if (!entry)
		return ret;
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, (unsigned int)mode);
	archive_entry_set_size(entry, (la_int64_t)len);
	ret = write_entry(image, entry, buf, len);
	archive_entry_free(entry);
	return ret;
}

int gr_image_text(struct gr_image *image, const char *path, const char *text)
{
	return gr_image_bytes(image, path, text, strlen(text), 0644);
}

int gr_image_file(struct gr_image *image, const char *path, const char *from,
		  int mode)
{
	size_t len;
	char *buf;
	int ret;

	if (gr_image_has(image, path))
		return 0;
	ret = gr_file_read(from, &buf, &len);
	if (ret)
		return ret;
	ret = gr_image_bytes(image, path, buf, len, mode);
	free(buf);
	return ret;
}

int gr_image_symlink(struct gr_image *image, const char *path,
		     const char *target)
{
	int ret;
	struct archive_entry *entry = begin(image, path, &ret);

	if (!entry)
		return ret;
	archive_entry_set_filetype(entry, AE_IFLNK);
	archive_entry_set_perm(entry, 0777);
	archive_entry_set_symlink(entry, target);
	archive_entry_set_size(entry, 0);
	ret = write_entry(image, entry, NULL, 0);
	archive_entry_free(entry);
	return ret;
}

int gr_image_err(int ret, const char *what)
{
	if (ret == -ENOSPC || ret == -EDQUOT)
		return gr_err(ret,
			      "cannot write the guest's image; make room, or "
			      "set TMPDIR (it is '%s')",
			      gr_temp_where());
	if (ret == -ENOEXEC)
		return gr_err(0,
			      "cannot take '%s' into the guest: it is no "
			      "64-bit ELF program and no script",
			      what),
		       -EINVAL;
	return gr_err(ret, "cannot take '%s' into the guest", what);
}

int gr_image_finish(struct gr_image *image)
{
	int ret = archive_write_close(image->archive) ? error_of(image->archive)
						      : 0;

	gr_image_drop(image);
	return ret;
}

void gr_image_drop(struct gr_image *image)
{
	if (!image)
		return;
	if (image->archive)
		(void)archive_write_free(image->archive); /* closed, or lost */
	gr_words_free(&image->paths);
	free(image);
}
