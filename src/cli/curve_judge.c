#include <config.h>

#include <math.h>
#include <string.h>

#include "curve_report.h"

/* The base rate; every optimizer has one. */
static double base_rate(const struct ob_spec *s)
{
    const struct ob_param *lr = ob_param_find(s->optimizer.type->params, "lr");
    return lr ? ob_param_number(lr, s->optimizer.opts) : NAN;
}

/* The rate of the step behind the point; what the log has where it was asked. */
static double next_rate(const struct ob_point *p)
{
    const struct ob_spec *s = &p->spec;
    struct ob_schedule schedule;
    const uint64_t rows = p->data.rows, size = (uint64_t)s->batch.size,
                   each = size * (uint64_t)s->batch.accumulate;
    const struct ob_schedule_clock clock = {
        .max_steps = (uint64_t)s->stop.max_steps,
        .steps_per_epoch = size && each < rows ? (double)((rows + each - 1) / each) : 1,
    };
    double rate = NAN;
    if (isfinite(p->lr))
        return p->lr;
    if (ob_spec_make_schedule(s, &clock, &schedule, NULL))
        rate = ob_schedule_rate(&schedule, base_rate(s), p->step + 1);
    ob_schedule_finish(&schedule);
    return rate;
}

/* Whether every parameter goes by the same rate, and that one is in the settings. */
static bool has_one_rate(const struct ob_spec *s)
{
    const struct ob_linesearch_type *search = s->line_search.type;
    return s->optimizer.type->rate_limit && s->groups == 0 &&
           (!search || strcmp(search->name, "none") == 0);
}

/* The factor of the direction that is last to settle, or first to run away. */
static double slowest(const struct curve_report *r)
{
    const struct ob_spec *s = &r->point.spec;
    double worst = NAN;
    for (size_t i = 0; i < r->c.k; i++)
        if (r->c.value[i] > r->c.threshold)
            worst = fmax(worst, s->optimizer.type->growth(s->optimizer.opts, r->lr,
                                                          r->c.value[i]));
    return worst;
}

void curve_judge(struct curve_report *r)
{
    const struct ob_spec *s = &r->point.spec;
    r->lr = r->growth = NAN;
    r->limited = false;
    r->verdict = CURVE_NO_VERDICT;
    if (!has_one_rate(s))
        return;
    r->lr = next_rate(&r->point);
    if (!r->c.finite || !r->c.positive || !isfinite(r->lr))
        return;
    r->limited = s->optimizer.type->rate_limit(s->optimizer.opts, r->c.value[r->c.k - 1],
                                               &r->limit);
    r->growth = slowest(r);
    if (!r->limited)
        return;
    bool down = r->c.negative || r->c.newton == OB_NEWTON_NONE;
    r->verdict = r->lr >= r->limit.lr ? CURVE_DIVERGES
                 : down               ? CURVE_LEAVES
                                      : CURVE_CONVERGES;
}
