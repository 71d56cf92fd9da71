#include "optbench/plot/axis.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "optbench/base/compiler.h"
#include "optbench/base/number.h"
#include "optbench/plot/scale.h"

#define LIMIT 1e300

/* A tick is whole * 10^e; the step between ticks is one, too. */
struct decimal {
    int64_t whole;
    int e;
};

static double decimal_value(struct decimal d)
{
    char text[40];
    double v = 0;
    int n = snprintf(text, sizeof text, "%lldE%d", (long long)d.whole, d.e);
    OB_REQUIRE(ob_number_parse(text, (size_t)n, &v));
    return v;
}

static struct decimal stripped(struct decimal d)
{
    if (d.whole == 0)
        return (struct decimal){ 0, 0 };
    while (d.whole % 10 == 0) {
        d.whole /= 10;
        d.e++;
    }
    return d;
}

void ob_axis_admit(double *lo, double *hi)
{
    if (!(*lo >= -LIMIT))
        *lo = -LIMIT;
    if (!(*hi <= LIMIT))
        *hi = LIMIT;
    if (*lo > *hi)
        *lo = *hi;
    double size = fmax(fabs(*lo), fabs(*hi));
    double least = size > 0 ? fmax(1e-12 * size, 1e-300) : 2;
    if (*hi - *lo < least) {
        double grow = (least - (*hi - *lo)) / 2;
        *lo -= grow;
        *hi += grow;
    }
}

/* The smallest of 1, 2, 2.5, 5 times a power of ten that is at least `raw` > 0. */
static struct decimal round_step(double raw)
{
    static const struct decimal nice[] = { { 1, 0 }, { 2, 0 }, { 25, -1 }, { 5, 0 } };
    int e = (int)floor(log10(raw)) - 1;
    for (;; e++) {
        for (size_t i = 0; i < OB_COUNT(nice); i++) {
            struct decimal d = { nice[i].whole, nice[i].e + e };
            if (decimal_value(d) >= raw * (1 - 1e-9))
                return d;
        }
    }
}

/* Digits of |whole| with `point` of them behind the decimal point. */
static void positional(char *out, size_t cap, int64_t whole, int point)
{
    char digit[OB_TICK_LABEL];
    const char *sign = whole < 0 ? "-" : "";
    int n = snprintf(digit, sizeof digit, "%0*lld", point + 1,
                     (long long)(whole < 0 ? -whole : whole));
    if (n >= (int)sizeof digit)
        out[0] = '\0';
    else if (point > 0)
        snprintf(out, cap, "%s%.*s.%.19s", sign, n - point, digit, digit + n - point);
    else
        snprintf(out, cap, "%s%.20s", sign, digit);
}

/* 1.5e-9 */
static void scientific(char *out, size_t cap, struct decimal d)
{
    d = stripped(d);
    if (d.whole == 0) {
        snprintf(out, cap, "0");
        return;
    }
    int point = 0;
    for (int64_t w = d.whole / 10; w != 0; w /= 10)
        point++;
    char mantissa[32];
    positional(mantissa, sizeof mantissa, d.whole, point);
    snprintf(out, cap, "%.20se%d", mantissa, d.e + point);
}

/* Counts of steps: 250, 12.5k, 2M; fractions of them and the very large otherwise. */
static void step_form(char *out, size_t cap, struct decimal d)
{
    static const char suffix[] = " kMGT";
    double size = fabs(decimal_value(d));
    int k = 0;
    d = stripped(d);
    if (size >= 1e15 || d.e < -6) {
        scientific(out, cap, d);
        return;
    }
    if (size >= 1e4 || (size >= 1000 && d.e >= 3))
        for (double s = size; s >= 1000 && k < 4; s /= 1000)
            k++;
    d.e -= 3 * k;
    for (; d.e > 0; d.e--)
        d.whole *= 10;
    positional(out, cap, d.whole, -d.e);
    size_t n = strlen(out);
    if (k > 0 && n + 1 < cap) {
        out[n] = suffix[k];
        out[n + 1] = '\0';
    }
}

/* Whether the axis reads better without exponents: the same form for all its ticks. */
static bool plain_fits(double largest, int point)
{
    int before = 1;
    for (double s = largest; s >= 10; s /= 10)
        before++;
    return largest < 1e6 && largest >= 1e-3 && before + point <= 7;
}

void ob_ticks_linear(struct ob_ticks *out, double lo, double hi, unsigned most,
                     enum ob_tick_form form)
{
    out->n = 0;
    if (most < 2)
        most = 2;
    if (most > OB_TICKS_MAX)
        most = OB_TICKS_MAX;
    struct decimal step = round_step((hi - lo) / most);
    int64_t first, last;
    for (;;) {
        double s = decimal_value(step);
        first = (int64_t)ceil(lo / s - 1e-9);
        last = (int64_t)floor(hi / s + 1e-9);
        if (last - first < (int64_t)most)
            break;
        step = round_step(s * 1.01);
    }
    double largest = fmax(fabs(lo), fabs(hi));
    int point = step.e < 0 ? -step.e : 0;
    bool plain = plain_fits(largest, point);
    for (int64_t i = first; i <= last; i++) {
        struct ob_tick *t = &out->item[out->n++];
        struct decimal d = { i * step.whole, step.e };
        t->value = decimal_value(d);
        t->minor = false;
        if (form == OB_TICK_STEP)
            step_form(t->label, sizeof t->label, d);
        else if (plain) {
            for (int e = d.e; e > 0; e--)
                d.whole *= 10;
            positional(t->label, sizeof t->label, d.whole, point);
        } else
            scientific(t->label, sizeof t->label, d);
    }
}

