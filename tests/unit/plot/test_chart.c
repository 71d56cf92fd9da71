#include "../../lib/ob_test.h"

#include <math.h>

#include "../../lib/ob_golden.h"
#include "optbench/base/rng.h"
#include "optbench/plot/chart.h"
#include "optbench/plot/dots.h"

struct curve {
    struct ob_series x, y, lo, hi;
};

static void finish(struct curve *c)
{
    ob_series_finish(&c->x);
    ob_series_finish(&c->y);
    ob_series_finish(&c->lo);
    ob_series_finish(&c->hi);
}

static void add(struct curve *c, double x, double y)
{
    ob_series_append(&c->x, x);
    ob_series_append(&c->y, y);
}

static struct ob_trace trace(const struct curve *c, enum ob_ink ink)
{
    struct ob_trace t = { .x = &c->x, .y = &c->y, .n = c->x.n, .ink = ink };
    if (c->lo.n > 0) {
        t.lo = &c->lo;
        t.hi = &c->hi;
    }
    return t;
}

static void draw(struct ob_chart *chart, struct ob_dots *d, const struct ob_trace *t,
                 size_t n)
{
    ob_dots_clear(d);
    ob_chart_fit(chart, t, n, &d->surface.extent, 0);
    ob_chart_draw(chart, t, n, &d->surface);
}

/* Masks of one ink, for comparing pictures. */
static size_t different(const struct ob_dots *a, const struct ob_dots *b, enum ob_ink ink,
                        size_t *dots)
{
    size_t wrong = 0;
    *dots = 0;
    for (int i = 0; i < a->cols * a->rows; i++) {
        wrong += (size_t)__builtin_popcount(a->cell[i].mask[ink] ^ b->cell[i].mask[ink]);
        *dots += (size_t)__builtin_popcount(b->cell[i].mask[ink]);
    }
    return wrong;
}

/* Every segment drawn by itself, with the axes that the chart chose. */
static void draw_segments(const struct ob_chart *c, const struct curve *v,
                          struct ob_dots *d)
{
    int x0 = 2 * c->gutter, w = 2 * d->cols - x0, h = 4 * (d->rows - 2);
    int px = 0, py = 0;
    for (size_t i = 0; i < v->x.n; i++) {
        double y = ob_series_at(&v->y, i);
        int yy = 4 + (int)lrint(ob_scale_below(&c->y, y) * (h - 1));
        double x = ob_series_at(&v->x, i), along = c->log_x ? log1p(x) : x;
        int xx = x0 + (int)floor((along - c->x0) / c->per_dot);
        assert_true(xx < x0 + w);
        if (i > 0)
            d->surface.type->line(
                &d->surface,
                &(struct ob_stroke){ px, py, xx, yy, OB_INK_A, OB_DASH_SOLID });
        px = xx;
        py = yy;
    }
}

static void equals_drawing_every_segment(void **state)
{
    (void)state;
    static const size_t length[] = { 2, 5, 137, 1043, 60000 };
    struct ob_rng r;
    ob_rng_init(&r, 4, 0);
    for (size_t k = 0; k < sizeof length / sizeof *length; k++) {
        for (int kind = 0; kind < 12; kind++) {
            struct curve v = { 0 };
            struct ob_chart c = { .title = "t",
                                  .scale = (enum ob_scale_kind)(kind % 3),
                                  .log_x = kind / 6 };
            struct ob_dots got = { 0 }, want = { 0 };
            double step = 0;
            for (size_t i = 0; i < length[k]; i++) {
                double t = (double)i / (double)length[k];
                double noise = kind / 3 % 2 ? ob_rng_uniform(&r) : 0.5;
                double below = kind % 3 == OB_SCALE_SYMLOG ? -0.3 * noise : 1e-3;
                add(&v, step, 2.3 * exp(-9 * t) * (0.5 + noise) + below);
                step += i < length[k] / 2 ? 1 : 4;
            }
            ob_dots_size(&got, 80, 20);
            ob_dots_size(&want, 80, 20);
            struct ob_trace t = trace(&v, OB_INK_A);
            draw(&c, &got, &t, 1);
            draw_segments(&c, &v, &want);
            size_t dots;
            assert_int_equal(different(&got, &want, OB_INK_A, &dots), 0);
            assert_true(dots > 20);
            ob_dots_finish(&got);
            ob_dots_finish(&want);
            finish(&v);
        }
    }
}

