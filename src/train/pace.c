#include <config.h>

#include "pace.h"

#include <math.h>

/* Seconds from the start of the stretch (or the anchor) to the step that is `n` steps
 * further on. Shaped: the speed grows exponentially in time from v to v * growth, so
 * n = length * (growth^(t / seconds) - 1) / (growth - 1), solved for t. */
static double offset(const struct ob_pace *p, double n)
{
    if (!p->length)
        return n / p->rate;
    double share = n / (double)p->length;
    return p->seconds * log1p(share * (p->growth - 1)) / log(p->growth);
}

void ob_pace_set(struct ob_pace *p, double rate, uint64_t step, int64_t now)
{
    *p = (struct ob_pace){ .rate = rate, .step = step, .time = now };
}

void ob_pace_shape(struct ob_pace *p, uint64_t length, uint64_t step, int64_t now)
{
    double n = (double)length;
    *p = (struct ob_pace){
        .length = length,
        .growth = fmin(50, 1.5 + n / 10),
        .seconds = fmin(OB_PACE_SECONDS, 3 * n),
        .step = step,
        .time = now,
    };
}

int64_t ob_pace_deadline(const struct ob_pace *p, uint64_t step)
{
    if (!p->length && !(p->rate > 0))
        return INT64_MIN;
    double ahead = offset(p, (double)(step - p->step)) * 1e9;
    return ahead < 1e18 ? p->time + (int64_t)ahead : INT64_MAX - 1;
}

void ob_pace_anchor(struct ob_pace *p, uint64_t step, int64_t now)
{
    if (p->length) {
        p->time = now - (int64_t)(offset(p, (double)(step - p->step)) * 1e9);
    } else {
        p->step = step;
        p->time = now;
    }
}

double ob_pace_rate(const struct ob_pace *p, uint64_t step)
{
    if (!p->length)
        return p->rate;
    double share = (double)(step - p->step) / (double)p->length;
    double first = (double)p->length * log(p->growth) / (p->seconds * (p->growth - 1));
    return first * (1 + share * (p->growth - 1));
}
