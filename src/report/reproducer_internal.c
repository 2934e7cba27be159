// SPDX-License-Identifier: GPL-2.0-only
#include "report/reproducer_internal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "core/invalidate.h"
#include "core/pin.h"

/* Machines differ: pins begin so far around the offset. */
#define SPREAD_MIN_NS INT64_C(500)
#define SPREAD_PART 8

/* One statement of C, by the name of a plug-in. */
struct statement {
	const char *name;
	const char *text;
};

/* Each evaluates to what the system call gave; "page" is the page to pin. */
static const struct statement pins[] = {
	{"futex_shared",
	 "syscall(SYS_futex, page, FUTEX_WAIT, 0x5eed, NULL, NULL, 0)"},
	{"odirect_read", "pread(sink, page, PAGE, 0)"},
	{"odirect_write", "pwrite(sink, page, PAGE, 0)"},
	{"process_vm",
	 "process_vm_readv(getpid(), &(struct iovec){buf, PAGE}, 1, "
	 "&(struct iovec){page, PAGE}, 1, 0)"},
	{"proc_mem", "pread(self, buf, PAGE, (off_t)(uintptr_t)page)"},
};

static const struct statement invs[] = {
	{"madvise_dontneed", "madvise(map, LEN, MADV_DONTNEED)"},
	{"mprotect", "mprotect(map, LEN, PROT_NONE)"},
	{"munmap", "munmap(map, LEN)"},
	{"punch_hole", "fallocate(target, FALLOC_FL_PUNCH_HOLE | "
		       "FALLOC_FL_KEEP_SIZE, 0, LEN)"},
	{"truncate", "ftruncate(target, 0)"},
	{"zero_range", "fallocate(target, FALLOC_FL_ZERO_RANGE, 0, LEN)"},
};

static const char *text_of(const struct statement *list, size_t nr,
			   const char *name)
{
	for (size_t i = 0; i < nr; i++)
		if (!strcmp(list[i].name, name))
			return list[i].text;
	return NULL;
}

static const char *pin_text(const struct gr_case *c)
{
	return text_of(pins, GR_ARRAY_SIZE(pins), c->pin->name);
}

static const char *inv_text(const struct gr_case *c)
{
	return text_of(invs, GR_ARRAY_SIZE(invs), c->inv->name);
}

bool gr_reproducer_can(const struct gr_case *c)
{
	return c->kind == GR_CASE_RACE && pin_text(c) && inv_text(c);
}

static const char head[] = "#define _GNU_SOURCE\n"
			   "#include <fcntl.h>\n"
			   "#include <linux/futex.h>\n"
			   "#include <pthread.h>\n"
			   "#include <stdint.h>\n"
			   "#include <stdio.h>\n"
			   "#include <stdlib.h>\n"
			   "#include <string.h>\n"
			   "#include <sys/mman.h>\n"
			   "#include <sys/syscall.h>\n"
			   "#include <sys/uio.h>\n"
			   "#include <time.h>\n"
			   "#include <unistd.h>\n"
			   "\n"
			   "#define PAGE 4096\n";