static void add_decade_tick(struct ob_ticks *out, int digit, int e, double lo, double hi)
{
    double v = decimal_value((struct decimal){ digit, e });
    if (v < lo * (1 - 1e-9) || v > hi * (1 + 1e-9) || out->n == OB_TICKS_MAX)
        return;
    struct ob_tick *t = &out->item[out->n++];
    t->value = v;
    t->minor = digit != 1;
    snprintf(t->label, sizeof t->label, "%de%d", digit, e);
}

void ob_ticks_log(struct ob_ticks *out, double lo, double hi, unsigned most)
{
    if (hi < 3 * lo) {
        ob_ticks_linear(out, lo, hi, most, OB_TICK_VALUE);
        return;
    }
    out->n = 0;
    if (most < 2)
        most = 2;
    if (most > OB_TICKS_MAX)
        most = OB_TICKS_MAX;
    int from = (int)floor(log10(lo) - 1e-9), to = (int)ceil(log10(hi) + 1e-9);
    bool minor =
        hi < 1000 * lo * (1 - 1e-9) && (unsigned)(3 * (to - from) + 1) <= OB_TICKS_MAX;
    int stride = 1;
    while ((unsigned)((to - from) / stride) + 1 > most)
        stride++;
    /* Every stride-th decade, counted from 1e0, so that ticks stay when the range moves.
     */
    for (int e = from; e <= to; e++) {
        if (e % stride == 0)
            add_decade_tick(out, 1, e, lo, hi);
        if (minor) {
            add_decade_tick(out, 2, e, lo, hi);
            add_decade_tick(out, 5, e, lo, hi);
        }
    }
}

static void add_power(struct ob_ticks *out, const struct ob_scale *s, struct decimal d,
                      enum ob_tick_form form)
{
    double v = decimal_value(d);
    if (v < s->lo * (1 - copysign(1e-9, s->lo)) ||
        v > s->hi * (1 + copysign(1e-9, s->hi)) || out->n == OB_TICKS_MAX)
        return;
    struct ob_tick *t = &out->item[out->n++];
    t->value = v;
    t->minor = false;
    if (form == OB_TICK_STEP)
        step_form(t->label, sizeof t->label, d);
    else
        scientific(t->label, sizeof t->label, d);
}

void ob_ticks_symmetric(struct ob_ticks *out, const struct ob_scale *s, unsigned most,
                        enum ob_tick_form form)
{
    int from = (int)lrint(log10(s->linear));
    int to = (int)ceil(log10(fmax(fabs(s->lo), fabs(s->hi))) + 1e-9);
    int sides = s->lo < 0 && s->hi > 0 ? 2 : 1, stride = 1;
    if (most < 3)
        most = 3;
    if (most > OB_TICKS_MAX)
        most = OB_TICKS_MAX;
    while ((unsigned)(sides * ((to - from) / stride + 1)) + 1 > most && stride < 700)
        stride++;
    out->n = 0;
    for (int e = to; e >= from; e--)
        if (e % stride == 0)
            add_power(out, s, (struct decimal){ -1, e }, form);
    add_power(out, s, (struct decimal){ 0, 0 }, form);
    for (int e = from; e <= to; e++)
        if (e % stride == 0)
            add_power(out, s, (struct decimal){ 1, e }, form);
}

void ob_axis_round_linear(double *lo, double *hi, unsigned most)
{
    ob_axis_admit(lo, hi);
    double s = decimal_value(round_step((*hi - *lo) / (most > 2 ? most - 1 : 1)));
    *lo = floor(*lo / s + 1e-9) * s;
    *hi = ceil(*hi / s - 1e-9) * s;
}

/* The nearest of 1, 2, 5 times a power of ten (or a power alone) at or beyond v. */
static double round_log(double v, bool up, bool decades)
{
    static const int digit[] = { 1, 2, 5 };
    double best = up ? INFINITY : 0;
    int e = (int)floor(log10(v));
    for (int k = e - 1; k <= e + 1; k++) {
        for (size_t i = 0; i < (decades ? 1 : OB_COUNT(digit)); i++) {
            double c = decimal_value((struct decimal){ digit[i], k });
            if (up ? c >= v * (1 - 1e-9) && c < best : c <= v * (1 + 1e-9) && c > best)
                best = c;
        }
    }
    return best;
}

void ob_axis_round_log(double *lo, double *hi, unsigned most)
{
    if (*lo < 1e-300)
        *lo = 1e-300;
    if (*hi < *lo)
        *hi = *lo;
    if (*hi < 2 * *lo) {
        double low = *lo, high = *hi;
        ob_axis_round_linear(&low, &high, most);
        if (low > 0) {
            *lo = low;
            *hi = high;
            return;
        }
    }
    /* Long runs fall; their lower bound goes by whole decades, to move seldom. */
    bool decades = *hi >= 1000 * *lo;
    double low = round_log(*lo, false, decades), high = round_log(*hi, true, false);
    *lo = low > 0 ? low : *lo;
    *hi = isfinite(high) ? high : *hi;
    if (*hi <= *lo)
        *hi = 10 * *lo;
}

bool ob_tick_parse(const char *label, double *value)
{
    static const char suffix[] = "kMGT";
    size_t n = strlen(label);
    const char *s = n > 0 ? strchr(suffix, label[n - 1]) : NULL;
    char text[OB_TICK_LABEL + 8];
    int m = s && *s ? snprintf(text, sizeof text, "%.*se%d", (int)n - 1, label,
                               3 * (int)(s - suffix + 1))
                    : snprintf(text, sizeof text, "%s", label);
    return m > 0 && (size_t)m < sizeof text && ob_number_parse(text, (size_t)m, value);
}
