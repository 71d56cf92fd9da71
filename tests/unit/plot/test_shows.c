/*
 * What a chart must show whatever is done to it: spikes, rows without a place, labels
 * that say where they stand. Random windows over 10^6 rows, each scale, each kind of
 * horizontal axis, each tier of glyphs, smoothed or not.
 */
#include "../../lib/ob_test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "optbench/base/compiler.h"
#include "optbench/base/rng.h"
#include "optbench/plot/chart.h"
#include "optbench/plot/dots.h"
#include "optbench/plot/smooth.h"

enum { ROWS = 1000000, COLS = 80, LINES = 20, SPIKE = 654321, BADS = 40 };

struct run {
    struct ob_series step, second, y; /* a row takes 0.8 to 1.2 ms */
    struct ob_smooth smooth;
    size_t bad[BADS]; /* rows that are NaN or infinite, rising */
    struct ob_dots dots;
};

static int set_up(void **state)
{
    struct run *r = test_calloc(1, sizeof *r);
    struct ob_rng rng;
    double t = 0;
    ob_rng_init(&rng, 41, 0);
    for (size_t i = 0; i < BADS; i++)
        r->bad[i] = (size_t)(i * (ROWS / BADS) + ob_rng_below(&rng, ROWS / BADS));
    for (size_t i = 0, b = 0; i < ROWS; i++) {
        double v = i == SPIKE ? 100 : 1 + 0.01 * (double)(i % 7);
        while (b < BADS && r->bad[b] < i)
            b++;
        if (b < BADS && r->bad[b] == i)
            v = b % 3 == 0 ? NAN : b % 3 == 1 ? INFINITY : -INFINITY;
        ob_series_append(&r->step, (double)i);
        ob_series_append(&r->second, t);
        ob_series_append(&r->y, v);
        t += 1e-3 * (0.8 + 0.4 * ob_rng_uniform(&rng));
    }
    ob_smooth_follow(&r->smooth, &r->y, 0.99, NULL);
    ob_dots_size(&r->dots, COLS, LINES);
    *state = r;
    return 0;
}

static int tear_down(void **state)
{
    struct run *r = *state;
    ob_series_finish(&r->step);
    ob_series_finish(&r->second);
    ob_series_finish(&r->y);
    ob_smooth_finish(&r->smooth);
    ob_dots_finish(&r->dots);
    test_free(r);
    return 0;
}

/* A window of any width that holds row `holds`, in any kind of chart. */
static struct ob_chart any_chart(const struct run *r, struct ob_rng *rng, int i,
                                 size_t holds)
{
    bool steps = i / 6 % 2 == 0;
    const struct ob_series *x = steps ? &r->step : &r->second;
    double last = ob_series_at(x, ROWS - 1), at = ob_series_at(x, holds);
    double width = last * exp(-log(ROWS / 8) * ob_rng_uniform(rng));
    struct ob_chart c = { .title = "t",
                          .unit = steps ? OB_CHART_STEPS : OB_CHART_SECONDS,
                          .scale = (enum ob_scale_kind)(i % OB_SCALE_KINDS),
                          .log_x = i / 3 % 2,
                          .log_from = steps ? 1 : 1e-3,
                          .mode = i % 50 == 0 ? OB_CHART_GROW : OB_CHART_FIXED };
    c.from = fmax(0, at - width * ob_rng_uniform(rng));
    if (steps)
        c.from = floor(c.from);
    c.to = fmax(c.from + width, at + (steps ? 1 : 1e-6));
    return c;
}

static void draw(struct run *r, struct ob_chart *c, bool smooth)
{
    struct ob_trace t[2] = { { .y = &r->y, .n = ROWS, .ink = OB_INK_A } };
    t[0].x = c->unit == OB_CHART_STEPS ? &r->step : &r->second;
    t[1] = t[0];
    if (smooth) {
        t[0].ink = OB_INK_BAND;
        t[1].y = &r->smooth.y;
        t[1].derived = true;
    }
    ob_dots_clear(&r->dots);
    ob_chart_fit(c, t, smooth ? 2 : 1, &r->dots.surface.extent, 0);
    ob_chart_draw(c, t, smooth ? 2 : 1, &r->dots.surface);
}