static const char body[] =
	"static int target, sink = -1, self;\n"
	"static char *map, *page, *buf;\n"
	"static volatile unsigned int round_nr, here, done, over;\n"
	"/* ns: of this round; of an invalidation that has begun, 0 = none */\n"
	"static volatile int64_t offset, begun_ns;\n"
	"\n"
	"static int64_t now_ns(void)\n"
	"{\n"
	"\tstruct timespec ts;\n"
	"\n"
	"\tclock_gettime(CLOCK_MONOTONIC, &ts);\n"
	"\treturn ts.tv_sec * 1000000000ll + ts.tv_nsec;\n"
	"}\n"
	"\n"
	"/* Both sides meet and leave together; who pins does so until it is time. */\n"
	"static void start(unsigned int nr, int64_t delay, int pins)\n"
	"{\n"
	"\tstatic int64_t took;\n"
	"\tint64_t began;\n"
	"\n"
	"\t__sync_fetch_and_add(&here, 1);\n"
	"\twhile (here < 2 * nr) {}\n"
	"\tfor (delay += now_ns(); (began = now_ns()) < delay;)\n"
	"\t\tif (pins && began + 2 * took < delay) {\n"
	"\t\t\tPIN;\n"
	"\t\t\ttook = now_ns() - began;\n"
	"\t\t}\n"
	"}\n"
	"\n"
	"static void *pinner(void *arg)\n"
	"{\n"
	"\tfor (unsigned int nr = 1;; nr++) {\n"
	"\t\twhile (round_nr != nr) {}\n"
	"\t\tstart(nr, offset > 0 ? offset : 0, 1);\n"
	"\t\tfor (int i = 0; i < 64 && (!i || done != nr); i++)\n"
	"\t\t\tPIN;\n"
	"\t\tover = nr;\n"
	"\t}\n"
	"\treturn arg;\n"
	"}\n"
	"\n"
	"/* Does the kernel's log say anything that it should not? */\n"
	"static int log_speaks(int fd)\n"
	"{\n"
	"\tchar line[2048];\n"
	"\n"
	"\tfor (ssize_t len; (len = read(fd, line, sizeof(line) - 1)) > 0;) {\n"
	"\t\tline[len] = '\\0';\n"
	"\t\tif (strstr(line, \"WARNING:\") || strstr(line, \"BUG:\") ||\n"
	"\t\t    strstr(line, \"underflow\"))\n"
	"\t\t\treturn printf(\"reproduced: %s\", line);\n"
	"\t}\n"
	"\treturn 0;\n"
	"}\n"
	"\n"
	"static void *watch(void *arg)\n"
	"{\n"
	"\tint kmsg = open(\"/dev/kmsg\", O_RDONLY | O_NONBLOCK);\n"
	"\tint64_t end = now_ns() + *(int64_t *)arg;\n"
	"\n"
	"\tlseek(kmsg, 0, SEEK_END);\n"
	"\tfor (int64_t begun = 0;; usleep(10000), begun = begun_ns) {\n"
	"\t\tif (begun && now_ns() > begun + 10000000000ll)\n"
	"\t\t\t_exit((puts(\"reproduced: it does not return\"), 1));\n"
	"\t\tif (kmsg >= 0 && log_speaks(kmsg))\n"
	"\t\t\t_exit(1);\n"
	"\t\tif (now_ns() > end && !begun)\n"
	"\t\t\t_exit((printf(\"not seen in %u rounds\\n\", round_nr), 0));\n"
	"\t}\n"
	"\treturn NULL;\n"
	"}\n"
	"\n"
	"static void race(unsigned int nr)\n"
	"{\n"
	"\tif (IS_FILE && (ftruncate(target, LEN) || fallocate(target, 0, 0, LEN)))\n"
	"\t\t_exit(2);\n"
	"\tmap = mmap(NULL, LEN, PROT_READ | PROT_WRITE, MAP_SHARED, target, 0);\n"
	"\tif (map == MAP_FAILED)\n"
	"\t\t_exit((fprintf(stderr, \"mmap: %m\\n\"), 2));\n"
	"\tpage = map + AT;\n"
	"\tmemset(page, 0, PAGE);\n"
	"\toffset = OFFSET + random() % (2 * SPREAD) - SPREAD;\n"
	"\tround_nr = nr;\n"
	"\tstart(nr, offset < 0 ? -offset : 0, 0);\n"
	"\tbegun_ns = now_ns();\n"
	"\tif (INVALIDATE)\n"
	"\t\tfprintf(stderr, \"invalidate: %m\\n\");\n"
	"\tbegun_ns = 0;\n"
	"\tdone = nr;\n"
	"\twhile (over != nr) {}\n"
	"\tmunmap(map, LEN);\n"
	"}\n"
	"\n"
	"int main(int argc, char **argv)\n"
	"{\n"
	"\tint64_t ns = (argc > 3 ? atoll(argv[3]) : 60) * 1000000000ll;\n"
	"\tpthread_t thread;\n"
	"\n"
	"\tif (argc < 3)\n"
	"\t\treturn fprintf(stderr, \"usage: %s TARGET SINK [SECONDS]\\n\", argv[0]), 2;\n"
	"\tsetvbuf(stdout, NULL, _IONBF, 0);\n"
	"\ttarget = open(argv[1], IS_FILE ? O_RDWR | O_CREAT : O_RDWR, 0600);\n"
	"\tsink = open(argv[2], O_RDWR | O_DIRECT);\n"
	"\tself = open(\"/proc/self/mem\", O_RDWR);\n"
	"\tbuf = aligned_alloc(PAGE, PAGE);\n"
	"\tif (target < 0 || (USES_SINK && sink < 0) || !buf ||\n"
	"\t    pthread_create(&thread, NULL, watch, &ns) ||\n"
	"\t    pthread_create(&thread, NULL, pinner, NULL))\n"
	"\t\treturn fprintf(stderr, \"cannot start: %m\\n\"), 2;\n"
	"\tfor (unsigned int nr = 1;; nr++)\n"
	"\t\trace(nr);\n"
	"}\n";

static void write_story(FILE *out, const struct gr_reproducer *r)
{
	const struct gr_case *c = r->c;

	fprintf(out,
		"// SPDX-License-Identifier: GPL-2.0-only\n"
		"/*\n"
		" * %s, found on %s by racing\n"
		" *     %s\n"
		" * against\n"
		" *     %s\n"
		" *\n"
		" * cc -O2 -pthread FILE.c; ./a.out TARGET SINK [SECONDS], as root.\n"
		" * TARGET: %s. SINK: a block device for\n"
		" * direct I/O whose data may be lost (null_blk), or /dev/null.\n"
		" * Exit status: 1 reproduced, 0 not seen, 2 could not be tried.\n"
		" * Case: %s\n"
		" */\n",
		r->found, r->release, pin_text(c), inv_text(c),
		c->target->flags & GR_TARGET_FILE
			? "a new file on a file system that is mounted with DAX"
			: "a device-dax node, /dev/daxX.Y",
		c->name);
}

void gr_reproducer_write(FILE *out, const struct gr_reproducer *r)
{
	const struct gr_case *c = r->c;
	bool is_file = c->target->flags & GR_TARGET_FILE;
	uint64_t leaf = c->spec.align;
	uint64_t len = leaf > 4096 ? 2 * leaf : 8 * leaf;

	write_story(out, r);
	(void)fputs(head, out);
	fprintf(out,
		"#define LEN %" PRIu64 "ul\n"
		"#define AT %" PRIu64 "ul /* the page that is pinned */\n"
		"#define OFFSET %" PRId64
		"ll /* ns: begin of the pin less that of the other */\n"
		"#define SPREAD %" PRId64 "ll /* ns: so far around it */\n"
		"#define IS_FILE %d\n"
		"#define USES_SINK %d\n"
		"#define PIN %s\n"
		"#define INVALIDATE %s\n\n",
		len, is_file ? leaf - 4096 : 0, r->offset_ns,
		SPREAD_MIN_NS + imaxabs(r->offset_ns) / SPREAD_PART, is_file,
		strstr(pin_text(c), "sink") != NULL, pin_text(c), inv_text(c));
	(void)fputs(body, out);
}
