#include "optbench/ui/schedule_pane.h"

#include <math.h>
#include <stdio.h>

#include "optbench/plot/chart.h"
#include "optbench/plot/dots.h"
#include "optbench/ui/screen.h"

enum { FIGURE_W = 10, LEAST_W = 24, LEAST_H = 5 };

/* "onecycle over 300 steps: lr 0.0012, at most 0.03 at step 90, 1.2e-7 in the end" */
static int draw_words(const struct ob_check_schedule *s, struct ob_canvas *c,
                      struct ob_rect r)
{
    char first[32], most[32], last[32], text[256];
    ob_show_number(first, s->first, FIGURE_W);
    ob_show_number(most, s->most, FIGURE_W);
    ob_show_number(last, s->low[s->n - 1], FIGURE_W);
    snprintf(text, sizeof text,
             "%s over %zu step%s: lr %s, at most %s at step %zu, %s in "
             "the end",
             s->kind, s->steps, s->steps == 1 ? "" : "s", first, most, s->most_at, last);
    int line = ob_screen_paragraph(c, r, 0, text, OB_STYLE_TITLE);
    if (!isnan(s->momentum_low)) {
        ob_show_number(first, s->momentum_low, FIGURE_W);
        ob_show_number(last, s->momentum_high, FIGURE_W);
        snprintf(text, sizeof text, "momentum between %s and %s, against the rate", first,
                 last);
        line = ob_screen_paragraph(c, r, line, text, OB_STYLE_TEXT);
    }
    if (s->note[0])
        line = ob_screen_paragraph(c, r, line, s->note, OB_STYLE_WARN);
    return line;
}

/* The extremes of each part, so that no cycle is lost. */
static void draw_chart(const struct ob_check_schedule *s, enum ob_glyphs tier,
                       struct ob_canvas *c, struct ob_rect r)
{
    struct ob_series x = { 0 }, low = { 0 }, high = { 0 };
    struct ob_dots dots = { 0 };
    for (size_t i = 0; i < s->n; i++) {
        ob_series_append(&x, s->step[i]);
        ob_series_append(&low, s->low[i]);
        ob_series_append(&high, s->high[i]);
    }
    struct ob_chart chart = {
        .title = "lr", .mode = OB_CHART_FIXED, .from = s->step[0], .to = s->step[s->n - 1]
    };
    const struct ob_trace trace[] = {
        { .x = &x, .y = &low, .n = s->n, .ink = OB_INK_A },
        { .x = &x, .y = &high, .n = s->n, .ink = OB_INK_A },
    };
    ob_dots_size(&dots, r.w, r.h);
    ob_chart_fit(&chart, trace, 2, &dots.surface.extent, 0);
    ob_chart_draw(&chart, trace, 2, &dots.surface);
    ob_canvas_dots(c, r, &dots, tier);
    ob_dots_finish(&dots);
    ob_series_finish(&x);
    ob_series_finish(&low);
    ob_series_finish(&high);
}

void ob_schedule_pane_draw(const struct ob_check *check,
                           const struct ob_data_pane_opts *opts, struct ob_canvas *c,
                           struct ob_rect r)
{
    const struct ob_check_schedule *s = &check->schedule;
    if (r.w < 1 || r.h < 1)
        return;
    if (s->n == 0) {
        ob_screen_paragraph(c, r, 0,
                            opts->waiting
                                ? "computing ..."
                                : "Once the experiment is complete, the rate of "
                                  "its steps is shown here.",
                            OB_STYLE_DIM);
        return;
    }
    const int line = draw_words(s, c, r);
    const struct ob_rect rest = { r.x, r.y + line, r.w, r.h - line };
    if (s->n > 1 && rest.w >= LEAST_W && rest.h >= LEAST_H)
        draw_chart(s, opts->tier, c, rest);
}
