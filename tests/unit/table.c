// SPDX-License-Identifier: GPL-2.0-only
#include "report/table_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

static const char *name_of(char *buf, size_t len, const struct gr_ev_cell *cell)
{
	(void)snprintf(buf, len, "%s/%s/%s/%s", cell->place, cell->pin,
		       cell->inv, cell->range ? cell->range : "page");
	return buf;
}

static void plan(struct gr_table *t, struct gr_ev_cell cell)
{
	char name[128];
	const struct gr_ev_plan ev = {
		.name = name_of(name, sizeof(name), &cell),
		.cell = cell,
	};

	gr_table_plan(t, &ev);
}

static void end(struct gr_table *t, struct gr_ev_cell cell,
		enum gr_verdict verdict, uint64_t overlaps)
{
	char name[128];
	const struct gr_ev_case_end ev = {
		.name = name_of(name, sizeof(name), &cell),
		.verdict = verdict,
		.reason = verdict == GR_SKIP ? "needs module rdma_rxe" : "",
		.attempts = overlaps ? overlaps + 7 : 0,
		.overlaps = overlaps,
	};

	plan(t, cell);
	gr_table_end(t, &ev);
}

static char *print(struct gr_table *t)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	gr_table_print(out, t);
	assert_int_equal(fclose(out), 0);
	gr_table_fini(t);
	return text;
}

static void has_a_cell_for_each_pair(void **state)
{
	struct gr_table t = {0};
	char *text;

	(void)state;
	end(&t, (struct gr_ev_cell){"a/4K", "vmsplice", "ns_disable", NULL},
	    GR_KNOWN, 1);
	end(&t, (struct gr_ev_cell){"a/4K", "aio", "ns_disable", NULL}, GR_PASS,
	    72549);
	end(&t, (struct gr_ev_cell){"a/4K", "aio", "munmap", NULL}, GR_PASS,
	    999);
	end(&t, (struct gr_ev_cell){"a/4K", "vmsplice", "collapse_range", NULL},
	    GR_FAIL, 0);
	plan(&t, (struct gr_ev_cell){"a/4K", "aio", "unbind", NULL});
	text = print(&t);
	assert_string_equal(
		text,
		"\na/4K: verdict and pins that overlapped; - is no race\n\n"
		"          collapse_  munmap    ns_       unbind\n"
		"          range                disable   \n"
		"aio       -          PASS 999  PASS 73k  not run\n"
		"vmsplice  FAIL       -         KNOWN 1   -\n");
	free(text);
}

/* The gravest verdict, and all overlaps. */
static void folds_the_cases_of_a_cell(void **state)
{
	struct gr_table t = {0};
	char *text;

	(void)state;
	end(&t, (struct gr_ev_cell){"a/4K", "aio", "munmap", "page"}, GR_PASS,
	    900);
	end(&t, (struct gr_ev_cell){"a/4K", "aio", "munmap", "cross"}, GR_HANG,
	    334);
	text = print(&t);
	assert_non_null(strstr(text, "\naio  HANG 1.2k\n"));
	free(text);
}

static void has_a_table_for_each_place(void **state)
{
	struct gr_table t = {0};
	char *text, *second;

	(void)state;
	end(&t, (struct gr_ev_cell){"a/4K", "aio", "munmap", NULL}, GR_PASS, 5);
	end(&t, (struct gr_ev_cell){"a/2M", "aio", "unbind", NULL}, GR_PASS,
	    1500000);
	/* a check has no pair */
	plan(&t, (struct gr_ev_cell){"a/2M", NULL, NULL, NULL});
	text = print(&t);
	second = strstr(text, "\na/2M: ");
	assert_non_null(second);
	assert_null(strstr(second, "munmap"));
	assert_non_null(strstr(second, "PASS 1.5M"));
	free(text);
}

static void names_what_was_skipped(void **state)
{
	static const char *const pins[] = {"aio", "rdma_mr", "vmsplice"};
	struct gr_table t = {0};
	char *text;

	(void)state;
	for (int i = 0; i < 3; i++) {
		end(&t, (struct gr_ev_cell){"a/4K", pins[i], "munmap", NULL},
		    i == 1 ? GR_SKIP : GR_PASS, 5);
		end(&t, (struct gr_ev_cell){"a/4K", pins[i], "hwpoison", NULL},
		    GR_SKIP, 0);
	}
	end(&t, (struct gr_ev_cell){"a/4K", "aio", "unbind", NULL}, GR_SKIP, 0);
	end(&t, (struct gr_ev_cell){"a/4K", "vmsplice", "unbind", NULL},
	    GR_PASS, 1);
	end(&t,
	    (struct gr_ev_cell){"a/4K", "uring_fixed", GR_CELL_REFUSED, NULL},
	    GR_PASS, 0);
	end(&t, (struct gr_ev_cell){"a/4K", "siw_mr", GR_CELL_REFUSED, NULL},
	    GR_SKIP, 0);
	text = print(&t);
	assert_non_null(strstr(text, "rdma_mr   SKIP      SKIP 5  -\n"));
	assert_null(strstr(text, "\nuring_fixed"));
	assert_non_null(strstr(text, "\nrefused by the kernel, as they must "
				     "be: uring_fixed PASS\n"
				     "SKIP, needs module rdma_rxe: refusal of "
				     "siw_mr\n"
				     "SKIP, needs module rdma_rxe: rdma_mr, "
				     "hwpoison, aio/unbind\n"));
	free(text);
}

/* Many columns become several tables below each other. */
static void fits_the_width(void **state)
{
	struct gr_table t = {0};
	unsigned int nr_heads = 0, nr_cells = 0;
	char inv[32], *text, *rest, *line;

	(void)state;
	for (int i = 0; i < 35; i++) {
		snprintf(inv, sizeof(inv), "invalidator_of_kind_%02d", i);
		end(&t,
		    (struct gr_ev_cell){"a/4K", "splice_to_socket", inv, NULL},
		    GR_PASS, 100);
	}
	text = rest = print(&t);
	while ((line = strsep(&rest, "\n"))) {
		assert_true(strlen(line) <= GR_TABLE_WIDTH);
		nr_heads += strstr(line, "invalidator_") != NULL;
		for (char *at = line; (at = strstr(at, "PASS 100")); at++)
			nr_cells++;
	}
	assert_int_equal(nr_cells, 35);
	assert_true(nr_heads > 1);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_a_cell_for_each_pair),
		cmocka_unit_test(folds_the_cases_of_a_cell),
		cmocka_unit_test(has_a_table_for_each_place),
		cmocka_unit_test(names_what_was_skipped),
		cmocka_unit_test(fits_the_width),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