/* Text column of a row of the run. */
static int column_of(const struct run *r, const struct ob_chart *c, size_t row)
{
    const struct ob_series *x = c->unit == OB_CHART_STEPS ? &r->step : &r->second;
    double part = ob_chart_part_of(c, ob_series_at(x, row));
    return c->gutter + (int)floor(part * c->dots) / 2;
}

/* Text row of a value. */
static int line_of(const struct ob_chart *c, double v)
{
    return 1 + (int)lrint(ob_scale_below(&c->y, v) * (4 * (LINES - 2) - 1)) / 4;
}

static bool shows_text(const struct run *r, int col, int line, const char *text)
{
    return strcmp(r->dots.cell[line * COLS + col].text, text) == 0;
}

static bool blank(const struct run *r, int col, int line, enum ob_glyphs tier)
{
    char glyph[5];
    ob_dots_read(&r->dots, col, line, tier, glyph);
    return glyph[0] == '\0' || glyph[0] == ' ';
}

/* The spike's cell is not blank in any tier; where several rows share a column, neither
 * is one between it and the others, for a mark may lie over a single cell. */
static void a_spike_is_seen(void **state)
{
    struct run *r = *state;
    struct ob_rng rng;
    ob_rng_init(&rng, 42, 0);
    for (int i = 0; i < 600; i++) {
        struct ob_chart c = any_chart(r, &rng, i, SPIKE);
        draw(r, &c, i / 12 % 2);
        int col = column_of(r, &c, SPIKE), top = line_of(&c, 100), low = line_of(&c, 1);
        bool shared = column_of(r, &c, SPIKE - 4) == column_of(r, &c, SPIKE + 4);
        assert_in_range(col, c.gutter, COLS - 1);
        assert_true(c.y.hi >= 100 && top < low);
        for (int tier = 0; tier < OB_GLYPH_TIERS; tier++)
            for (int line = top; line <= (shared ? low : top); line++) {
                /* Logarithms there and back may put the edge of a column either way. */
                bool seen = !blank(r, col, line, (enum ob_glyphs)tier);
                bool near = (col > c.gutter && !blank(r, col - 1, line, tier)) ||
                            (col < COLS - 1 && !blank(r, col + 1, line, tier));
                bool exact = !c.log_x && c.unit == OB_CHART_STEPS;
                assert_true(seen || (near && !exact));
            }
    }
}

/* Each row that is NaN or infinite has its mark in its column and no column has one
 * without; the title counts them. */
static void what_is_no_number_is_marked_and_counted(void **state)
{
    struct run *r = *state;
    struct ob_rng rng;
    ob_rng_init(&rng, 43, 0);
    for (int i = 0; i < 600; i++) {
        struct ob_chart c = any_chart(r, &rng, i, r->bad[ob_rng_below(&rng, BADS)]);
        bool wanted[COLS + 1] = { false };
        char title[32];
        size_t count = 0;
        draw(r, &c, i / 12 % 2);
        const struct ob_series *x = c.unit == OB_CHART_STEPS ? &r->step : &r->second;
        for (size_t k = 0; k < BADS; k++) {
            double at = ob_series_at(x, r->bad[k]);
            if (c.mode == OB_CHART_FIXED && (at < c.from || at >= c.to))
                continue;
            count++;
            int col = column_of(r, &c, r->bad[k]);
            assert_in_range(col, c.gutter, COLS - 1);
            /* Logarithms there and back may put the edge of a column either way. */
            int there = shows_text(r, col, 1, "x")                         ? col
                        : col > c.gutter && shows_text(r, col - 1, 1, "x") ? col - 1
                                                                           : col + 1;
            assert_true(there < COLS && shows_text(r, there, 1, "x"));
            assert_true(there == col || c.log_x || c.unit != OB_CHART_STEPS);
            wanted[there] = true;
        }
        for (int col = c.gutter; col < COLS; col++)
            assert_true(shows_text(r, col, 1, "x") == wanted[col]);
        assert_int_equal(c.bad, count);
        int n = snprintf(title, sizeof title, "nan/inf %zu", count);
        for (int k = 0; k < n && count > 0; k++) {
            char one[2] = { title[k], '\0' };
            assert_true(shows_text(r, COLS - n + k, 0, one));
        }
    }
}

/* The words of a row of text from column `from` to `to`: where they begin, and what they
 * say; returns how many. */
