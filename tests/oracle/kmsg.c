// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of signatures over tests/golden/kmsg: each row has records that it
 * must know and records near them that it must not; then the oracle itself, on
 * a log that the test writes.
 */
#include "core/oracle.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ctx.h"
#include "core/registry.h"
#include "core/signature.h"
#include "sys/kernel.h"
#include "sys/kmsg.h"
#include "test.h"

#define ROWS_MAX 128

/* Stand-ins of the kernel's log and of the switch of its warnings. */
int __wrap_gr_kmsg_open(struct gr_kmsg *log);
int __wrap_gr_kmsg_read(struct gr_kmsg *log, struct gr_kmsg_rec *rec);
void __wrap_gr_kmsg_close(struct gr_kmsg *log);
int __wrap_gr_kernel_rearm_warnings(void);

struct reading {
	const struct gr_signature *table;
	size_t nr_rows;
	struct gr_sigset *set;
	unsigned int nr_known[ROWS_MAX]; /* records that the row knew */
	unsigned int nr_near[ROWS_MAX]; /* records near it */
	struct gr_findings found; /* in one record */
};

struct expected {
	char sign;
	char row[48];
	char signature[48];
	char class[24];
	char func[48];
};

static void reading_new(struct reading *r)
{
	memset(r, 0, sizeof(*r));
	r->table = gr_signatures(&r->nr_rows);
	assert_in_range(r->nr_rows, 1, ROWS_MAX);
	assert_int_equal(gr_sigset_new(&r->set), 0);
}

static bool next_expected(FILE *f, struct expected *e)
{
	char line[256];

	while (fgets(line, sizeof(line), f)) {
		if (line[0] == '#')
			continue;
		if (sscanf(line, "%c %47s %47s %23s %47s", &e->sign, e->row,
			   e->signature, e->class, e->func) != 5)
			fail_msg("not an expectation: %s", line);
		return true;
	}
	return false;
}

static void take(struct reading *r, struct gr_splat *splat)
{
	if (splat->sig)
		r->nr_known[splat->sig - r->table]++;
	gr_splat_take(splat, "kmsg", &r->found);
}

/* One record: the lines up to a blank one. Returns how many there were. */
static unsigned int read_record(struct reading *r, FILE *f)
{
	struct gr_splat splat = {0};
	unsigned int nr = 0;
	char line[512];

	memset(&r->found, 0, sizeof(r->found));
	for (; fgets(line, sizeof(line), f) && line[0] != '\n'; nr++) {
		const struct gr_signature *sig;

		line[strcspn(line, "\n")] = '\0';
		sig = gr_sigset_match(r->set, line);
		if (sig && sig->severity == GR_SEV_BENIGN)
			r->nr_known[sig - r->table]++;
		if (gr_splat_feed(&splat, r->set, line))
			take(r, &splat);
	}
	take(r, &splat);
	return nr;
}

static size_t row_of(const struct reading *r, const char *name)
{
	for (size_t i = 0; i < r->nr_rows; i++)
		if (!strcmp(r->table[i].name, name))
			return i;
	fail_msg("no row is called '%s'", name);
	return 0;
}

static unsigned int known_by(const struct reading *r, const char *name)
{
	unsigned int nr = 0;

	for (size_t i = 0; i < r->nr_rows; i++)
		if (!strcmp(r->table[i].name, name))
			nr += r->nr_known[i];
	return nr;
}

static void compare(const struct reading *r, const struct expected *e,
		    unsigned int i)
{
	const struct gr_finding *f = &r->found.of[i];
	bool nothing = !strcmp(e->signature, "nothing");

	if (nothing != (i >= r->found.nr))
		fail_msg("near '%s': %u findings, first '%s'; want '%s'",
			 e->row, r->found.nr,
			 r->found.nr ? r->found.of[0].summary : "none",
			 e->signature);
	if (nothing)
		return;
	assert_string_equal(f->signature, e->signature);
	assert_string_equal(gr_class_name(f->class), e->class);
	assert_string_equal(f->where, strcmp(e->func, "-") ? e->func : "");
	assert_true(f->summary[0] && f->evidence[0]);
}

