#include "optbench/plot/scale.h"

#include <math.h>

/* The even part of a symmetric axis: at most this many decades below the largest
 * magnitude, at least so many. */
#define DECADES_MOST  1e-8
#define DECADES_LEAST 1e-2

const char *ob_scale_name(enum ob_scale_kind kind)
{
    static const char *const name[OB_SCALE_KINDS] = { "", "log", "symlog" };
    return name[kind];
}

bool ob_scale_takes(enum ob_scale_kind kind, double v)
{
    return isfinite(v) && (kind != OB_SCALE_LOG || v > 0);
}

static double symmetric(const struct ob_scale *s, double v)
{
    return copysign(log1p(fabs(v) / s->linear), v);
}

double ob_scale_below(const struct ob_scale *s, double v)
{
    double part = 1;
    switch (s->kind) {
    case OB_SCALE_LOG:
        if (v > 0)
            part = log(s->hi / v) / log(s->hi / s->lo);
        break;
    case OB_SCALE_SYMLOG:
        part = (symmetric(s, s->hi) - symmetric(s, v)) /
               (symmetric(s, s->hi) - symmetric(s, s->lo));
        break;
    default:
        part = (s->hi - v) / (s->hi - s->lo);
    }
    return fmin(fmax(part, 0), 1);
}

static double power_of_ten_below(double v)
{
    return pow(10, floor(log10(v) + 1e-9));
}

/* The end of a half axis that reaches to `v` > 0. */
static double round_up(double v)
{
    double lo = v, hi = v;
    ob_axis_round_log(&lo, &hi, 2);
    return hi;
}

static void round_symmetric(struct ob_scale *s, double least)
{
    double size = fmax(fabs(s->lo), fabs(s->hi));
    if (!(size > 1e-290)) {
        s->linear = 1;
        s->lo = 0;
        s->hi = 1;
        return;
    }
    least = fmin(fmax(least, DECADES_MOST * size), DECADES_LEAST * size);
    s->linear = power_of_ten_below(least);
    s->hi = s->hi > 0 ? round_up(fmax(s->hi, s->linear)) : 0;
    s->lo = s->lo < 0 ? -round_up(fmax(-s->lo, s->linear)) : 0;
}

struct ob_scale ob_scale_round(enum ob_scale_kind kind, double lo, double hi,
                               double least, unsigned ticks)
{
    struct ob_scale s = { .kind = kind, .lo = lo, .hi = hi, .linear = 1 };
    if (kind == OB_SCALE_LOG)
        ob_axis_round_log(&s.lo, &s.hi, ticks);
    else if (kind == OB_SCALE_SYMLOG)
        round_symmetric(&s, least);
    else
        ob_axis_round_linear(&s.lo, &s.hi, ticks);
    return s;
}

void ob_scale_ticks(const struct ob_scale *s, unsigned most, struct ob_ticks *out)
{
    if (s->kind == OB_SCALE_LOG)
        ob_ticks_log(out, s->lo, s->hi, most);
    else if (s->kind == OB_SCALE_SYMLOG)
        ob_ticks_symmetric(out, s, most, OB_TICK_VALUE);
    else
        ob_ticks_linear(out, s->lo, s->hi, most, OB_TICK_VALUE);
}