/* A column that is complete looks the same in every later frame until the axis doubles.
 */
static void complete_columns_stay(void **state)
{
    (void)state;
    struct curve v = { 0 };
    struct ob_chart c = { .title = "t" };
    struct ob_dots now = { 0 }, was = { 0 };
    ob_dots_size(&now, 60, 12);
    ob_dots_size(&was, 60, 12);
    double per_dot = 0;
    for (int i = 0; i < 3000; i++) {
        add(&v, i, sin(i * 0.05));
        if (i < 130) /* until the vertical axis rests */
            continue;
        struct ob_trace t = trace(&v, OB_INK_A);
        draw(&c, &now, &t, 1);
        assert_true(c.per_dot >= per_dot);
        assert_true(c.per_dot * (2 * (60 - c.gutter)) > i);
        int done = c.gutter + (int)(i / c.per_dot) / 2 - 1;
        for (int row = 0; row < 12 && c.per_dot == per_dot; row++)
            for (int col = 0; col < done; col++)
                assert_memory_equal(now.cell[row * 60 + col].mask,
                                    was.cell[row * 60 + col].mask, OB_INKS);
        per_dot = c.per_dot;
        memcpy(was.cell, now.cell, 60 * 12 * sizeof *now.cell);
    }
    ob_dots_finish(&now);
    ob_dots_finish(&was);
    finish(&v);
}

static void the_value_axis_narrows_late(void **state)
{
    (void)state;
    struct curve v = { 0 };
    struct ob_chart c = { .title = "t", .mode = OB_CHART_FOLLOW, .window = 50 };
    struct ob_extent e = { 160, 80, 2, 4 };
    int64_t now = 0;
    for (int i = 0; i < 400; i++) {
        add(&v, i, i < 100 ? 100 : 1 + 0.1 * (i % 3));
        struct ob_trace t = trace(&v, OB_INK_A);
        ob_chart_fit(&c, &t, 1, &e, now);
        assert_true(c.y.hi >= (i < 100 ? 100 : 1));
        /* 100 has left the window by 200; the axis waits two seconds more. */
        if (i == 200)
            now = 1;
        if (i > 200 && i < 300)
            assert_true(c.y.hi >= 100);
        if (i == 300)
            now += INT64_C(2100000000);
        if (i > 302)
            assert_true(c.y.hi < 2);
    }
    finish(&v);
}

static size_t count_text(const struct ob_dots *d, int row, const char *text)
{
    size_t n = 0;
    for (int col = 0; col < d->cols; col++)
        n += strcmp(d->cell[row * d->cols + col].text, text) == 0;
    return n;
}

static void what_has_no_place_is_marked(void **state)
{
    (void)state;
    struct curve v = { 0 };
    struct ob_chart c = { .title = "t", .scale = OB_SCALE_LOG };
    struct ob_dots d = { 0 };
    ob_dots_size(&d, 60, 12);
    for (int i = 0; i < 100; i++)
        add(&v, i, i == 30 ? NAN : i == 60 ? INFINITY : i == 80 ? -1 : i == 90 ? 0 : 1);
    struct ob_trace t = trace(&v, OB_INK_A);
    draw(&c, &d, &t, 1);
    assert_int_equal(c.bad, 2);
    assert_int_equal(count_text(&d, 1, "x"), 2);
    assert_int_equal(count_text(&d, 10, "v"), 2);
    assert_int_equal(count_text(&d, 0, "2"), 1); /* "nan 2" */

    /* A row may be sound and stand for steps that were not. */
    struct curve rows = { 0 };
    for (int i = 0; i < 100; i++) {
        add(&rows, i, 1);
        ob_series_append(&rows.lo, i == 20 ? NAN : 1);
        ob_series_append(&rows.hi, i == 20 ? NAN : i == 70 ? INFINITY : 1);
    }
    struct ob_chart banded = { .title = "t" };
    struct ob_trace b = trace(&rows, OB_INK_A);
    draw(&banded, &d, &b, 1);
    assert_int_equal(banded.bad, 2);
    assert_int_equal(count_text(&d, 1, "x"), 2);
    finish(&rows);

    /* Nothing but NaN: an empty frame, marks all along, no crash. */
    struct curve all = { 0 };
    for (int i = 0; i < 50; i++)
        add(&all, i, NAN);
    struct ob_chart c2 = { .title = "t" };
    t = trace(&all, OB_INK_A);
    draw(&c2, &d, &t, 1);
    assert_true(c2.empty);
    assert_int_equal(c2.bad, 50);
    assert_true(count_text(&d, 1, "x") > 20);
    ob_dots_finish(&d);
    finish(&v);
    finish(&all);
}

