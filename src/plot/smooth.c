#include "optbench/plot/smooth.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* Whether the rows taken so far are still the first ones of the series. */
static bool goes_on(const struct ob_smooth *s, const struct ob_series *of)
{
    if (s->y.n == 0)
        return true;
    if (s->of != of || of->n < s->y.n)
        return false;
    double now = ob_series_at(of, s->y.n - 1);
    return memcmp(&now, &s->last, sizeof now) == 0;
}

void ob_smooth_follow(struct ob_smooth *s, const struct ob_series *of, double weight,
                      size_t *rows)
{
    if (s->weight != weight || !goes_on(s, of)) {
        ob_smooth_finish(s);
        s->weight = weight;
    }
    s->of = of;
    size_t from = s->y.n, end = of->n;
    if (rows) {
        end = end - from > *rows ? from + *rows : end;
        *rows -= end - from;
    }
    for (size_t i = from; i < end; i++) {
        s->last = ob_series_at(of, i);
        if (isfinite(s->last)) {
            s->sum = weight * s->sum + (1 - weight) * s->last;
            s->share = weight * s->share + (1 - weight);
        }
        ob_series_append(&s->y, s->share > 0 ? s->sum / s->share : NAN);
    }
}

void ob_smooth_finish(struct ob_smooth *s)
{
    ob_series_finish(&s->y);
    memset(s, 0, sizeof *s);
}
