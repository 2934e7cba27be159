// SPDX-License-Identifier: GPL-2.0-only
#include "engine/start.h"

#include <pthread.h>
#include <unistd.h>

#include "base/ticks.h"
#include "test.h"

#define ROUNDS 200
#define LONG_TICKS (1ull << 40) /* minutes */

struct meeting {
	struct gr_start start;
	uint32_t abort;
	uint32_t nr_met; /* parties that were not late, all rounds */
	uint32_t ahead; /* left a round before all had come: must stay 0 */
	uint32_t came[ROUNDS + 1]; /* parties, by round */
};

static void come(struct meeting *m, uint32_t round)
{
	(void)__atomic_add_fetch(&m->came[round], 1, __ATOMIC_SEQ_CST);
}

static void leave(struct meeting *m, uint32_t round, bool met)
{
	if (!met)
		return;
	(void)__atomic_add_fetch(&m->nr_met, 1, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&m->came[round], __ATOMIC_SEQ_CST) != m->start.nr)
		(void)__atomic_add_fetch(&m->ahead, 1, __ATOMIC_SEQ_CST);
}

static void *party(void *arg)
{
	struct meeting *m = arg;

	for (uint32_t round = 1; round <= ROUNDS; round++) {
		while (!gr_start_called(&m->start, round))
			__builtin_ia32_pause();
		come(m, round);
		leave(m, round, gr_start_meet(&m->start, round));
	}
	return NULL;
}

static void meet(unsigned int nr, unsigned int nr_cpus, bool sleeps)
{
	struct meeting m = {.abort = 0};
	pthread_t thread[2];

	gr_start_init(&m.start, nr, nr_cpus, &m.abort);
	assert_int_equal(m.start.sleeps, sleeps);
	for (unsigned int i = 0; i + 1 < nr; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, party, &m),
				 0);
	for (uint32_t round = 1; round <= ROUNDS; round++) {
		come(&m, round);
		gr_start_call(&m.start, round);
		leave(&m, round, gr_start_lead(&m.start, round, LONG_TICKS));
		/* as a race does: nobody is called while others are on the way */
		while (__atomic_load_n(&m.nr_met, __ATOMIC_SEQ_CST) !=
		       nr * round)
			__builtin_ia32_pause();
	}
	for (unsigned int i = 0; i + 1 < nr; i++)
		(void)pthread_join(thread[i], NULL); /* ours, once */
	assert_int_equal(m.ahead, 0);
}

static void two_meet(void **state)
{
	(void)state;
	meet(2, 2, false);
}

static void three_meet(void **state)
{
	(void)state;
	meet(3, 8, false);
}

/* On one processor a spinning party would keep the other one from coming. */
static void too_few_processors_sleep(void **state)
{
	(void)state;
	meet(2, 1, true);
	meet(3, 2, true);
}

static void leader_opens_in_the_end(void **state)
{
	uint32_t abort = 0;
	struct gr_start s;

	(void)state;
	gr_start_init(&s, 2, 2, &abort);
	gr_start_call(&s, 1);
	assert_false(gr_start_lead(&s, 1, 1000));
	assert_false(gr_start_meet(&s, 1)); /* late: at once */
	gr_start_init(&s, 2, 1, &abort);
	gr_start_call(&s, 1);
	assert_false(gr_start_lead(&s, 1, 1000));
	assert_false(gr_start_meet(&s, 1));
}

static void nobody_waits_when_it_is_over(void **state)
{
	uint32_t abort = 1;
	struct gr_start s;

	(void)state;
	for (unsigned int nr_cpus = 1; nr_cpus <= 2; nr_cpus++) {
		gr_start_init(&s, 2, nr_cpus, &abort);
		gr_start_call(&s, 5);
		assert_true(gr_start_called(&s, 5));
		assert_false(gr_start_meet(&s, 5));
		gr_start_init(&s, 2, nr_cpus, &abort);
		gr_start_call(&s, 5);
		assert_false(gr_start_lead(&s, 5, LONG_TICKS));
	}
}

static void ticks_go_on(void **state)
{
	uint64_t before = gr_ticks();
	double rate = gr_ticks_per_us();

	(void)state;
	assert_true(rate > 1 && rate < 100000);
	assert_true(gr_ticks() - before >
		    (uint64_t)rate); /* it spun for 2 ms */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_meet),
		cmocka_unit_test(three_meet),
		cmocka_unit_test(too_few_processors_sleep),
		cmocka_unit_test(leader_opens_in_the_end),
		cmocka_unit_test(nobody_waits_when_it_is_over),
		cmocka_unit_test(ticks_go_on),
	};

	(void)alarm(60); /* parties that wait for ever are a failure */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