/* Any size, any data: nothing is drawn outside (the sanitizers watch) and nothing hangs.
 */
static void any_size_and_any_data(void **state)
{
    (void)state;
    struct ob_rng r;
    ob_rng_init(&r, 5, 0);
    for (int i = 0; i < 400; i++) {
        struct curve v = { 0 };
        struct ob_chart c = { .title = "a title",
                              .scale = (enum ob_scale_kind)(i % 3),
                              .log_x = i & 8,
                              .cursor_on = i & 16,
                              .cursor = i,
                              .unit = (enum ob_chart_unit)(i / 9 % 3),
                              .log_from = i & 128 ? 1e-3 : 0,
                              .levels = i & 32 ? 2 : 0,
                              .level = { { "optimum", i - 200 }, { "stops at", i } },
                              .mode = (enum ob_chart_x)(i / 3 % 3),
                              .window = 40,
                              .from = 10,
                              .to = 90 };
        struct ob_dots d = { 0 };
        size_t n = ob_rng_below(&r, 300);
        double step = 0;
        for (size_t k = 0; k < n; k++) {
            double big = exp(1400 * (ob_rng_uniform(&r) - 0.5));
            add(&v, step, ob_rng_below(&r, 9) ? big * (ob_rng_uniform(&r) - 0.4) : NAN);
            step += 1 + (double)ob_rng_below(&r, 1 + (uint64_t)(i % 50));
        }
        ob_dots_size(&d, (int)ob_rng_below(&r, 300), (int)ob_rng_below(&r, 100));
        struct ob_trace t[2] = { trace(&v, OB_INK_A), trace(&v, OB_INK_B) };
        t[1].n = n / 2;
        t[1].letter = t[0].letter = 'a';
        t[1].name = t[0].name = "a name that is long enough to be cut somewhere";
        if (d.cols > 0 && d.rows > 0)
            for (size_t frames = 0; frames < 3; frames++)
                draw(&c, &d, t, 2);
        ob_dots_finish(&d);
        finish(&v);
    }
}

static void make_run(struct curve *v, double decay)
{
    struct ob_rng r;
    ob_rng_init(&r, 6, 0);
    for (int i = 0; i <= 1043; i++) {
        double loss = 0.9 * exp(-i * decay) + 0.000946;
        double noise = 0.2 * loss * ob_rng_uniform(&r);
        add(v, i, loss);
        ob_series_append(&v->lo, loss - noise);
        ob_series_append(&v->hi, loss + 2 * noise);
    }
}

static void pictures(void **state)
{
    (void)state;
    static const int size[][2] = { { 24, 6 }, { 40, 12 }, { 80, 24 }, { 120, 40 } };
    static const enum ob_glyphs tier[] = { OB_GLYPHS_BRAILLE, OB_GLYPHS_BLOCK,
                                           OB_GLYPHS_ASCII };
    struct curve a = { 0 }, b = { 0 };
    make_run(&a, 0.02);
    make_run(&b, 0.01);
    for (size_t i = 0; i < sizeof size / sizeof *size; i++) {
        for (size_t k = 0; k < 3; k++) {
            struct ob_chart c = { .title = "loss", .scale = OB_SCALE_LOG };
            struct ob_dots d = { 0 };
            struct ob_buf out = { 0 };
            char name[96];
            ob_dots_size(&d, size[i][0], size[i][1]);
            struct ob_trace t[2] = { trace(&b, OB_INK_B), trace(&a, OB_INK_A) };
            t[0].lo = t[0].hi = NULL;
            t[0].dash = OB_DASH_LONG;
            t[0].name = "before";
            t[0].letter = 'b';
            t[1].name = "this run";
            t[1].letter = 'a';
            draw(&c, &d, t, 2);
            ob_dots_write(&d, tier[k], &out);
            snprintf(name, sizeof name, "tests/unit/plot/golden/chart-%dx%d-%s.txt",
                     size[i][0], size[i][1], ob_glyphs_name(tier[k]));
            ob_assert_golden(name, &out);
            ob_buf_finish(&out);
            ob_dots_finish(&d);
        }
    }
    finish(&a);
    finish(&b);
}

