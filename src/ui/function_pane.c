#include "optbench/ui/function_pane.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "optbench/base/text.h"
#include "optbench/ui/screen.h"

/* The figures of a line, in the order in which they stand there and get room. */
enum figure { VALUE, GRADIENT, LOW, HIGH, FIGURES };

static const char *const titles[FIGURES] = { "START", "GRADIENT", "FROM", "TO" };

enum { NAME_LEAST = 9, NAME_MOST = 24, FIGURE_W = 10, POINTS = 3, NUMBERS = 6 };

bool ob_function_pane_request(struct ob_data_pane *p, const struct ob_check *c,
                              enum ob_request r, int h)
{
    return ob_data_pane_move(p, c->start.parameters, r, h);
}

static double number(const struct ob_check_parameter *p, enum figure which)
{
    return which == VALUE      ? p->value
           : which == GRADIENT ? p->gradient
           : which == LOW      ? p->low
                               : p->high;
}

static void draw_right(struct ob_canvas *c, struct ob_rect r, const char *text,
                       enum ob_style style)
{
    int used = ob_text_width(text);
    ob_canvas_text(c, r.x + (used < r.w ? r.w - used : 0), r.y, r.w, text, style);
}

static int name_width(const struct ob_check_start *s, int most)
{
    int widest = NAME_LEAST;
    for (size_t i = 0; i < s->parameters && widest < most; i++) {
        int w = ob_text_width(s->parameter[i].name);
        widest = w > widest ? w : widest;
    }
    return widest < most ? widest : most;
}

/* How many figures have room behind a name; the box only as a whole, where there is one.
 */
static int figures(const struct ob_check_start *s, int room)
{
    int n = room / (FIGURE_W + 1);
    bool boxed = s->parameters > 0 && !isnan(s->parameter[0].low);
    int most = boxed ? FIGURES : LOW;
    n = n < most ? n : most;
    return n == HIGH ? LOW : n;
}

static void draw_parameter(struct ob_canvas *c, struct ob_rect line, int name, int shown,
                           const struct ob_check_parameter *p)
{
    char text[32];
    ob_canvas_text(c, line.x + 2, line.y, name, p->name, OB_STYLE_TEXT);
    for (int i = 0; i < shown; i++) {
        double v = number(p, (enum figure)i);
        struct ob_rect at = { line.x + 2 + name + 1 + i * (FIGURE_W + 1), line.y,
                              FIGURE_W, 1 };
        ob_show_number(text, v, FIGURE_W);
        draw_right(c, at, text, isnan(v) ? OB_STYLE_DIM : OB_STYLE_VALUE);
    }
}

static void draw_table(const struct ob_check_start *s, size_t at, bool cursor,
                       struct ob_canvas *c, struct ob_rect r)
{
    size_t rows = r.h > 1 ? (size_t)r.h - 1 : 0;
    int most = r.w - 2 < NAME_MOST ? r.w - 2 : NAME_MOST;
    if (rows == 0 || most < 1)
        return;
    int name = name_width(s, most), shown = figures(s, r.w - 2 - name);
    size_t first = at / rows * rows;
    ob_canvas_text(c, r.x + 2, r.y, name, "PARAMETER", OB_STYLE_LABEL);
    for (int i = 0; i < shown; i++)
        draw_right(
            c,
            (struct ob_rect){ r.x + 2 + name + 1 + i * (FIGURE_W + 1), r.y, FIGURE_W, 1 },
            titles[i], OB_STYLE_LABEL);
    for (size_t i = 0; i < rows && first + i < s->parameters; i++) {
        struct ob_rect line = { r.x, r.y + 1 + (int)i, r.w, 1 };
        draw_parameter(c, line, name, shown, &s->parameter[first + i]);
        if (cursor && first + i == at) {
            ob_canvas_text(c, line.x + 1, line.y, 1, ">", OB_STYLE_CURSOR);
            ob_canvas_restyle(c, line, OB_STYLE_CURSOR);
        }
    }
}

/* "known minimum 0 at (1, 1)"; of many the first ones. */
static void tell_optima(const struct ob_check_start *s, struct ob_buf *out)
{
    char text[32];
    if (!s->optima)
        return;
    ob_show_number(text, s->optimum_loss, FIGURE_W);
    ob_buf_addf(out, "known minimum %s at ", text);
    for (size_t k = 0; k < s->optima && k < POINTS; k++) {
        ob_buf_adds(out, k ? ", (" : "(");
        for (size_t i = 0; i < s->parameters && i < NUMBERS; i++) {
            ob_show_number(text, s->optimum[k * s->parameters + i], FIGURE_W);
            ob_buf_addf(out, "%s%s", i ? ", " : "", text);
        }
        ob_buf_adds(out, s->parameters > NUMBERS ? ", ...)" : ")");
    }
    if (s->optima > POINTS)
        ob_buf_addf(out, " and %zu more", s->optima - POINTS);
}

/* What is known besides, as far as it leaves room for the table; returns the line behind
 * it. */
static int draw_known(const struct ob_check_start *s, struct ob_canvas *c,
                      struct ob_rect r, int line)
{
    struct ob_buf optima = { 0 };
    char limit[32], rate[96] = "";
    ob_show_number(limit, s->lr_limit, FIGURE_W);
    if (isfinite(s->lr_limit))
        snprintf(rate, sizeof rate, "gradient descent is stable below lr %s here", limit);
    tell_optima(s, &optima);
    const char *const text[] = { ob_buf_text(&optima), rate };
    for (size_t i = 0; i < 2; i++)
        if (*text[i] && line + ob_screen_lines(text[i], r.w) + 2 < r.h)
            line =
                ob_screen_paragraph(c, r, line, text[i], i ? OB_STYLE_TEXT : OB_STYLE_OK);
    ob_buf_finish(&optima);
    return line;
}

/* What f is at the start, and why it is no number where it is none. */
static int draw_head(const struct ob_check_start *s, bool waiting, struct ob_canvas *c,
                     struct ob_rect r)
{
    char loss[32], norm[32], text[96];
    ob_show_number(loss, s->loss, FIGURE_W);
    ob_show_number(norm, s->grad_norm, FIGURE_W);
    snprintf(text, sizeof text, "at the start %s, gradient norm %s", loss, norm);
    int line = ob_screen_paragraph(c, r, 0, text, OB_STYLE_TITLE);
    if (waiting && ob_text_width(text) + 14 < r.w)
        draw_right(c, (struct ob_rect){ r.x, r.y, r.w, 1 }, "computing ...",
                   OB_STYLE_WARN);
    if (*s->trouble)
        line = ob_screen_paragraph(c, r, line, s->trouble, OB_STYLE_WARN);
    return line;
}

void ob_function_pane_draw(const struct ob_data_pane *p, const struct ob_check *check,
                           const struct ob_data_pane_opts *opts, struct ob_canvas *c,
                           struct ob_rect r)
{
    const struct ob_check_start *s = &check->start;
    if (r.w < 1 || r.h < 1)
        return;
    if (!s->parameters) {
        ob_screen_paragraph(c, r, 0,
                            opts->waiting
                                ? "computing ..."
                                : "This model needs no data: once the formula is "
                                  "complete, its value and gradient are shown here.",
                            OB_STYLE_DIM);
        return;
    }
    int line = draw_head(s, opts->waiting, c, r);
    line = draw_known(s, c, r, line);
    struct ob_rect rest = { r.x, r.y + line, r.w, r.h - line };
    size_t at = p->at < s->parameters ? p->at : s->parameters - 1;
    draw_table(s, at, opts->cursor, c, rest);
}
