#include <config.h>

#include "optbench/train/feed.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>

#include "../../lib/ob_test.h"
#include "optbench/base/clock.h"
#include "optbench/base/mem.h"
#include "optbench/base/rng.h"

enum { WIDTH = 5, ROWS = 100000, VALUES = 64, SLOTS = 2 };

static struct ob_feed *feed(size_t ring)
{
    struct ob_err err = { 0 };
    const struct ob_feed_sizes sizes = {
        .width = WIDTH, .ring = ring, .values = VALUES, .slots = SLOTS
    };
    struct ob_feed *f = ob_feed_create(&sizes, &err);
    assert_non_null(f);
    return f;
}

static void fill_row(struct ob_row *row, uint64_t step)
{
    row->step = step;
    row->has[0] = step & 31;
    for (size_t i = 0; i < WIDTH; i++)
        row->v[i] = (double)step * (double)(i + 1);
}

/* ---- one thread at each end ---- */

/* The training side: rows, snapshots, an answer to every command. */
static void *produce(void *arg)
{
    struct ob_feed *f = arg;
    struct ob_row *row = ob_xcalloc(1, ob_row_size(WIDTH));
    for (uint64_t k = 0; k < ROWS; k++) {
        fill_row(row, k);
        assert_true(ob_feed_push(f, row));
        struct ob_command c;
        while (ob_feed_pending(f) && ob_feed_receive(f, &c)) {
            struct ob_notice n = { .kind = OB_NOTICE_REPLY,
                                   .id = c.id,
                                   .ok = true,
                                   .step = k,
                                   .rows = ob_feed_rows(f) };
            ob_feed_notify(f, &n);
        }
        if (!ob_feed_watched(f) || k % 64)
            continue;
        struct ob_snapshot *s = ob_feed_cell(f);
        s->step = k;
        for (size_t i = 0; i < VALUES; i++) {
            s->value[i] = s->grad[i] = s->change[i] = (double)k;
            s->slot[0][i] = s->slot[1][i] = (double)k;
        }
        ob_feed_publish(f);
    }
    free(row);
    struct ob_notice end = { .kind = OB_NOTICE_ENDED, .rows = ob_feed_rows(f) };
    ob_feed_notify(f, &end);
    return NULL;
}

struct seen {
    uint64_t rows, snapshot, sent, answered;
    unsigned snapshots;
    bool ended;
};

static void drain(struct ob_feed *f, struct seen *seen)
{
    const struct ob_row *row;
    while ((row = ob_feed_peek(f))) {
        assert_int_equal(row->step, seen->rows);
        assert_int_equal(row->has[0], seen->rows & 31);
        for (size_t i = 0; i < WIDTH; i++)
            assert_true(row->v[i] == (double)seen->rows * (double)(i + 1));
        ob_feed_pop(f);
        seen->rows++;
    }
}

static void check_snapshot(struct ob_feed *f, struct seen *seen)
{
    bool fresh;
    const struct ob_snapshot *s = ob_feed_latest(f, &fresh);
    if (!s || !fresh)
        return;
    assert_true(s->step >= seen->snapshot);
    for (size_t i = 0; i < VALUES; i++) {
        assert_true(s->value[i] == (double)s->step && s->grad[i] == s->value[i]);
        assert_true(s->change[i] == s->value[i] && s->slot[1][i] == s->value[i]);
    }
    seen->snapshot = s->step;
    seen->snapshots++;
}

static void take_notices(struct ob_feed *f, struct seen *seen)
{
    struct ob_notice n;
    while (ob_feed_take(f, &n)) {
        /* What a notice counts can be read by now. */
        drain(f, seen);
        assert_true(seen->rows >= n.rows);
        if (n.kind == OB_NOTICE_ENDED)
            seen->ended = true;
        else
            assert_int_equal(n.id, ++seen->answered);
        ob_notice_finish(&n);
    }
}

static void nothing_is_lost_or_torn(void **state)
{
    (void)state;
    struct ob_feed *f = feed(256);
    struct seen seen = { 0 };
    pthread_t thread;
    ob_feed_watch(f, true);
    assert_int_equal(pthread_create(&thread, NULL, produce, f), 0);
    while (!seen.ended) {
        struct pollfd fd = { .fd = ob_feed_fd(f), .events = POLLIN };
        assert_int_equal(poll(&fd, 1, 10000), 1); /* a lost wake would hang here */
        ob_feed_acknowledge(f);
        drain(f, &seen);
        check_snapshot(f, &seen);
        take_notices(f, &seen);
        if (!seen.ended && seen.sent < 500) {
            struct ob_command c = { .id = ++seen.sent, .verb = OB_VERB_STATUS };
            ob_feed_send(f, &c);
        }
    }
    pthread_join(thread, NULL);
    assert_int_equal(seen.rows, ROWS);
    assert_int_equal(ob_feed_rows(f), ROWS);
    assert_true(seen.snapshots > 0);
    ob_feed_destroy(f);
}

/* ---- single steps ---- */

static bool readable(struct ob_feed *f)
{
    struct pollfd fd = { .fd = ob_feed_fd(f), .events = POLLIN };
    return poll(&fd, 1, 0) == 1;
}