/* Three steps fill the chart; a linear axis; a run that was cut short in playing. */
static void small_runs(void **state)
{
    (void)state;
    static const double loss[] = { 0.25, 0.1201, 0.1193, 0.1193 };
    struct curve v = { 0 };
    struct ob_chart c = { .title = "loss" };
    struct ob_dots d = { 0 };
    struct ob_buf out = { 0 };
    for (int i = 0; i < 4; i++)
        add(&v, i, loss[i]);
    ob_dots_size(&d, 60, 14);
    struct ob_trace t = trace(&v, OB_INK_A);
    draw(&c, &d, &t, 1);
    ob_dots_write(&d, OB_GLYPHS_BRAILLE, &out);
    t.n = 2;
    draw(&c, &d, &t, 1);
    ob_dots_write(&d, OB_GLYPHS_BRAILLE, &out);
    t.n = 0;
    draw(&c, &d, &t, 1);
    ob_dots_write(&d, OB_GLYPHS_BRAILLE, &out);
    ob_assert_golden("tests/unit/plot/golden/small-runs.txt", &out);
    ob_buf_finish(&out);
    ob_dots_finish(&d);
    finish(&v);
}

/* Highest dot row of an ink, counted from the top of the surface; -1 = none. */
static int highest(const struct ob_dots *d, enum ob_ink ink)
{
    for (int y = 0; y < 4 * d->rows; y++)
        for (int x = 0; x < 2 * d->cols; x++)
            if (d->cell[y / 4 * d->cols + x / 2].mask[ink] & ob_dot_bit(x % 2, y % 4))
                return y;
    return -1;
}

/* One spike among 10^6 rows reaches the same height in every window that holds it, and
 * one NaN is marked in every window that holds it; with even and logarithmic columns. */
static void spikes_show_at_every_zoom(void **state)
{
    (void)state;
    enum { ROWS = 1000000, SPIKE = 654321, BAD = 654300 };
    struct curve v = { 0 };
    struct ob_dots d = { 0 };
    struct ob_rng r;
    ob_rng_init(&r, 9, 0);
    for (int i = 0; i < ROWS; i++)
        add(&v, i, i == SPIKE ? 100 : i == BAD ? NAN : 1 + 0.01 * (i % 7));
    struct ob_trace t = trace(&v, OB_INK_A);
    ob_dots_size(&d, 80, 20);
    for (int i = 0; i < 300; i++) {
        struct ob_chart c = { .title = "t",
                              .mode = i == 0 ? OB_CHART_GROW : OB_CHART_FIXED,
                              .scale = (enum ob_scale_kind)(i % OB_SCALE_KINDS),
                              .log_x = i / 3 % 2 };
        double width = exp(log(ROWS) * ob_rng_uniform(&r));
        c.from = fmax(0, floor(SPIKE - width * ob_rng_uniform(&r)));
        c.to = fmax(c.from + width, SPIKE + 1);
        draw(&c, &d, &t, 1);
        /* 100 is a round number: the top of the axis, which is the first dot row. */
        assert_true(c.y.hi >= 100 && c.y.hi < 300);
        int want = 4 + (int)lrint(ob_scale_below(&c.y, 100) * (4 * 18 - 1));
        assert_int_equal(highest(&d, OB_INK_A), want);
        bool holds = i == 0 || (c.from <= BAD && BAD < c.to);
        assert_int_equal(c.bad, holds);
        assert_int_equal(count_text(&d, 1, "x"), holds);
    }
    ob_dots_finish(&d);
    finish(&v);
}

