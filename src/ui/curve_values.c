#include <math.h>
#include <stdio.h>
#include <string.h>

#include "curve_priv.h"
#include "optbench/base/number.h"

enum { NUMBER = 10, DIGITS = 6 };

const struct ob_curvature_view *ob_curve_answer(const struct ob_view *v)
{
    static const struct ob_curvature_view none;
    const struct ob_curvature_view *c = v->curvature;
    const char *path = v->curve_form ? v->form.now.path : v->run.path;
    bool same = path && c->of_text == v->curve_form && strcmp(c->of, path) == 0;
    return c->known && same ? c : &none;
}

void ob_curve_number(char out[static 32], double v, int width)
{
    for (int digits = DIGITS; digits > 4; digits--) {
        size_t n = ob_number_show(out, 32, v, digits);
        if (!isnan(v) && n <= (size_t)width)
            return;
    }
    ob_show_number(out, v, width);
}

size_t ob_curve_selected(const struct curve_state *s, const struct ob_curvature_view *c)
{
    return s->selected < c->k ? c->k - 1 - s->selected : c->k;
}

void ob_curve_bar(struct ob_canvas *c, struct ob_rect r, double part, enum ob_glyphs tier,
                  enum ob_style style)
{
    int full = part > 0 ? (int)ceil(part * r.w - 1e-9) : 0;
    for (int x = 0; x < full && x < r.w; x++)
        ob_canvas_text(c, r.x + x, r.y, 1, ob_rule_glyph(tier, OB_RULE_FULL), style);
}

/* Sizes from..to fill 0 .. 1 of a bar; by order of magnitude the least of those that are
 * not zero still has a tenth. */
struct scale {
    double least, most;
    bool linear;
};

static struct scale scale_of(const struct curve_state *s,
                             const struct ob_curvature_view *c)
{
    struct scale scale = { INFINITY, 0, s->linear };
    for (size_t i = 0; i < c->k; i++) {
        double size = fabs(c->value[i]);
        if (size > c->threshold && isfinite(size)) {
            scale.least = fmin(scale.least, size);
            scale.most = fmax(scale.most, size);
        }
    }
    return scale;
}

static double part_of(const struct scale *s, double size)
{
    if (!(size > 0) || !(s->most > 0))
        return 0;
    if (s->linear || s->least == s->most)
        return size / s->most;
    return 0.1 + 0.9 * log(size / s->least) / log(s->most / s->least);
}

static int digits_of(size_t n)
{
    int digits = 1;
    for (; n > 9; n /= 10)
        digits++;
    return digits;
}

void ob_curve_values(const struct curve_state *s, const struct ob_view *v,
                     struct ob_canvas *c, struct ob_rect r)
{
    const struct ob_curvature_view *view = ob_curve_answer(v);
    struct scale scale = scale_of(s, view);
    int digits = digits_of(view->k);
    for (int y = 0; y < r.h && s->first + (size_t)y < view->k; y++) {
        size_t place = s->first + (size_t)y;
        double value = view->value[view->k - 1 - place], size = fabs(value);
        bool zero = !(size > view->threshold);
        char number[32];
        struct ob_rect line = { r.x, r.y + y, r.w, 1 };
        ob_curve_number(number, zero ? 0 : value, NUMBER);
        ob_canvas_line(c, line, 0, OB_LEFT, OB_STYLE_LABEL, "%c%*zu",
                       place == s->selected ? '>' : ' ', digits, place + 1);
        ob_canvas_line(c, (struct ob_rect){ r.x + digits + 2, r.y + y, NUMBER, 1 }, 0,
                       OB_RIGHT, OB_STYLE_VALUE, "%s", number);
        struct ob_rect bar = { r.x + digits + NUMBER + 3, r.y + y,
                               r.w - digits - NUMBER - 4, 1 };
        if (zero)
            ob_canvas_line(c, bar, 0, OB_LEFT, OB_STYLE_DIM, "flat");
        else
            ob_curve_bar(c, bar, part_of(&scale, size), v->glyphs,
                         value < 0 ? OB_STYLE_D : OB_STYLE_A);
        if (place == s->selected)
            ob_canvas_restyle(c, (struct ob_rect){ r.x, r.y + y, digits + NUMBER + 2, 1 },
                              OB_STYLE_CURSOR);
    }
}