/* Its row knows the record if it is one, and does not if it is near one. */
static void one_record(struct reading *r, const struct expected *e, FILE *log)
{
	unsigned int before = known_by(r, e->row);

	if (!read_record(r, log))
		fail_msg("no record is left for '%s'", e->row);
	compare(r, e, 0);
	if (e->sign == '+') {
		assert_true(known_by(r, e->row) > before);
	} else {
		assert_int_equal(e->sign, '~');
		assert_int_equal(known_by(r, e->row), before);
		r->nr_near[row_of(r, e->row)]++;
	}
}

static void read_file(struct reading *r, const char *path)
{
	char expect[512];
	struct expected e;
	unsigned int nr = 0;
	FILE *log, *want;

	snprintf(expect, sizeof(expect), "%.*s.expect",
		 (int)(strlen(path) - strlen(".log")), path);
	log = fopen(path, "r");
	want = fopen(expect, "r");
	assert_true(log && want);
	while (next_expected(want, &e)) {
		if (e.sign == '&') {
			compare(r, &e, ++nr);
			continue;
		}
		assert_true(!nr || nr + 1 == r->found.nr);
		one_record(r, &e, log);
		nr = 0;
	}
	assert_int_equal(read_record(r, log), 0);
	assert_int_equal(fclose(log) | fclose(want), 0);
}

