// SPDX-License-Identifier: GPL-2.0-only
/* Contract of every pin, on anonymous memory and files. */
#include "core/pin.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "base/util.h"
#include "contract.h"
#include "core/registry.h"
#include "sys/call.h"

#define NR_PAGES 2u
#define LEN (NR_PAGES * GR_TEST_PAGE)

/* One instance of a pin with its memory. */
struct trial {
	const struct gr_pin_ops *ops;
	struct gr_test_disks *disks;
	struct gr_pin pin;
	char *pages;
	struct iovec iov;
};

static void begin(struct trial *x, void **state)
{
	const struct gr_test_each *each = *state;

	x->ops = each->ops;
	x->disks = each->disks;
	(void)gr_test_need_pin(x->disks, x->ops->name);
	x->pages = gr_test_pages(NR_PAGES);
	x->iov = (struct iovec){x->pages, LEN};
	assert_int_equal(gr_pin_init(&x->pin, x->ops, &x->disks->target), 0);
	x->pin.keep_data = true;
}

static void set_up(struct trial *x, void **state)
{
	begin(x, state);
	assert_int_equal(x->ops->setup(&x->disks->ctx, &x->pin, &x->iov, 1), 0);
}

static void end(struct trial *x)
{
	x->ops->teardown(&x->pin);
	gr_pin_fini(&x->pin);
	if (x->pages)
		gr_test_unmap(x->pages, NR_PAGES);
}

static void assert_pins(struct trial *x)
{
	assert_int_equal(x->ops->pin(&x->pin, &x->iov, 1), LEN);
}

static void unpin(struct trial *x)
{
	if (x->ops->unpin)
		assert_int_equal(x->ops->unpin(&x->pin), 0);
}

static void is_described(void **state)
{
	const struct gr_test_each *each = *state;
	const struct gr_pin_ops *ops = each->ops;
	unsigned int way = GR_PIN_READS_MEM | GR_PIN_WRITES_MEM;

	assert_non_null(ops->name);
	assert_true(ops->summary && *ops->summary);
	assert_true(ops->flags & way);
	assert_int_equal(ops->kind == GR_PIN_HELD, ops->unpin != NULL);
	assert_true(!ops->fetch || ops->flags & GR_PIN_READS_MEM);
	assert_true(!ops->feed || ops->flags & GR_PIN_WRITES_MEM);
	assert_true(ops->refusal >= 0);
	assert_ptr_equal(gr_pin_find(ops->name), ops);
}

/* Who says yes where nothing was set up can do without. */
static void works_with(const struct gr_test_each *each,
		       const struct gr_ctx *ctx)
{
	struct trial x = {.ops = each->ops};

	x.pages = gr_test_pages(NR_PAGES);
	x.iov = (struct iovec){x.pages, LEN};
	assert_int_equal(gr_pin_init(&x.pin, x.ops, &each->disks->target), 0);
	assert_int_equal(x.ops->setup(ctx, &x.pin, &x.iov, 1), 0);
	assert_pins(&x);
	unpin(&x);
	end(&x);
}

static void says_why_not(void **state)
{
	const struct gr_test_each *each = *state;
	const struct gr_pin_ops *ops = each->ops;
	const struct gr_ctx nothing = {0};
	struct gr_reason why = {""};
	int ret;

	ret = ops->probe(&nothing, &why);
	if (ret == GR_PIN_REFUSED)
		assert_true(ops->refusal > 0);
	else if (ret)
		assert_true(ret < 0 && why.text[0]);
	else
		works_with(each, &nothing);
	why.text[0] = '\0';
	ret = ops->probe(&each->disks->ctx, &why);
	assert_true(ret >= 0 ? ret <= GR_PIN_REFUSED : why.text[0] != '\0');
}

static void one_life(void **state)
{
	struct trial x;

	set_up(&x, state);
	for (int i = 0; i < 2; i++) {
		assert_pins(&x);
		unpin(&x);
	}
	end(&x);
}

static void lives_twice(void **state)
{
	struct gr_test_holds before;

	gr_test_holds(&before);
	one_life(state);
	gr_test_assert_holds(&before);
	one_life(state);
	gr_test_assert_holds(&before);
}

/* A pin that is still held when its worker gives up goes with it. */
static void teardown_while_pinned(void **state)
{
	struct gr_test_holds before;
	struct trial x;

	gr_test_holds(&before);
	set_up(&x, state);
	assert_pins(&x);
	end(&x);
	gr_test_assert_holds(&before);
}

/* The other end is missing, for those that have one. */
static void no_other_end(void **state)
{
	struct gr_test_disks gone;
	struct gr_test_holds before;
	struct gr_test_log log;
	struct trial x;
	int ret;

	gr_test_holds(&before);
	begin(&x, state);
	gone = *x.disks;
	strcpy(gone.ctx.sink, "nowhere/sink");
	strcpy(gone.ctx.store, "nowhere/store");
	strcpy(gone.target.dev, "nowhere/dev");
	x.pin.target = &gone.target;
	gr_test_log_to(&log);
	ret = x.ops->setup(&gone.ctx, &x.pin, &x.iov, 1);
	gr_test_log_to(NULL);
	if (ret) {
		assert_int_equal(ret, -ENOENT);
		assert_int_equal(log.nr, 1);
		assert_non_null(strstr(log.text, "nowhere/"));
	}
	end(&x);
	gr_test_assert_holds(&before);
}

