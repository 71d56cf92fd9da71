#include "optbench/plot/zoom.h"

#include <math.h>

enum { LEAST_STEPS = 4 };

/* Parts of the width where the rows begin and end. */
static double rows_begin(const struct ob_chart *c)
{
    return ob_chart_part_of(c, 0);
}

static double rows_end(const struct ob_chart *c, double last)
{
    return ob_chart_part_of(c, fmax(last + 1, LEAST_STEPS));
}

/* Shows the parts a to b, moved to lie within the rows. */
static void show(struct ob_zoom *z, const struct ob_chart *c, double a, double b,
                 double last)
{
    double begin = rows_begin(c), end = rows_end(c, last);
    if (a < begin) {
        b += begin - a;
        a = begin;
    }
    if (b > end) {
        a = fmax(begin, a - (b - end));
        b = end;
    }
    z->mode = OB_CHART_FIXED;
    z->from = round(fmax(0, ob_chart_step_at(c, a)));
    z->to = round(ob_chart_step_at(c, b));
    if (z->to < z->from + LEAST_STEPS)
        z->to = z->from + LEAST_STEPS;
    if (z->from <= 0 && z->to >= last + 1)
        *z = (struct ob_zoom){ .mode = OB_CHART_GROW };
}

void ob_zoom_scale(struct ob_zoom *z, const struct ob_chart *c, double factor, double at,
                   double last)
{
    if (!(c->per_dot > 0))
        return;
    if (z->mode == OB_CHART_FOLLOW) {
        z->window = fmax(LEAST_STEPS, round(z->window * factor));
        if (z->window > last)
            z->mode = OB_CHART_GROW;
        return;
    }
    double end = z->mode == OB_CHART_GROW ? fmin(1, rows_end(c, last)) : 1;
    double half = factor * end / 2;
    if (z->mode == OB_CHART_GROW && factor >= 1)
        return;
    show(z, c, at - half, at + half, last);
}

bool ob_zoom_pan(struct ob_zoom *z, const struct ob_chart *c, double part, double last)
{
    if (z->mode == OB_CHART_GROW || !(c->per_dot > 0))
        return false;
    show(z, c, part, 1 + part, last);
    return true;
}

void ob_zoom_follow(struct ob_zoom *z, double last)
{
    if (z->mode == OB_CHART_FOLLOW) {
        *z = (struct ob_zoom){ .mode = OB_CHART_GROW };
        return;
    }
    z->window = z->mode == OB_CHART_FIXED ? z->to - z->from
                                          : fmax(4 * LEAST_STEPS, floor(last / 4));
    z->mode = OB_CHART_FOLLOW;
}

void ob_zoom_reach(struct ob_zoom *z, const struct ob_chart *c, double step, double last)
{
    double part = ob_chart_part_of(c, step), column = 1.0 / fmax(c->dots, 1);
    if (part < 0)
        ob_zoom_pan(z, c, part, last);
    else if (part > 1 - column)
        ob_zoom_pan(z, c, part - 1 + column, last);
}

void ob_zoom_apply(const struct ob_zoom *z, struct ob_chart *c)
{
    c->mode = z->mode;
    c->window = z->window;
    c->from = z->from;
    c->to = z->to;
}
