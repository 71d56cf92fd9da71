#include <config.h>

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "curve_priv.h"
#include "optbench/base/compiler.h"
#include "optbench/base/text.h"

enum { NUMBER = 10, LABEL = 13, BINS = 24 };

/* ---- what follows ---- */

static enum ob_style style_of(enum ob_curve_mood mood)
{
    return mood == OB_CURVE_GOOD  ? OB_STYLE_OK
           : mood == OB_CURVE_BAD ? OB_STYLE_WARN
                                  : OB_STYLE_VALUE;
}

/* A fact from `line` of the pane on, which may lie above it; returns the line behind. A
 * narrow pane has no column of labels. */
static int put_fact(const struct ob_curve_fact *f, struct ob_canvas *c, struct ob_rect r,
                    int line)
{
    int indent = r.w >= 3 * LABEL ? LABEL : 0;
    const char *text = f->text;
    struct ob_buf joined = { 0 };
    if (indent == 0) {
        ob_buf_addf(&joined, "%s: %s", f->label, f->text);
        text = ob_buf_text(&joined);
    } else if (line >= 0 && line < r.h) {
        ob_canvas_text(c, r.x, r.y + line, LABEL - 1, f->label, OB_STYLE_LABEL);
    }
    while (*text && r.w > indent) {
        size_t n = ob_screen_wrap(text, r.w - indent);
        struct ob_rect at = { r.x + indent, r.y, r.w - indent, r.h };
        if (line >= 0 && line < r.h)
            ob_canvas_line(c, at, line, OB_LEFT, style_of(f->mood), "%.*s", (int)n, text);
        line++;
        text += n ? n : 1;
        text += strspn(text, " ");
    }
    ob_buf_finish(&joined);
    return line;
}

static bool is_one(const struct ob_curve_fact *f, const char *const *name, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(f->name, name[i]) == 0)
            return true;
    return false;
}

int ob_curve_facts(const struct curve_state *s, const struct ob_view *v,
                   struct ob_canvas *c, struct ob_rect r, bool small)
{
    static const char *const first[] = { "verdict", "shape", "newton", "null" };
    const struct ob_curvature_view *view = ob_curve_answer(v);
    int line = -s->scroll;
    size_t n = small ? OB_COUNT(first) : 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < view->facts; j++)
            if (is_one(&view->fact[j], &first[i], 1))
                line = put_fact(&view->fact[j], c, r, line);
    for (size_t j = 0; j < view->facts; j++)
        if (!is_one(&view->fact[j], first, n))
            line = put_fact(&view->fact[j], c, r, line);
    return line + s->scroll;
}

/* ---- the selected eigenvector ---- */

/* Columns for the names of a vector: what they need, as far as a short bar is left. */
static int name_width(const struct ob_curve_vector *x, int width)
{
    int need = 0, most = width - NUMBER - 5;
    for (size_t i = 0; i < x->parts; i++) {
        int w = ob_text_width(x->part[i].name);
        need = w > need ? w : need;
    }
    return need < most ? need : most;
}

/* As much of the end of a name as fits: that is where its indices stand. */
static const char *end_of(const char *name, int width)
{
    int w = ob_text_width(name);
    bool plain = w == (int)strlen(name);
    return plain && w > width && width > 0 ? name + w - width : name;
}

void ob_curve_vector(const struct curve_state *s, const struct ob_view *v,
                     struct ob_canvas *c, struct ob_rect r)
{
    const struct ob_curvature_view *view = ob_curve_answer(v);
    const struct ob_curve_vector *x =
        ob_curvature_vector(view, ob_curve_selected(s, view));
    double most = 0;
    if (!x) {
        ob_screen_paragraph(
            c, r, 0, view->k ? "only the vectors of the outer eigenvalues are told" : "",
            OB_STYLE_DIM);
        return;
    }
    for (size_t i = 0; i < x->parts; i++)
        most = fmax(most, fabs(x->part[i].value));
    int name = name_width(x, r.w);
    for (size_t i = 0; i < x->parts && (int)i < r.h; i++) {
        char number[32];
        const struct ob_curve_part *p = &x->part[i];
        int y = r.y + (int)i;
        /* What is left of components that cancel is 0. */
        double x_i = fabs(p->value) <= 1e-14 * most ? 0 : p->value;
        ob_curve_number(number, x_i, NUMBER);
        ob_canvas_text(c, r.x, y, name, end_of(p->name, name), OB_STYLE_LABEL);
        ob_canvas_line(c, (struct ob_rect){ r.x + name, y, NUMBER, 1 }, 0, OB_RIGHT,
                       OB_STYLE_VALUE, "%s", number);
        struct ob_rect bar = { r.x + name + NUMBER + 1, y, r.w - name - NUMBER - 2, 1 };
        ob_curve_bar(c, bar, most > 0 ? fabs(x_i) / most : 0, v->glyphs,
                     x_i < 0 ? OB_STYLE_D : OB_STYLE_A);
    }
}