static void allow_fds(rlim_t nr, struct rlimit *saved)
{
	struct rlimit few;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, saved), 0);
	few = *saved;
	few.rlim_cur = nr;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
}

/* setup() with room for @nr descriptors; what it said. */
static int setup_with(struct trial *x, rlim_t nr)
{
	struct rlimit saved;
	int ret;

	allow_fds(nr, &saved);
	ret = x->ops->setup(&x->disks->ctx, &x->pin, &x->iov, 1);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &saved), 0);
	return ret;
}

/* setup() fails at each of the descriptors that it opens, if any, in turn. */
static void fails_anywhere(void **state)
{
	struct gr_test_holds before, held;
	struct gr_test_log log;
	unsigned int nr_failed = 0;
	int ret = -1;

	for (rlim_t nr = 3; ret && nr < 64; nr++) {
		struct trial x;

		gr_test_holds(&before);
		begin(&x, state);
		gr_test_log_to(&log);
		ret = setup_with(&x, nr);
		gr_test_log_to(NULL);
		if (ret) {
			assert_int_equal(ret, -EMFILE);
			assert_int_equal(log.nr, 1);
			nr_failed++;
		}
		gr_test_holds(&held);
		end(&x);
		gr_test_assert_holds(&before);
	}
	assert_int_equal(ret, 0);
	assert_true(nr_failed > 0 || held.nr_fds == before.nr_fds);
}

static void unmapped_is_efault(void **state)
{
	struct trial x;

	set_up(&x, state);
	gr_test_unmap(x.pages, NR_PAGES);
	x.pages = NULL;
	assert_int_equal(x.ops->pin(&x.pin, &x.iov, 1), -EFAULT);
	unpin(&x);
	end(&x);
}

static void takes_many_iovecs(void **state)
{
	struct iovec iov[GR_PIN_IOV_MAX];
	struct trial x;
	char *pages;

	begin(&x, state);
	/* not neighbours, so that they cannot be merged */
	pages = gr_test_pages(2 * GR_PIN_IOV_MAX);
	for (int i = 0; i < GR_PIN_IOV_MAX; i++)
		iov[i] = (struct iovec){pages + (size_t)2 * i * GR_TEST_PAGE,
					GR_TEST_PAGE};
	assert_int_equal(
		x.ops->setup(&x.disks->ctx, &x.pin, iov, GR_PIN_IOV_MAX), 0);
	assert_int_equal(x.ops->pin(&x.pin, iov, GR_PIN_IOV_MAX),
			 GR_PIN_IOV_MAX * GR_TEST_PAGE);
	unpin(&x);
	end(&x);
	gr_test_unmap(pages, 2 * GR_PIN_IOV_MAX);
}

/* For two contents, so that what was left by another test cannot do. */
static void fetches_what_was_there(void **state)
{
	char *got = gr_test_pages(NR_PAGES);

	for (unsigned char tag = 1; tag <= 2; tag++) {
		struct trial x;

		set_up(&x, state);
		gr_test_fill(x.pages, LEN, tag);
		assert_pins(&x);
		assert_int_equal(x.ops->fetch(&x.pin, got, LEN), LEN);
		gr_test_assert_filled(got, LEN, tag);
		unpin(&x);
		end(&x);
	}
	gr_test_unmap(got, NR_PAGES);
}

static void what_is_fed_arrives(void **state)
{
	char *food = gr_test_pages(NR_PAGES);

	for (unsigned char tag = 3; tag <= 4; tag++) {
		struct trial x;

		set_up(&x, state);
		if (x.ops->flags & GR_PIN_READS_MEM)
			assert_pins(&x); /* the next one writes */
		gr_test_fill(food, LEN, tag);
		assert_int_equal(x.ops->feed(&x.pin, food, LEN), 0);
		assert_pins(&x);
		unpin(&x);
		gr_test_assert_filled(x.pages, LEN, tag);
		end(&x);
	}
	gr_test_unmap(food, NR_PAGES);
}

static void add_all(struct gr_test_table *t, const struct gr_pin_ops *ops)
{
	const char *name = ops->name;

	gr_test_add(t, "is described", name, ops, is_described);
	if (ops->probe)
		gr_test_add(t, "says why not", name, ops, says_why_not);
	gr_test_add(t, "lives twice", name, ops, lives_twice);
	gr_test_add(t, "torn down while pinned", name, ops,
		    teardown_while_pinned);
	gr_test_add(t, "no other end", name, ops, no_other_end);
	gr_test_add(t, "setup fails anywhere", name, ops, fails_anywhere);
	gr_test_add(t, "unmapped is EFAULT", name, ops, unmapped_is_efault);
	gr_test_add(t, "takes many iovecs", name, ops, takes_many_iovecs);
	if (ops->fetch)
		gr_test_add(t, "fetches what was there", name, ops,
			    fetches_what_was_there);
	if (ops->feed)
		gr_test_add(t, "what is fed arrives", name, ops,
			    what_is_fed_arrives);
}

int main(void)
{
	static struct gr_test_table table;

	for (const struct gr_pin_ops *const *p = gr_pins(); *p; p++)
		add_all(&table, *p);
	return gr_test_run(&table, "pins");
}