/* A window between two rows shows the line that passes through it. */
static void lines_pass_through_windows(void **state)
{
    (void)state;
    struct curve v = { 0 };
    struct ob_dots d = { 0 };
    add(&v, 0, 0);
    add(&v, 100, 100);
    add(&v, 200, 0);
    struct ob_trace t = trace(&v, OB_INK_A);
    struct ob_chart c = { .title = "t", .mode = OB_CHART_FIXED, .from = 40, .to = 60 };
    ob_dots_size(&d, 60, 14);
    draw(&c, &d, &t, 1);
    /* From 40 to 60 of 100: every dot column of the plot has a dot. */
    int got = 0;
    for (int x = 2 * c.gutter; x < 120; x++) {
        uint8_t any = 0;
        for (int row = 0; row < 14; row++)
            for (int y = 0; y < 4; y++)
                any |= d.cell[row * 60 + x / 2].mask[OB_INK_A] & ob_dot_bit(x % 2, y);
        got += any != 0;
    }
    assert_int_equal(got, 120 - 2 * c.gutter);
    /* Nothing is drawn over the labels. */
    for (int i = 0; i < 14; i++)
        for (int col = 0; col < c.gutter; col++)
            assert_int_equal(d.cell[i * 60 + col].mask[OB_INK_A], 0);
    ob_dots_finish(&d);
    finish(&v);
}

static void parts_and_steps_agree(void **state)
{
    (void)state;
    struct curve v = { 0 };
    struct ob_extent e = { 160, 80, 2, 4 };
    for (int i = 0; i < 5000; i++)
        add(&v, i, 1);
    struct ob_trace t = trace(&v, OB_INK_A);
    for (int log_x = 0; log_x < 2; log_x++) {
        struct ob_chart c = { .title = "t", .log_x = log_x };
        ob_chart_fit(&c, &t, 1, &e, 0);
        assert_true(ob_chart_step_at(&c, 0) == 0);
        assert_true(ob_chart_step_at(&c, 1) >= 5000);
        for (double part = -0.5; part < 1.5; part += 0.1)
            if (part >= 0 || !log_x)
                ob_assert_near(ob_chart_part_of(&c, ob_chart_step_at(&c, part)), part,
                               1e-9);
    }
    finish(&v);
}

static void picture(struct ob_chart *c, const struct curve *v, const char *name)
{
    struct ob_dots d = { 0 };
    struct ob_buf out = { 0 };
    struct ob_trace t = trace(v, OB_INK_A);
    ob_dots_size(&d, 60, 14);
    draw(c, &d, &t, 1);
    ob_dots_write(&d, OB_GLYPHS_BRAILLE, &out);
    ob_assert_golden(name, &out);
    ob_buf_finish(&out);
    ob_dots_finish(&d);
}

/* Both signs over eight decades; a run on a logarithmic axis of steps, with a cursor and
 * a level to reach. */
static void other_scales(void **state)
{
    (void)state;
    struct curve wave = { 0 }, run = { 0 };
    for (int i = 0; i <= 400; i++)
        add(&wave, i, 1000 * exp(-i * 0.03) * cos(i * 0.2));
    for (int i = 0; i <= 20000; i++)
        add(&run, i, 1.0 / (1 + i) + 1e-4);
    struct ob_chart c = { .title = "gradient", .scale = OB_SCALE_SYMLOG };
    picture(&c, &wave, "tests/unit/plot/golden/symlog.txt");
    struct ob_chart l = { .title = "loss",
                          .scale = OB_SCALE_LOG,
                          .log_x = true,
                          .cursor_on = true,
                          .cursor = 150,
                          .note = "step 150: 0.006722516556291391",
                          .levels = 1,
                          .level = { { "optimum", 9e-5 } } };
    picture(&l, &run, "tests/unit/plot/golden/log-x.txt");
    finish(&wave);
    finish(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equals_drawing_every_segment),
        cmocka_unit_test(complete_columns_stay),
        cmocka_unit_test(the_value_axis_narrows_late),
        cmocka_unit_test(what_has_no_place_is_marked),
        cmocka_unit_test(any_size_and_any_data),
        cmocka_unit_test(pictures),
        cmocka_unit_test(small_runs),
        cmocka_unit_test(spikes_show_at_every_zoom),
        cmocka_unit_test(lines_pass_through_windows),
        cmocka_unit_test(parts_and_steps_agree),
        cmocka_unit_test(other_scales),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