static size_t words_of(const struct ob_dots *d, int line, int from, int to, int *at,
                       char (*word)[32])
{
    size_t n = 0, len = 0;
    for (int col = from; col <= to; col++) {
        const char *text = col < to ? d->cell[line * d->cols + col].text : "";
        if (text[0] && len == 0)
            at[n] = col;
        if (text[0] && len + 1 < sizeof word[n])
            word[n][len++] = text[0];
        else if (len > 0) {
            word[n++][len] = '\0';
            len = 0;
        }
    }
    return n;
}

static void check_step_labels(const struct ob_chart *c, const struct ob_dots *d)
{
    int at[64];
    char word[64][32];
    size_t n = words_of(d, d->rows - 1, c->gutter, d->cols, at, word);
    bool named = n > 0 && strcmp(word[n - 1], ob_chart_unit_name(c->unit)) == 0;
    assert_true(named || d->cols - c->gutter < 24);
    for (size_t i = 0; i + named < n; i++) {
        double v = NAN;
        assert_true(ob_tick_parse(word[i], &v));
        int col = c->gutter + (int)floor(ob_chart_part_of(c, v) * c->dots) / 2;
        int middle = at[i] + (int)strlen(word[i]) / 2;
        bool pushed = at[i] == c->gutter || at[i] + (int)strlen(word[i]) >= d->cols;
        assert_true(pushed || abs(col - middle) <= 1);
    }
}

static void check_value_labels(const struct ob_chart *c, const struct ob_dots *d)
{
    for (int line = 1; line < d->rows - 1; line++) {
        int at[64];
        char word[64][32];
        double v = NAN;
        size_t n = words_of(d, line, 0, c->gutter - 1, at, word);
        assert_true(n <= 1);
        if (n == 0)
            continue;
        assert_true(ob_tick_parse(word[0], &v));
        double row = ob_scale_below(&c->y, v) * (4 * (d->rows - 2) - 1);
        assert_int_equal(1 + (int)lrint(row) / 4, line);
    }
}

/* Labels of both axes read back as the numbers that lie where they stand; none runs into
 * another; no line is drawn over them or over the title. */
static void labels_say_where_they_stand(void **state)
{
    struct run *r = *state;
    struct ob_rng rng;
    ob_rng_init(&rng, 44, 0);
    for (int i = 0; i < 600; i++) {
        struct ob_chart c = any_chart(r, &rng, i, ob_rng_below(&rng, ROWS));
        struct ob_dots *d = &r->dots;
        ob_dots_size(d, 30 + (int)ob_rng_below(&rng, 200),
                     6 + (int)ob_rng_below(&rng, 60));
        draw(r, &c, false);
        check_step_labels(&c, d);
        check_value_labels(&c, d);
        for (int k = 0; k < d->cols * d->rows; k++) {
            int col = k % d->cols, line = k / d->cols;
            if (col < c.gutter || line == 0 || line == d->rows - 1)
                assert_int_equal(d->cell[k].mask[OB_INK_A], 0);
        }
    }
    ob_dots_size(&r->dots, COLS, LINES);
}

/* A line that ended before the window takes none of its room. */
static void ended_lines_take_no_room(void **state)
{
    struct run *r = *state;
    struct ob_extent room = { 2 * COLS, 4 * LINES, 2, 4 };
    struct ob_series x = { 0 }, y = { 0 };
    for (int i = 0; i < 7; i++) {
        ob_series_append(&x, i);
        ob_series_append(&y, pow(1e3, i));
    }
    struct ob_trace lines[] = {
        { .x = &r->step, .y = &r->y, .n = ROWS, .ink = OB_INK_A },
        { .x = &x, .y = &y, .n = 7, .ink = OB_INK_B },
    };
    struct ob_chart c = { .mode = OB_CHART_FIXED, .from = 100, .to = 200 };
    ob_chart_fit(&c, lines, 2, &room, 0);
    assert_true(c.y.hi <= 100);
    struct ob_chart all = { .mode = OB_CHART_FIXED, .from = 5, .to = 200 };
    ob_chart_fit(&all, lines, 2, &room, 0);
    assert_true(all.y.hi >= 1e18);
    ob_series_finish(&x);
    ob_series_finish(&y);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_spike_is_seen),
        cmocka_unit_test(what_is_no_number_is_marked_and_counted),
        cmocka_unit_test(labels_say_where_they_stand),
        cmocka_unit_test(ended_lines_take_no_room),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
