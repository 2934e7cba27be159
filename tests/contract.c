// SPDX-License-Identifier: GPL-2.0-only
#include "contract.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/log.h"
#include "core/registry.h"
#include "sys/call.h"

static unsigned int count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned int nr = 0;

	assert_non_null(dir);
	while (readdir(dir))
		nr++;
	assert_int_equal(closedir(dir), 0);
	return nr;
}

/* Without stdio: its buffers would be counted, too. */
static unsigned int count_maps(void)
{
	int fd = gr_open("/proc/self/maps", O_RDONLY);
	unsigned int nr = 0;
	char buf[4096];
	ssize_t n;

	assert_true(fd >= 0);
	while ((n = gr_read(fd, buf, sizeof(buf))) > 0)
		for (ssize_t i = 0; i < n; i++)
			nr += buf[i] == '\n';
	assert_int_equal(n, 0);
	assert_int_equal(gr_close(fd), 0);
	return nr;
}

void gr_test_holds(struct gr_test_holds *holds)
{
	holds->nr_fds = count_fds();
	holds->nr_maps = count_maps();
}

void gr_test_assert_holds(const struct gr_test_holds *before)
{
	struct gr_test_holds now;

	gr_test_holds(&now);
	assert_int_equal(now.nr_fds, before->nr_fds);
	assert_int_equal(now.nr_maps, before->nr_maps);
}

static void keep_message(enum gr_log_level level, const char *text, void *arg)
{
	struct gr_test_log *log = arg;

	(void)level;
	log->nr++;
	snprintf(log->text, sizeof(log->text), "%s", text);
}

void gr_test_log_to(struct gr_test_log *log)
{
	if (log)
		memset(log, 0, sizeof(*log));
	gr_log_set_sink(log ? keep_message : NULL, log);
}

void gr_test_skip(const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	print_message("skipped: %s\n", text);
	skip();
	abort(); /* skip() does not come back */
}

static int make_disk(char *path, size_t size, const char *name)
{
	int fd;

	snprintf(path, size, "guprace-%s-XXXXXX", name);
	fd = mkstemp(path);
	if (fd < 0)
		return -1;
	if (ftruncate(fd, GR_TEST_DISK_BYTES)) {
		close(fd);
		return -1;
	}
	return close(fd);
}

int gr_test_disks_make(void **state)
{
	struct gr_test_disks *d = calloc(1, sizeof(*d));

	if (!d)
		return -1;
	*state = d;
	if (make_disk(d->ctx.sink, sizeof(d->ctx.sink), "sink") ||
	    make_disk(d->ctx.store, sizeof(d->ctx.store), "store"))
		return -1;
	strcpy(d->target.dev, d->ctx.store);
	strcpy(d->target.ns, "namespace99.9");
	d->target.size = GR_TEST_DISK_BYTES;
	d->target.spec.align = GR_TEST_PAGE;
	return 0;
}

int gr_test_disks_remove(void **state)
{
	struct gr_test_disks *d = *state;
	int ret = unlink(d->ctx.sink) | unlink(d->ctx.store);

	free(d);
	return ret;
}

void gr_test_need_direct(const struct gr_test_disks *disks)
{
	int fd = gr_open(disks->ctx.store, O_RDWR | O_DIRECT);

	if (fd < 0)
		gr_test_skip("no O_DIRECT on the file system of '%s': %s",
			     disks->ctx.store, strerror(-fd));
	assert_int_equal(gr_close(fd), 0);
}

void gr_test_disk_read(const char *path, void *buf, size_t len)
{
	int fd = gr_open(path, O_RDONLY);

	assert_true(fd >= 0);
	assert_int_equal(gr_read(fd, buf, len), len);
	assert_int_equal(gr_close(fd), 0);
}

void gr_test_disk_write(const char *path, const void *buf, size_t len)
{
	int fd = gr_open(path, O_WRONLY);

	assert_true(fd >= 0);
	assert_int_equal(gr_write(fd, buf, len), len);
	assert_int_equal(fsync(fd), 0);
	assert_int_equal(gr_close(fd), 0);
}

const struct gr_pin_ops *gr_test_need_pin(const struct gr_test_disks *disks,
					  const char *name)
{
	const struct gr_pin_ops *ops = gr_pin_find(name);
	struct gr_reason why = {""};

	assert_non_null(ops);
	gr_test_need_direct(disks);
	if (ops->probe && ops->probe(&disks->ctx, &why) < 0)
		gr_test_skip("pin %s: %s", name, why.text);
	return ops;
}

char *gr_test_pages(unsigned int nr)
{
	void *pages;

	assert_int_equal(gr_mmap(nr * GR_TEST_PAGE, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, &pages),
			 0);
	return pages;
}

void gr_test_unmap(char *pages, unsigned int nr)
{
	assert_int_equal(gr_munmap(pages, nr * GR_TEST_PAGE), 0);
}

static unsigned char byte_of(unsigned char tag, size_t i)
{
	return (unsigned char)(tag + i * 3 + i / GR_TEST_PAGE);
}

void gr_test_fill(void *buf, size_t len, unsigned char tag)
{
	unsigned char *p = buf;

	for (size_t i = 0; i < len; i++)
		p[i] = byte_of(tag, i);
}

void gr_test_assert_filled(const void *buf, size_t len, unsigned char tag)
{
	const unsigned char *p = buf;

	for (size_t i = 0; i < len; i++)
		if (p[i] != byte_of(tag, i))
			fail_msg("byte %zu is %#x where %#x must be", i, p[i],
				 byte_of(tag, i));
}

void gr_test_add(struct gr_test_table *table, const char *what,
		 const char *name, const void *ops, CMUnitTestFunction fn)
{
	struct CMUnitTest *test = &table->of[table->nr];
	struct gr_test_each *each = calloc(1, sizeof(*each));

	if (!each || table->nr == GR_TEST_EACH_MAX)
		abort();
	each->ops = ops;
	snprintf(table->name[table->nr], sizeof(table->name[0]), "%s: %s", name,
		 what);
	test->name = table->name[table->nr++];
	test->test_func = fn;
	test->initial_state = each;
}

int gr_test_run(struct gr_test_table *table, const char *group)
{
	struct gr_test_disks *disks;
	void *state = NULL;
	int failed;

	if (!table->nr || gr_test_disks_make(&state))
		return 99;
	disks = state;
	for (size_t i = 0; i < table->nr; i++) {
		struct gr_test_each *each = table->of[i].initial_state;

		each->disks = disks;
	}
	failed = _cmocka_run_group_tests(group, table->of, table->nr, NULL,
					 NULL);
	for (size_t i = 0; i < table->nr; i++)
		free(table->of[i].initial_state);
	return failed | gr_test_disks_remove(&state);
}
