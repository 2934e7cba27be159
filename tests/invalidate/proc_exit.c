// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <signal.h>

#include "contract.h"
#include "core/invalidate.h"
#include "core/registry.h"
#include "sys/process.h"

/* How a victim answers. */
enum manner {
	LEAVES, /* when it is told to */
	ENDS_ITSELF, /* at once, with a status that nobody asked for */
};

static struct gr_victim *victim_new(enum manner manner)
{
	struct gr_victim *v;
	void *mem;
	pid_t pid;

	assert_int_equal(gr_shared_new(sizeof(*v), &mem), 0);
	v = mem;
	pid = gr_fork(-1);
	assert_true(pid >= 0);
	if (!pid) {
		while (manner == LEAVES &&
		       !__atomic_load_n(&v->leave, __ATOMIC_ACQUIRE))
			(void)gr_futex_wait(&v->leave, 0, 1000000000);
		gr_exit_now(manner == LEAVES ? 0 : 7);
	}
	v->pid = pid;
	return v;
}

static int ends(enum manner manner)
{
	struct gr_victim *v = victim_new(manner);
	struct gr_invalidate inv = {
		.ops = gr_invalidate_find("proc_exit"),
		.victim = v,
	};
	struct gr_ctx ctx = {0};
	int status, ret;

	assert_non_null(inv.ops);
	assert_int_equal(inv.ops->setup(&ctx, &inv), 0);
	if (manner == ENDS_ITSELF)
		while (gr_process_state(v->pid) != 'Z')
			;
	ret = inv.ops->invalidate(&inv);
	assert_int_equal(v->pid, 0);
	assert_int_equal(gr_reap(-1, 0, &status), -ECHILD); /* it is reaped */
	assert_int_equal(inv.ops->restore(&inv), 0);
	inv.ops->teardown(&inv);
	gr_shared_free(v, sizeof(*v));
	return ret;
}

static void ends_the_victim(void **state)
{
	(void)state;
	assert_int_equal(ends(LEAVES), 0);
}

/* Another end than the one that was asked for is none. */
static void another_end_is_told(void **state)
{
	(void)state;
	assert_int_equal(ends(ENDS_ITSELF), -ECHILD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends_the_victim),
		cmocka_unit_test(another_end_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