static void read_corpus(struct reading *r)
{
	const char *srcdir = getenv("srcdir");
	char pattern[512];
	glob_t files;

	snprintf(pattern, sizeof(pattern), "%s/tests/golden/kmsg/*.log",
		 srcdir ? srcdir : ".");
	assert_int_equal(glob(pattern, 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++)
		read_file(r, files.gl_pathv[i]);
	globfree(&files);
}

static void rows_know_their_records(void **state)
{
	static struct reading r;

	(void)state;
	reading_new(&r);
	read_corpus(&r);
	gr_sigset_free(r.set);
}

/* A row without a record of its own, or without a near one, is not tested. */
static void corpus_covers_every_row(void **state)
{
	static struct reading r;

	(void)state;
	reading_new(&r);
	read_corpus(&r);
	for (size_t i = 0; i < r.nr_rows; i++) {
		if (!r.nr_known[i])
			fail_msg("row %zu, '%s', knows no record of the corpus",
				 i, r.table[i].name);
		if (!r.nr_near[row_of(&r, r.table[i].name)])
			fail_msg("no record is near row '%s'", r.table[i].name);
	}
	gr_sigset_free(r.set);
}

static void rows_are_whole(void **state)
{
	size_t nr;
	const struct gr_signature *table = gr_signatures(&nr);

	(void)state;
	for (size_t i = 0; i < nr; i++) {
		assert_in_range(strlen(table[i].name), 1, 47);
		assert_true(table[i].regex[0] && table[i].meaning[0]);
	}
}

/* A log that never says where a splat ends must not be collected for ever. */
static void endless_splat_is_cut(void **state)
{
	struct gr_splat splat = {0};
	static struct reading r;
	int nr = 1;

	(void)state;
	reading_new(&r);
	assert_false(gr_splat_feed(&splat, r.set, "BUG: KASAN: x in y"));
	while (!gr_splat_feed(&splat, r.set, " some_function+0x1/0x2"))
		assert_true(nr++ < 1000);
	assert_true(gr_splat_take(&splat, "kmsg", &r.found));
	assert_true(strlen(r.found.of[0].evidence) < GR_FINDING_EVIDENCE_MAX);
	assert_false(gr_splat_take(&splat, "kmsg", &r.found));
	gr_sigset_free(r.set);
}

/* What the stand-in of the log gives: a line, or a -errno. */
static struct {
	const char *line[16];
	int err[16];
	unsigned int nr, at;
	bool is_open;
	unsigned int nr_rearmed;
	int open_ret;
} script;

int __wrap_gr_kmsg_open(struct gr_kmsg *log)
{
	log->fd = script.open_ret ? -1 : 1000;
	script.is_open = !script.open_ret;
	return script.open_ret;
}

void __wrap_gr_kmsg_close(struct gr_kmsg *log)
{
	log->fd = -1;
	script.is_open = false;
}

int __wrap_gr_kmsg_read(struct gr_kmsg *log, struct gr_kmsg_rec *rec)
{
	assert_int_equal(log->fd, 1000);
	if (script.at == script.nr)
		return 0;
	if (script.err[script.at])
		return script.err[script.at++];
	snprintf(rec->text, sizeof(rec->text), "%s", script.line[script.at++]);
	return 1;
}

int __wrap_gr_kernel_rearm_warnings(void)
{
	script.nr_rearmed++;
	return 0;
}

static void log_line(const char *line)
{
	script.line[script.nr++] = line;
}

static void log_error(int err)
{
	script.err[script.nr++] = err;
}

struct life {
	struct gr_oracle o;
	struct gr_findings found;
	struct gr_reason why;
};

static void open_and_begin(struct life *l)
{
	const struct gr_ctx ctx = {0};
	const struct gr_oracle_ops *ops = gr_oracle_find("kmsg");

	memset(&script, 0, sizeof(script));
	memset(l, 0, sizeof(*l));
	l->o.ops = ops;
	l->o.priv = calloc(1, ops->priv_size);
	assert_non_null(l->o.priv);
	assert_int_equal(ops->open(&ctx, &l->o, &l->why), 0);
	assert_int_equal(ops->begin(&l->o, NULL), 0);
	assert_int_equal(script.nr_rearmed, 1);
}

static enum gr_sight sample_and_judge(struct life *l)
{
	l->o.ops->sample(&l->o, NULL, GR_POINT_END, &l->found);
	return l->o.ops->judge(&l->o, NULL, &l->found, &l->why);
}

static void close_and_free(struct life *l)
{
	l->o.ops->close(&l->o);
	assert_false(script.is_open);
	free(l->o.priv);
}

static void quiet_log_is_clean(void **state)
{
	struct life l;

	(void)state;
	open_and_begin(&l);
	log_line("nd_pmem namespace0.0: unable to guarantee persistence of "
		 "writes");
	log_line("EXT4-fs (pmem0): mounted filesystem");
	assert_int_equal(sample_and_judge(&l), GR_SIGHT_CLEAN);
	assert_int_equal(l.found.nr, 0);
	close_and_free(&l);
}

/* So that an oops can be laid at the door of one that has died of it. */
static void a_splat_tells_whose_it_is(void **state)
{
	static const struct {
		const char *line;
		pid_t pid;
	} of[] = {
		{"CPU: 0 PID: 93 Comm: init Not tainted 6.1.0", 93},
		{"CPU: 1 UID: 0 PID: 157 Comm: init Tainted: G D 6.12.0", 157},
		{"RIP: 0010:put_page+0x1/0x2", 0},
	};

	(void)state;
	for (size_t i = 0; i < GR_ARRAY_SIZE(of); i++) {
		struct life l;

		open_and_begin(&l);
		log_line("BUG: unable to handle page fault for address: "
			 "ffffea0008810288");
		log_line(of[i].line);
		log_line("CPU: 1 PID: 7 Uid: 0, and no Comm of this kind");
		log_line("---[ end trace 0000000000000000 ]---");
		assert_int_equal(sample_and_judge(&l), GR_SIGHT_VIOLATED);
		assert_int_equal(l.found.nr, 1);
		assert_int_equal(l.found.of[0].pid, of[i].pid);
		assert_int_equal(l.found.of[0].address, 0xffffea0008810288);
		close_and_free(&l);
	}
}

/* What the supervisor has shown on a hang is nobody's splat. */
static void what_is_shown_on_demand_ends_a_splat(void **state)
{
	struct life l;

	(void)state;
	open_and_begin(&l);
	log_line("mm/pgtable-generic.c:39: bad pud 00000000f20e81a6(8400)");
	log_line("sysrq: Show backtrace of all active CPUs");
	log_line("NMI backtrace for cpu 0");
	log_line("CPU: 0 PID: 155 Comm: init Not tainted 6.12.0");
	log_line("RIP: 0010:__pte_offset_map_lock+0x47/0x120");
	assert_int_equal(sample_and_judge(&l), GR_SIGHT_VIOLATED);
	assert_int_equal(l.found.nr, 1);
	assert_string_equal(l.found.of[0].where, "");
	assert_int_equal(l.found.of[0].pid, 0);
	close_and_free(&l);
}

/* The same trouble a hundred times is one finding of a case, and new in the
 * next one. */
static void trouble_is_found_once_a_case(void **state)
{
	struct life l;

	(void)state;
	open_and_begin(&l);
	for (int i = 0; i < 3; i++) {
		log_line("WARNING: CPU: 0 PID: 1 at mm/x.c:1 f+0x1/0x2");
		log_line("---[ end trace 0000000000000000 ]---");
	}
	log_line("WARNING: CPU: 0 PID: 1 at mm/x.c:9 g+0x1/0x2");
	assert_int_equal(sample_and_judge(&l), GR_SIGHT_VIOLATED);
	assert_int_equal(l.found.nr, 2);
	assert_string_equal(l.found.of[0].where, "f");
	assert_string_equal(l.found.of[1].where, "g");

	memset(&l.found, 0, sizeof(l.found));
	assert_int_equal(l.o.ops->begin(&l.o, NULL), 0);
	assert_int_equal(sample_and_judge(&l), GR_SIGHT_CLEAN);
	log_line("WARNING: CPU: 0 PID: 1 at mm/x.c:1 f+0x1/0x2");
	assert_int_equal(sample_and_judge(&l), GR_SIGHT_VIOLATED);
	assert_int_equal(l.found.nr, 1);
	close_and_free(&l);
}

/* Records that were overwritten may have been the trouble. */
static void gap_makes_blind(void **state)
{
	static const int errors[] = {-EPIPE, -EINVAL};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct life l;

		open_and_begin(&l);
		log_error(errors[i]);
		assert_int_equal(sample_and_judge(&l), GR_SIGHT_BLIND);
		assert_non_null(strstr(l.why.text, "gap"));
		assert_int_equal(l.o.ops->begin(&l.o, NULL), 0);
		assert_int_equal(sample_and_judge(&l), GR_SIGHT_CLEAN);
		close_and_free(&l);
	}
}

