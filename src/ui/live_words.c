/* What the message line says about the charts: how far their log has been read, and to
 * whom it is the first run what they show. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "live_priv.h"
#include "optbench/base/number.h"

enum { BAR = 20 };

/* "reading  43 % ████████░░░░░░░░░░░░ 4.31M rows, 0:12 left": what has no room at the end
 * stays out. */
static void draw_loading(const struct ob_view *v, struct ob_canvas *c, struct ob_rect r)
{
    const struct ob_run_loading *l = &v->run.loading;
    char rows[32], left[32], text[96];
    int x = r.x + 1, width = r.w >= 60 ? BAR : BAR / 2, full = (int)(l->part * width);
    snprintf(text, sizeof text, "reading %3.0f %% ", floor(100 * l->part));
    x += ob_canvas_text(c, x, r.y, r.w, text, OB_STYLE_TEXT);
    for (int i = 0; i < width; i++)
        ob_canvas_text(c, x + i, r.y, 1,
                       ob_rule_glyph(v->glyphs, i < full ? OB_RULE_FULL : OB_RULE_EMPTY),
                       OB_STYLE_A);
    x += width + 1;
    ob_si_show(rows, sizeof rows, (double)v->run.series[OB_Q_STEP].n);
    snprintf(text, sizeof text, "%s rows", rows);
    x += ob_canvas_text(c, x, r.y, r.x + r.w - x, text, OB_STYLE_VALUE);
    if (isnan(l->seconds))
        return;
    ob_show_seconds(left, ceil(l->seconds));
    snprintf(text, sizeof text, ", %s left", left);
    ob_canvas_text(c, x, r.y, r.x + r.w - x, text, OB_STYLE_VALUE);
}

/* The sentence for a first run; false where nothing ends it that a chart shows. */
static bool first_words(const struct ob_run_model *m, int cols, char *out, size_t cap)
{
    for (size_t i = 0; i < m->live.rules; i++) {
        char number[32];
        if (strcmp(m->live.rule[i].name, "theta_delta") != 0)
            continue;
        ob_show_number(number, m->live.rule[i].target, 8);
        snprintf(
            out, cap,
            cols >= 80
                ? "loss after each step; |dtheta|: how far parameters moved, below %s "
                  "it stops"
                : "|dtheta| (step length) below %s: stop",
            number);
        return true;
    }
    return false;
}

bool ob_live_chart_words(const struct ob_view *v, struct ob_canvas *c, struct ob_rect r)
{
    char text[128];
    if (v->run.loading.behind) {
        draw_loading(v, c, r);
        return true;
    }
    bool first = v->home.runs.n <= 1 && ob_run_model_active(&v->run);
    if (!first || !first_words(&v->run, r.w, text, sizeof text))
        return false;
    ob_canvas_text(c, r.x + 1, r.y, r.w - 1, text, OB_STYLE_TEXT);
    return true;
}