static void wakes_are_few_and_never_missing(void **state)
{
    (void)state;
    struct ob_feed *f = feed(64);
    struct ob_row *row = ob_xcalloc(1, ob_row_size(WIDTH));
    for (uint64_t k = 0; k < 16; k++) {
        fill_row(row, k);
        assert_true(ob_feed_push(f, row));
    }
    assert_false(readable(f)); /* few rows wait for the flush timer */
    for (uint64_t k = 16; k < 64; k++) {
        fill_row(row, k);
        assert_true(ob_feed_push(f, row));
    }
    assert_true(readable(f)); /* a ring half full does not */
    ob_feed_acknowledge(f);
    assert_false(readable(f));
    ob_feed_publish(f);
    assert_true(readable(f));
    free(row);
    ob_feed_destroy(f);
}

static void *push_until_closed(void *arg)
{
    struct ob_row *row = ob_xcalloc(1, ob_row_size(WIDTH));
    uint64_t k = 0;
    do
        fill_row(row, k++);
    while (ob_feed_push(arg, row));
    free(row);
    return NULL;
}

static void closing_lets_a_waiting_trainer_go(void **state)
{
    (void)state;
    struct ob_feed *f = feed(8);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, push_until_closed, f), 0);
    struct pollfd fd = { .fd = ob_feed_fd(f), .events = POLLIN };
    assert_int_equal(poll(&fd, 1, 10000), 1); /* the ring is full or nearly so */
    ob_feed_close(f);
    pthread_join(thread, NULL);
    assert_true(ob_feed_closed(f));
    ob_feed_destroy(f);
}

struct maker {
    struct ob_feed *f;
    _Atomic size_t made; /* checkpoints that are queued or were */
};

static void *save_until_closed(void *arg)
{
    struct maker *m = arg;
    while (!ob_feed_closed(m->f)) {
        struct ob_notice n = { .kind = OB_NOTICE_CHECKPOINT };
        n.data = ob_xcalloc(1, sizeof *n.data);
        ob_feed_notify(m->f, &n);
        atomic_fetch_add(&m->made, 1);
    }
    return NULL;
}

/* A trainer that is faster than the disk does not fill the memory with its state. */
static void few_checkpoints_are_queued(void **state)
{
    (void)state;
    struct maker m = { .f = feed(8) };
    struct ob_notice n;
    pthread_t thread;
    size_t taken = 0;
    assert_int_equal(pthread_create(&thread, NULL, save_until_closed, &m), 0);
    struct pollfd fd = { .fd = ob_feed_fd(m.f), .events = POLLIN };
    while (taken < 1000) {
        assert_int_equal(poll(&fd, 1, 10000), 1);
        ob_feed_acknowledge(m.f);
        assert_true(atomic_load(&m.made) <= taken + OB_FEED_CHECKPOINTS);
        while (ob_feed_take(m.f, &n)) {
            ob_notice_finish(&n);
            taken++;
        }
    }
    ob_feed_close(m.f);
    pthread_join(thread, NULL);
    ob_feed_destroy(m.f);
}

static void *send_soon(void *arg)
{
    const struct ob_command c = {
        .id = 9, .verb = OB_VERB_SET, .key = "lr", .value = "1"
    };
    ob_feed_send(arg, &c);
    return NULL;
}

static void a_command_ends_a_sleep(void **state)
{
    (void)state;
    struct ob_feed *f = feed(8);
    struct ob_command c;
    pthread_t thread;
    assert_false(ob_feed_receive(f, &c));
    assert_false(ob_feed_sleep(f, ob_clock_ns() - 1));
    assert_int_equal(pthread_create(&thread, NULL, send_soon, f), 0);
    assert_true(ob_feed_sleep(f, INT64_MAX));
    pthread_join(thread, NULL);
    assert_true(ob_feed_pending(f));
    assert_true(ob_feed_receive(f, &c));
    assert_int_equal(c.id, 9);
    assert_string_equal(c.key, "lr");
    assert_false(ob_feed_pending(f));
    ob_feed_destroy(f);
}

/* What nobody took is released with the feed: the address sanitizer looks. */
static void carried_data_are_owned(void **state)
{
    (void)state;
    struct ob_feed *f = feed(8);
    const size_t shape[] = { 3 };
    struct ob_notice n = { .kind = OB_NOTICE_CHECKPOINT };
    n.data = ob_xcalloc(1, sizeof *n.data);
    assert_non_null(ob_safetensors_add(n.data, "w", OB_ARRAY_F64, 1, shape, NULL, NULL));
    ob_feed_notify(f, &n);
    const struct ob_command c = { .verb = OB_VERB_PAUSE };
    ob_feed_send(f, &c);
    ob_feed_destroy(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_lost_or_torn),
        cmocka_unit_test(wakes_are_few_and_never_missing),
        cmocka_unit_test(closing_lets_a_waiting_trainer_go),
        cmocka_unit_test(few_checkpoints_are_queued),
        cmocka_unit_test(a_command_ends_a_sleep),
        cmocka_unit_test(carried_data_are_owned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