/* ---- the matrix, or how the eigenvalues lie ---- */

static void put_matrix(const struct ob_curvature_view *view, struct ob_canvas *c,
                       struct ob_rect r)
{
    int n = (int)view->n, width = r.w / n < NUMBER + 1 ? r.w / n : NUMBER + 1;
    double most = 0;
    for (int i = 0; i < n * n; i++)
        most = fmax(most, fabs(view->hessian[i]));
    if (width < 5 || n > r.h) {
        ob_screen_paragraph(c, r, 0, "there is no room for the Hessian here",
                            OB_STYLE_DIM);
        return;
    }
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            char number[32];
            double h = view->hessian[i * n + j];
            /* What is left of terms that cancel is 0. */
            ob_curve_number(number, fabs(h) <= 4 * n * DBL_EPSILON * most ? 0 : h,
                            width - 1);
            ob_canvas_line(c, (struct ob_rect){ r.x + j * width, r.y + i, width, 1 }, 0,
                           OB_RIGHT, i == j ? OB_STYLE_VALUE : OB_STYLE_TEXT, "%s",
                           number);
        }
}

/* Lanczos: how sure each of them is. */
static void put_residuals(const struct ob_curvature_view *view, struct ob_canvas *c,
                          struct ob_rect r)
{
    ob_canvas_line(c, r, 0, OB_LEFT, OB_STYLE_LABEL, "%*s %*s", NUMBER, "eigenvalue",
                   NUMBER + 2, "|Hv - lv|");
    for (size_t i = 0; i < view->k && (int)i + 1 < r.h; i++) {
        char value[32], residual[32];
        ob_curve_number(value, view->value[view->k - 1 - i], NUMBER);
        ob_show_number(residual, view->residual[view->k - 1 - i], NUMBER);
        ob_canvas_line(c, r, (int)i + 1, OB_LEFT, OB_STYLE_VALUE, "%*s %*s", NUMBER,
                       value, NUMBER + 2, residual);
    }
}

/* How many lie in each part of the range, the lowest at the bottom. */
static void put_histogram(const struct ob_view *v, struct ob_canvas *c, struct ob_rect r)
{
    const struct ob_curvature_view *view = ob_curve_answer(v);
    size_t bin[BINS] = { 0 }, bins = r.h < BINS ? (size_t)r.h : BINS, most = 0;
    double low = view->value[0], width = (view->value[view->k - 1] - low) / (double)bins;
    if (view->value[view->k - 1] == low) {
        char same[32];
        ob_show_number(same, low, NUMBER);
        ob_canvas_line(c, r, 0, OB_LEFT, OB_STYLE_VALUE, "all of them are %s", same);
    }
    for (size_t i = 0; i < view->k && width > 0; i++) {
        double place = (view->value[i] - low) / width;
        if (!(place >= 0)) /* no number, or there is no width */
            continue;
        size_t at = place < (double)bins ? (size_t)place : bins - 1;
        bin[at]++;
        most = bin[at] > most ? bin[at] : most;
    }
    for (size_t i = 0; i < bins && most > 0; i++) {
        size_t at = bins - 1 - i;
        char from[32];
        int y = r.y + (int)i;
        ob_show_number(from, low + (double)at * width, NUMBER);
        ob_canvas_line(c, (struct ob_rect){ r.x, y, NUMBER, 1 }, 0, OB_RIGHT,
                       OB_STYLE_LABEL, "%s", from);
        ob_canvas_line(c, (struct ob_rect){ r.x + NUMBER, y, 6, 1 }, 0, OB_RIGHT,
                       OB_STYLE_VALUE, "%zu", bin[at]);
        ob_curve_bar(c, (struct ob_rect){ r.x + NUMBER + 7, y, r.w - NUMBER - 7, 1 },
                     (double)bin[at] / (double)most, v->glyphs, OB_STYLE_A);
    }
}

void ob_curve_matrix(const struct curve_state *s, const struct ob_view *v,
                     struct ob_canvas *c, struct ob_rect r)
{
    const struct ob_curvature_view *view = ob_curve_answer(v);
    (void)s;
    if (r.w <= 0 || r.h <= 0 || view->k == 0)
        return;
    if (view->hessian)
        put_matrix(view, c, r);
    else if (view->residual)
        put_residuals(view, c, r);
    else
        put_histogram(v, c, r);
}