/* What comes after a gap is read all the same. */
static void gap_does_not_hide(void **state)
{
	struct life l;

	(void)state;
	open_and_begin(&l);
	log_error(-EPIPE);
	log_line("Kernel panic - not syncing: hung_task: blocked tasks");
	assert_int_equal(sample_and_judge(&l), GR_SIGHT_BLIND);
	assert_int_equal(l.found.nr, 1);
	assert_true(l.found.of[0].spends_kernel);
	close_and_free(&l);
}

static void selftest_sees(void **state)
{
	const struct gr_oracle_ops *ops = gr_oracle_find("kmsg");
	const struct gr_ctx ctx = {0};
	struct gr_reason why = {""};

	(void)state;
	memset(&script, 0, sizeof(script));
	assert_int_equal(ops->selftest(&ctx, &why), 0);
	script.open_ret = -EPERM;
	assert_int_equal(ops->selftest(&ctx, &why), -EOPNOTSUPP);
	assert_true(why.text[0] != '\0');
}

static void unreadable_log_is_blind(void **state)
{
	const struct gr_ctx ctx = {0};
	struct life l = {.o.ops = gr_oracle_find("kmsg")};

	(void)state;
	memset(&script, 0, sizeof(script));
	script.open_ret = -EPERM;
	l.o.priv = calloc(1, l.o.ops->priv_size);
	assert_non_null(l.o.priv);
	assert_int_equal(l.o.ops->open(&ctx, &l.o, &l.why), -EPERM);
	assert_true(l.why.text[0] != '\0');
	close_and_free(&l); /* legal after a failed open() */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_whole),
		cmocka_unit_test(rows_know_their_records),
		cmocka_unit_test(corpus_covers_every_row),
		cmocka_unit_test(endless_splat_is_cut),
		cmocka_unit_test(quiet_log_is_clean),
		cmocka_unit_test(a_splat_tells_whose_it_is),
		cmocka_unit_test(what_is_shown_on_demand_ends_a_splat),
		cmocka_unit_test(trouble_is_found_once_a_case),
		cmocka_unit_test(gap_makes_blind),
		cmocka_unit_test(gap_does_not_hide),
		cmocka_unit_test(unreadable_log_is_blind),
		cmocka_unit_test(selftest_sees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
