#include <config.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "curve_priv.h"
#include "optbench/base/clock.h"
#include "optbench/base/number.h"
#include "optbench/base/text.h"

/* "at step 100 (now 1 043: r)": a run that has gone on since can be looked at again. */
static void add_where(const struct ob_view *v, const struct ob_curvature_view *c,
                      struct ob_buf *out)
{
    double now = ob_run_model_facts(&v->run).step;
    char step[32];
    ob_count_show(step, sizeof step, (double)c->step);
    if (c->step == 0)
        ob_buf_adds(out, "at the start");
    else
        ob_buf_addf(out, "at step %s", step);
    if (v->curve_form || strcmp(c->at, "end") != 0 || !(now > (double)c->step))
        return;
    ob_count_show(step, sizeof step, now);
    ob_buf_addf(out, " (now %s: r)", step);
}

/* "computed 21:04 UTC, 13 ms", where there are so many columns for it. */
static void add_when(const struct ob_view *v, const struct ob_curvature_view *c, int room,
                     struct ob_buf *out)
{
    char iso[21], took[32], text[80];
    ob_clock_iso(iso, c->computed_ns);
    ob_show_seconds(took, c->seconds);
    if (v->curvature->under_way)
        snprintf(text, sizeof text, "  computing it again ...");
    else
        snprintf(text, sizeof text, "  computed %.5s UTC, %s", iso + 11, took);
    if ((int)strlen(text) <= room)
        ob_buf_adds(out, text);
}

void ob_curve_head(const struct ob_view *v, struct ob_canvas *c, struct ob_rect r)
{
    enum { WHOLE = 70 };
    const struct ob_curvature_view *view = ob_curve_answer(v);
    struct ob_buf text = { 0 };
    char count[32];
    if (!view->known || view->why[0]) {
        ob_buf_adds(&text, v->curvature->under_way ? "computing the Hessian ..." : "");
    } else {
        add_where(v, view, &text);
        ob_count_show(count, sizeof count, (double)view->n);
        if (r.w >= WHOLE)
            ob_buf_addf(&text, "  %s parameter%s, %s", count, view->n == 1 ? "" : "s",
                        view->dtype);
        add_when(v, view, r.w - 2 - (int)text.len, &text);
    }
    ob_canvas_line(c, (struct ob_rect){ r.x + 1, r.y, r.w - 2, 1 }, 0, OB_LEFT,
                   OB_STYLE_DIM, "%s", ob_buf_text(&text));
    ob_buf_finish(&text);
}

/* "lr 0.085  ██████████|···  0.0857864  stable": from 0 to a quarter beyond the limit, or
 * to the rate where that is farther. */
void ob_curve_gauge(const struct ob_view *v, struct ob_canvas *c, struct ob_rect r)
{
    const struct ob_curvature_view *view = ob_curve_answer(v);
    char left[48], right[64], lr[32], limit[32];
    if (!view->known || isnan(view->lr) || isnan(view->limit) || view->why[0])
        return;
    ob_show_number(lr, view->lr, 9);
    ob_show_number(limit, view->limit, 9);
    snprintf(left, sizeof left, "lr %s ", lr);
    snprintf(right, sizeof right, " limit %s %s", limit,
             view->stable ? "stable" : "TOO LARGE");
    int from = r.x + 1 + (int)strlen(left), to = r.x + r.w - 1 - (int)strlen(right);
    double end = fmax(view->limit * 1.25, view->lr);
    enum ob_style style = view->stable ? OB_STYLE_OK : OB_STYLE_ERROR;
    ob_canvas_text(c, r.x + 1, r.y, r.w - 2, left, OB_STYLE_LABEL);
    if (to - from < 6)
        to = from;
    int mark = from + (int)((to - from - 1) * view->limit / end);
    int full = from + (int)((to - from) * view->lr / end);
    for (int x = from; x < to; x++) {
        enum ob_rule_glyph g = x == mark  ? OB_RULE_V
                               : x < full ? OB_RULE_FULL
                                          : OB_RULE_EMPTY;
        ob_canvas_text(c, x, r.y, 1, ob_rule_glyph(v->glyphs, g),
                       x == mark ? OB_STYLE_KEY : style);
    }
    ob_canvas_text(c, to, r.y, r.x + r.w - to, right, style);
}

void ob_curve_one_line(const struct ob_view *v, struct ob_canvas *c, struct ob_rect r)
{
    const struct ob_curvature_view *view = ob_curve_answer(v);
    struct ob_buf text = { 0 };
    char largest[32], limit[32];
    if (v->message[0]) {
        ob_text_safe(&text, v->message, strlen(v->message));
    } else if (!view->known) {
        ob_buf_adds(&text, "computing ...  q quit");
    } else if (view->why[0]) {
        ob_text_safe(&text, view->why, strlen(view->why));
    } else {
        ob_show_number(largest, view->k ? view->value[view->k - 1] : NAN, 8);
        ob_show_number(limit, view->limit, 8);
        ob_buf_addf(&text, "lambda_max %s", largest);
        if (!isnan(view->limit))
            ob_buf_addf(&text, " lr limit %s %s", limit,
                        view->stable ? "stable" : "TOO LARGE");
        ob_buf_adds(&text, "  q quit");
    }
    ob_screen_paragraph(c, r, 0, ob_buf_text(&text),
                        v->message[0] ? v->message_style : OB_STYLE_TEXT);
    ob_buf_finish(&text);
}
