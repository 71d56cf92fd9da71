#include <config.h>

#include "../../lib/ob_test.h"

#include "../../../src/ui/pace.h"
#include "optbench/base/compiler.h"

#define SECOND_NS INT64_C(1000000000)

/* A pseudo terminal that takes `room` bytes, then blocks until nearly all has gone, with
 * a reader of `rate` bytes a second behind it. */
struct line {
    double rate, room, filled;
    int64_t now, blocked;
    uint64_t bytes;
};

static void pass(struct line *l, int64_t ns)
{
    l->now += ns;
    l->filled -= l->rate * (double)ns * 1e-9;
    l->filled = l->filled > 0 ? l->filled : 0;
}

/* Returns how long it took. */
static int64_t put(struct line *l, double n)
{
    enum { LOW = 500 };
    int64_t took = 0;
    l->bytes += (uint64_t)n;
    l->filled += n;
    if (l->filled > l->room) {
        took = (int64_t)((l->filled - LOW) / l->rate * 1e9);
        pass(l, took);
        l->blocked += took;
    }
    return took;
}

/* Frames of n bytes whenever they may come, for some seconds; how many there were. */
static int draw(struct line *l, struct ob_pace *p, double n, int seconds)
{
    int64_t end = l->now + seconds * SECOND_NS;
    int frames = 0;
    l->blocked = 0;
    for (; l->now < end; frames++) {
        int64_t start = l->now, took = put(l, n);
        ob_pace_drawn(p, start, took, took, l->bytes);
        int64_t next = ob_pace_next(p, start);
        pass(l, next > l->now ? next - l->now : 0);
    }
    return frames;
}

static void a_quick_line_is_left_alone(void **state)
{
    (void)state;
    struct line l = { .rate = 1e7, .room = 2e4 };
    struct ob_pace p;
    ob_pace_init(&p, 30, 0);
    assert_in_range(draw(&l, &p, 4000, 10), 299, 301);
    assert_true(p.rate == 0);
}

/* It blocks once, then it is known; most of what it can carry is used. */
static void a_slow_line_is_found_out(void **state)
{
    (void)state;
    static const double rate[] = { 5000, 20000 };
    for (size_t i = 0; i < OB_COUNT(rate); i++) {
        struct line l = { .rate = rate[i], .room = 2e4 };
        struct ob_pace p;
        ob_pace_init(&p, 30, 0);
        draw(&l, &p, 1000, 20);
        draw(&l, &p, 1000, 20);
        assert_true(l.blocked < 2 * SECOND_NS);
        assert_true(l.filled < 0.6 * rate[i]);
        uint64_t before = l.bytes;
        draw(&l, &p, 1000, 20);
        assert_true((double)(l.bytes - before) > 0.4 * 20 * rate[i]);
    }
}

/* Small frames of a run in its later life are drawn as often as asked for. */
static void small_frames_need_no_rest(void **state)
{
    (void)state;
    struct line l = { .rate = 5000, .room = 2e4 };
    struct ob_pace p;
    ob_pace_init(&p, 10, 0);
    draw(&l, &p, 4000, 30);
    draw(&l, &p, 100, 60);
    assert_in_range(draw(&l, &p, 100, 10), 99, 101);
}

/* Ctrl-S holds a write for as long as the person likes: no measure of the line. */
static void a_held_line_is_not_slow(void **state)
{
    (void)state;
    struct line l = { .rate = 1e7, .room = 2e4 };
    struct ob_pace p;
    ob_pace_init(&p, 10, 0);
    draw(&l, &p, 1000, 1);
    l.bytes += 1000;
    ob_pace_drawn(&p, l.now, 60 * SECOND_NS, 60 * SECOND_NS, l.bytes);
    pass(&l, 60 * SECOND_NS);
    assert_true(p.rate == 0);
    draw(&l, &p, 1000, 10);
    assert_in_range(draw(&l, &p, 1000, 10), 99, 101);
}

/* A machine that draws slowly draws seldom, and often again when it is quick. */
static void a_busy_machine_gets_fewer_frames(void **state)
{
    (void)state;
    struct ob_pace p;
    int64_t now = 0;
    ob_pace_init(&p, 30, 0);
    for (int i = 0; i < 10; i++, now = ob_pace_next(&p, now))
        ob_pace_drawn(&p, now, SECOND_NS / 25, 0, 0);
    int64_t between = ob_pace_next(&p, now) - now;
    assert_true(between >= 2 * SECOND_NS / 25 && between < SECOND_NS / 5);
    for (int i = 0; i < 100; i++, now = ob_pace_next(&p, now))
        ob_pace_drawn(&p, now, 1000000, 0, 0);
    assert_int_equal(ob_pace_next(&p, now) - now, SECOND_NS / 30);
}

/* News of n bytes as often as they may come; the bytes of so many seconds. */
static double spend(struct ob_pace *p, int64_t *now, uint64_t n, int cells, int seconds)
{
    int64_t end = *now + seconds * SECOND_NS;
    double bytes = 0;
    while (*now < end) {
        bytes += (double)n;
        ob_pace_spend(p, *now, n, cells);
        *now = ob_pace_next(p, *now);
    }
    return bytes;
}

/* Twice as much is to be shown as may be: it is shown half as often. */
static void news_keep_to_their_allowance(void **state)
{
    (void)state;
    static const struct {
        int cells, fps;
        double most;
    } of[] = {
        { 1, 10, 3000 },       { 1920, 10, 3000 },   { 1920, 30, 5000 },
        { 3360, 10, 4500 },    { 4800, 20, 7000 },   { 4800, 30, 8000 },
        { 10800, 30, 11500 },  { 16800, 10, 10000 }, { 16800, 30, 15000 },
        { 100000, 60, 15000 },
    };
    for (size_t i = 0; i < OB_COUNT(of); i++) {
        struct ob_pace p;
        int64_t now = SECOND_NS;
        ob_pace_init(&p, of[i].fps, now);
        uint64_t n = (uint64_t)(2 * of[i].most / of[i].fps);
        /* With what is there at the beginning. */
        assert_true(spend(&p, &now, n, of[i].cells, 10) <= 10 * of[i].most);
        double bytes = spend(&p, &now, n, of[i].cells, 60);
        assert_true(bytes <= 60 * of[i].most && bytes > 0.8 * 60 * of[i].most);
    }
}

static void a_short_burst_passes(void **state)
{
    (void)state;
    enum { CELLS = 80 * 24, BURST = 4 };
    struct ob_pace p;
    int64_t now = SECOND_NS;
    ob_pace_init(&p, 10, now);
    spend(&p, &now, 1000, CELLS, 20); /* nothing is saved any more */
    assert_true(p.paid_at == now);
    now += 10 * SECOND_NS;
    for (int i = 0; i < BURST; i++) {
        ob_pace_spend(&p, now, 900, CELLS);
        assert_true(ob_pace_next(&p, now) == now + SECOND_NS / 10);
        now += SECOND_NS / 10;
    }
    ob_pace_spend(&p, now, 100000, CELLS);
    assert_true(ob_pace_next(&p, now) == now + SECOND_NS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quick_line_is_left_alone),
        cmocka_unit_test(a_slow_line_is_found_out),
        cmocka_unit_test(small_frames_need_no_rest),
        cmocka_unit_test(a_held_line_is_not_slow),
        cmocka_unit_test(a_busy_machine_gets_fewer_frames),
        cmocka_unit_test(news_keep_to_their_allowance),
        cmocka_unit_test(a_short_burst_passes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
